// What happens when a duty of no incident and no source is due: a role is told once, until a channel took it.
import type { RoleName } from '#core/directory/directory.ts';
import { effectTimeout } from '#core/duty/claim.ts';
import type { Duty } from '#core/duty/duty.ts';
import { ended, failed } from '#core/duty/settle.ts';
import { accessText } from '#core/notice/access-text.ts';
import type { OutwardText } from '#core/notice/page-text.ts';
import { saturatedText } from '#core/notice/rule-text.ts';
import { underClaim } from './act.ts';
import { tellEverywhere, tellOwner } from './page.ts';
import type { Performed } from './perform.ts';
import { settle } from './perform-for-source.ts';
import type { World } from './ports.ts';

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

/** Whoever came in without the identity provider is told of aloud (P-13). */
export const performForAccess = (world: World, mine: Duty): Promise<Performed> => {
  const text = accessText(mine, world.directory.current().configuration);
  return tellOnce(world, mine, { text, by: tellEverywhere, reason: 'the role was told' });
};
