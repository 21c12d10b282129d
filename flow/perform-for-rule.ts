// What happens when a duty about a rule is due: its owner is told that the rule can't decide, until a channel took it.
import type { RoleName } from '#core/directory/directory.ts';
import { effectTimeout } from '#core/duty/claim.ts';
import type { Duty } from '#core/duty/duty.ts';
import { ended, failed } from '#core/duty/settle.ts';
import { saturatedText } from '#core/notice/rule-text.ts';
import { underClaim } from './act.ts';
import { tellOwner } from './page.ts';
import type { Performed } from './perform.ts';
import { settle } from './perform-for-source.ts';
import type { World } from './ports.ts';

/** `mine`: claimed. The next day that it is met again owes a word of its own. */
export const performForRule = async (world: World, mine: Duty): Promise<Performed> => {
  const text = saturatedText(mine.subject, world.directory.current().configuration);
  const result = await underClaim(world, { duty: mine, timeout: effectTimeout }, (fenced, attempt) =>
    tellOwner(fenced, mine.recipient as RoleName, text, attempt),
  );
  if (result === 'fenced') return 'fenced';
  const fraction = world.chance.fraction();
  return settle(world, mine, (duty) => {
    const now = world.clock.now();
    if (!result.ok) return failed(duty, result, now, fraction);
    const told = { ...duty, evidence: [...duty.evidence, ...result.evidence] };
    return { duty: ended(told, { state: 'DONE', reason: 'its owner was told' }, now), type: 'DutyDone' };
  });
};
