// Decides what is owed about a rule that can't decide, because a group of its correlation has more members than are kept (D-27).
import { ruleSubject } from '../kernel/ids.ts';
import { type Instant, dayOf, days, minutes, plus } from '../kernel/time.ts';
import type { Duty } from './duty.ts';
import { houseDuty } from './house-duty.ts';

/** Whoever sees to the house's own settings. */
const owner = 'sysop';

/** One word a day while it lasts, whoever meets it and how often (I-12). */
export const saturatedDuty = (rule: string, now: Instant): Duty => {
  const step = `saturated ${dayOf(now)}`;
  const [deadlineAt, softAt] = [plus(now, days(1)), plus(now, minutes(15))];
  return houseDuty({ subject: ruleSubject(rule), kind: 'config', recipient: owner, step, deadlineAt, softAt, now });
};
