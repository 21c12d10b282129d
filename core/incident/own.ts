// Decides what a breach of the operator's own data asks of it as a controller: is it touched, and what did people say of the risk (P-4, Art. 33(1), 34)?
import type { Directory } from '../directory/directory.ts';
import { type Result, fail, ok } from '../kernel/result.ts';
import type { Instant } from '../kernel/time.ts';
import type { Refused } from './decide.ts';
import { touches } from './fold.ts';
import type { Actor, Incident, IncidentEvent } from './incident.ts';
import type { OwnAssessment, Risk } from './own-assessment.ts';

export const risks = ['none', 'risk', 'high'] as const satisfies readonly Risk[];

export type OwnCommand = {
  readonly type: 'AssessOwn';
  readonly at: Instant;
  readonly actor: Actor;
  readonly risk: string;
  readonly reason: string;
};

/** Staff, accounts, invoices: personal data that the operator holds for its own ends was hit, whoever else's was as well. */
export const touchesOwn = ({ findings }: Pick<Incident, 'findings'>, { assets }: Pick<Directory, 'assets'>): boolean => {
  const own = new Set(assets.filter(({ capacity }) => capacity !== 'processor').map(({ id }) => id));
  return findings.some((finding) => touches(finding) && finding.assets.some((id) => own.has(id)));
};

const refuse = (kind: Refused['kind'], message: string, field?: string): Result<readonly IncidentEvent[], Refused> =>
  fail(field === undefined ? { kind, message } : { kind, message, field });

/** To say that nothing has to be reported takes more than a click: the authority asks for the reason, years later (Art. 33(5)). */
const reasonAtLeast = 20;

export const assessOwn = (incident: Incident, { at, actor, risk, reason }: OwnCommand): Result<readonly IncidentEvent[], Refused> => {
  if (incident.state === 'open') return refuse('wrong-state', 'No breach is suspected or confirmed here yet.');
  if (incident.state === 'refuted' || incident.state === 'closed')
    return refuse('wrong-state', 'This case is over: no risk is left to assess.');
  const said = risks.find((one) => one === risk);
  if (said === undefined) return refuse('invalid', `Say how high the risk is: one of ${risks.join(', ')}.`, 'risk');
  if (reason.trim() === '') return refuse('invalid', 'Give the reason: who is affected, and what may come of it for them.', 'reason');
  if (said === 'none' && reason.trim().length < reasonAtLeast)
    return refuse('invalid', `Say why a risk to the people concerned is unlikely (at least ${reasonAtLeast} characters).`, 'reason');
  return ok([{ type: 'OwnBreachAssessed', at, actor, risk: said, reason }]);
};

/** Each time that people said "none" ended what was owed by then: what they say after that asks anew. */
export const ownAfter = (known: OwnAssessment | undefined, said: Omit<OwnAssessment, 'cleared'>): OwnAssessment => ({
  ...said,
  cleared: (known?.cleared ?? 0) + (said.risk === 'none' && known?.risk !== 'none' ? 1 : 0),
});

/** Of two cases that are one the graver word counts. */
export const graverOwn = (one: OwnAssessment | undefined, other: OwnAssessment | undefined): OwnAssessment | undefined => {
  if (!one || !other) return one ?? other;
  return risks.indexOf(other.risk) > risks.indexOf(one.risk) ? { ...other, cleared: one.cleared } : one;
};
