// Decides what is owed when a recipient of data is new or another: management has every controller told, and is reminded daily until a day says so (P-5).
import type { NotedAll, Recipient } from '../directory/recipients.ts';
import { recipientsSubject } from '../kernel/ids.ts';
import { type Duration, type Instant, days, hours, plus } from '../kernel/time.ts';
import type { Duty } from './duty.ts';
import { houseDuty } from './house-duty.ts';

const owner = 'management';

export const remindEvery: Duration = days(1);

/** About one recipient, since an instant: another change is another duty. */
export const recipientDuty = ({ key }: Pick<Recipient, 'key'>, owedSince: string, now: Instant): Duty => {
  const step = `${key} ${owedSince}`;
  const [deadlineAt, softAt] = [plus(now, days(1)), plus(now, hours(1))];
  return houseDuty({ subject: recipientsSubject, kind: 'directory', recipient: owner, step, deadlineAt, softAt, now });
};

/** The recipient that a duty is about, while its controllers are still to hear of it. */
export const owedFor = ({ step }: Pick<Duty, 'step'>, recipients: readonly Recipient[], noted: NotedAll): Recipient | undefined => {
  const blank = step.indexOf(' ');
  const key = step.slice(0, blank);
  return noted[key]?.owedSince === step.slice(blank + 1) ? recipients.find((one) => one.key === key) : undefined;
};
