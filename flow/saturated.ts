// What happens when a rule can't decide, because a group has more members than are kept: its owner is to hear of it, once a day (D-27).
import type { Match } from '#core/detection/walk.ts';
import { saturatedDuty } from '#core/duty/rule-duty.ts';
import { recordDuty } from '#core/register/record.ts';
import type { Desk } from './cases.ts';
import type { World } from './ports.ts';

/** On the desk, for the one commit of this event. */
export const tellSaturated = async (world: World, desk: Desk, matches: readonly Match[]): Promise<void> => {
  const undecided = matches.flatMap(({ saturated = [] }) => saturated.filter(({ decides }) => !decides).map(({ rule }) => rule));
  for (const rule of new Set(undecided)) {
    const now = world.clock.now();
    const made = saturatedDuty(rule.name, now);
    if (await world.ledger.duty(made)) continue;
    world.log.warn('rule-saturated', { rule: rule.title });
    const { duty, entry } = recordDuty(made, { at: now, actor: 'machine:assess', type: 'DutyCreated' });
    desk.more.push({ put: 'duty', duty, if: 'absent' }, { put: 'entry', entry });
  }
};
