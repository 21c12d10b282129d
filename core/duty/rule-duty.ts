// Decides what is owed about a rule that can't decide, because a group of its correlation has more members than are kept (D-27).
import { genesis } from '../kernel/hash.ts';
import { dutyId, ruleSubject } from '../kernel/ids.ts';
import { type Instant, dayOf, days, minutes, plus } from '../kernel/time.ts';
import type { Duty } from './duty.ts';

/** Whoever sees to the house's own settings. */
const owner = 'sysop';

/** One word a day while it lasts, whoever meets it and how often (I-12). */
export const saturatedDuty = (rule: string, now: Instant): Duty => {
  const subject = ruleSubject(rule);
  const step = `saturated ${dayOf(now)}`;
  return {
    v: 1,
    id: dutyId(subject, 'config', owner, step),
    subject,
    kind: 'config',
    recipient: owner,
    step,
    // People are told, by the channels on which they are told of anything.
    lane: 'page',
    state: 'OPEN',
    deadlineAt: plus(now, days(1)),
    nextAt: now,
    gen: 0,
    attempts: 0,
    softAt: plus(now, minutes(15)),
    createdAt: now,
    evidence: [],
    head: genesis,
  };
};
