// Decides when people are asked again whose data it is: an answer is about what was known then, and what comes later is a question of its own (P-15).
import type { Finding } from '../detection/finding.ts';
import { asRuleFinding } from './fold.ts';
import type { IncidentCore } from './incident.ts';

type Known = Pick<IncidentCore, 'findings' | 'unidentified' | 'identifiedAt' | 'identifyRound'>;
type Question = Pick<IncidentCore, 'unidentified' | 'identifyRound'>;

/** One that is open already stays the one that it is. */
const asked = ({ unidentified, identifiedAt, identifyRound = 1 }: Known): Partial<Question> =>
  identifiedAt === undefined || unidentified ? {} : { unidentified: true, identifyRound: identifyRound + 1 };

/** After the answer: data of nobody known in something that was not hit by then. The same again was answered. */
export const askedByFinding = (known: Known, finding: Finding): Partial<Question> => {
  if (!asRuleFinding(finding).unidentified) return {};
  const seen = new Set(known.findings.flatMap(({ resources }) => resources ?? []));
  return finding.resources.some((one) => !seen.has(one)) ? asked(known) : {};
};

/** What nobody had answered in the other case is not answered by an answer in this one. */
export const askedByMerge = (known: Known, isOpenThere: boolean): Partial<Question> => (isOpenThere ? asked(known) : {});
