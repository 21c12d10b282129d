// Decides what is owed when a recipient of data is new or another: management has every controller told, and is reminded daily until a day says so (P-5).
import type { NotedAll, Recipient } from '../directory/recipients.ts';
import { genesis } from '../kernel/hash.ts';
import { dutyId, recipientsSubject } from '../kernel/ids.ts';
import { type Duration, type Instant, days, hours, plus } from '../kernel/time.ts';
import type { Duty } from './duty.ts';

const owner = 'management';

export const remindEvery: Duration = days(1);

/** About one recipient, since an instant: another change is another duty. */
export const recipientDuty = ({ key }: Pick<Recipient, 'key'>, owedSince: string, now: Instant): Duty => {
  const step = `${key} ${owedSince}`;
  return {
    v: 1,
    id: dutyId(recipientsSubject, 'directory', owner, step),
    subject: recipientsSubject,
    kind: 'directory',
    recipient: owner,
    step,
    // People are told, by the channels on which they are told of anything.
    lane: 'page',
    state: 'OPEN',
    deadlineAt: plus(now, days(1)),
    nextAt: now,
    gen: 0,
    attempts: 0,
    softAt: plus(now, hours(1)),
    createdAt: now,
    evidence: [],
    head: genesis,
  };
};

/** The recipient that a duty is about, while its controllers are still to hear of it. */
export const owedFor = ({ step }: Pick<Duty, 'step'>, recipients: readonly Recipient[], noted: NotedAll): Recipient | undefined => {
  const blank = step.indexOf(' ');
  const key = step.slice(0, blank);
  return noted[key]?.owedSince === step.slice(blank + 1) ? recipients.find((one) => one.key === key) : undefined;
};
