// What happens when a duty of no incident and no source is due: a role is told once, until a channel took it.
import type { RoleName } from '#core/directory/directory.ts';
import { effectTimeout } from '#core/duty/claim.ts';
import type { Duty } from '#core/duty/duty.ts';
import { owedFor, remindEvery } from '#core/duty/recipient-duty.ts';
import { ended, failed, sent } from '#core/duty/settle.ts';
import { plus } from '#core/kernel/time.ts';
import { accessText } from '#core/notice/access-text.ts';
import type { OutwardText } from '#core/notice/page-text.ts';
import { recipientText } from '#core/notice/recipient-text.ts';
import { saturatedText } from '#core/notice/rule-text.ts';
import { underClaim } from './act.ts';
import { tellEverywhere, tellOwner } from './page.ts';
import type { Performed } from './perform.ts';
import { settle } from './perform-for-source.ts';
import type { World } from './ports.ts';
import { recipientsNow } from './recipients.ts';

type Saying = { readonly text: OutwardText; readonly by: typeof tellOwner; readonly reason: string };

/** `mine`: claimed. */
const tellOnce = async (world: World, mine: Duty, { text, by, reason }: Saying): Promise<Performed> => {
  const result = await underClaim(world, { duty: mine, timeout: effectTimeout }, (fenced, attempt) =>
    by(fenced, mine.recipient as RoleName, text, attempt),
  );
  if (result === 'fenced') return 'fenced';
  const fraction = world.chance.fraction();
  return settle(world, mine, (duty) => {
    const now = world.clock.now();
    if (!result.ok) return failed(duty, result, now, fraction);
    const told = { ...duty, evidence: [...duty.evidence, ...result.evidence] };
    return { duty: ended(told, { state: 'DONE', reason }, now), type: 'DutyDone' };
  });
};

/** The owner of a rule hears that it can't decide. The next day that it is met again owes a word of its own. */
export const performForRule = (world: World, mine: Duty): Promise<Performed> => {
  const text = saturatedText(mine.subject, world.directory.current().configuration);
  return tellOnce(world, mine, { text, by: tellOwner, reason: 'its owner was told' });
};

/** Management hears once a day of a recipient that controllers don't know of, until a day says that they were told (P-5). */
export const performForRecipient = async (world: World, mine: Duty): Promise<Performed> => {
  const { recipients, noted } = await recipientsNow(world);
  const recipient = owedFor(mine, recipients, noted);
  if (recipient === undefined) {
    const reason = 'controllers were told, or it is no recipient as it was';
    return settle(world, mine, (duty) => ({ duty: ended(duty, { state: 'DONE', reason }, world.clock.now()), type: 'DutyDone' }));
  }
  const text = recipientText(recipient, world.directory.current().configuration);
  const result = await underClaim(world, { duty: mine, timeout: effectTimeout }, (fenced, attempt) =>
    tellOwner(fenced, mine.recipient as RoleName, text, attempt),
  );
  if (result === 'fenced') return 'fenced';
  const fraction = world.chance.fraction();
  return settle(world, mine, (duty) => {
    const now = world.clock.now();
    if (!result.ok) return failed(duty, result, now, fraction);
    return { duty: sent(duty, result.evidence, plus(now, remindEvery), now), type: 'DutySent' };
  });
};

/** Whoever came in without the identity provider is told of aloud (P-13). */
export const performForAccess = (world: World, mine: Duty): Promise<Performed> => {
  const text = accessText(mine, world.directory.current().configuration);
  return tellOnce(world, mine, { text, by: tellEverywhere, reason: 'the role was told' });
};
