// Decides how a later stage that many events match costs one write instead of one for each rule: it is noted once, and looked back for (6.2).
import { canonical, derived } from '../kernel/hash.ts';
import type { Correlation, Member } from './rule.ts';

/** `incident.late: lookback`: its later stages stand in a group only beside a first one. */
export const looksBack = ({ incident }: Pick<Correlation, 'incident'>): boolean => incident?.late === 'lookback';

/** The field whose values the notes are kept by: all rules that group by it first share them. */
export const anchorOf = ({ groupBy }: Correlation): string => groupBy[0] ?? '';

export const notesOf = (correlation: Correlation, value: string): string => derived(['noted', anchorOf(correlation), value]);

/** What matched, with the names of the rules that it matched. */
export const asNote = (member: Omit<Member, 'stage' | 'value'>, rules: Iterable<string>): Member => ({
  ...member,
  stage: 0,
  value: canonical([...rules].sort()),
});

export const rulesIn = ({ value }: Member): readonly string[] => (value === undefined ? [] : (JSON.parse(value) as readonly string[]));

/** Only where a first stage has to be: in a chain, or where all of the rules are meant. And there has to be something to keep notes by. */
export const mayLookBack = ({ kind, rules, groupBy, condition }: Correlation): boolean =>
  rules.length > 1 &&
  groupBy.length > 0 &&
  (kind === 'temporal_ordered' || (kind === 'temporal' && Object.values(condition).every((bound) => bound === undefined)));
