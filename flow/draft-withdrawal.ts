// What happens when somebody wants to read a withdrawal before deciding on it: the decision is played through, and nothing is written (P-14).
import { makeIncidentDuty } from '#core/duty/spec.ts';
import { withdrawal, withdrawalsOf, wordsTo } from '#core/duty/withdrawing.ts';
import type { Incident, IncidentEvent, WithdrawalReason } from '#core/incident/incident.ts';
import type { ControllerId } from '#core/kernel/ids.ts';
import type { Notice } from '#core/notice/notice.ts';
import { withdrawalOf } from '#core/notice/withdrawal.ts';
import { recordEvents } from '#core/register/record.ts';
import type { World } from './ports.ts';

type Asked = { readonly controller: ControllerId; readonly why: WithdrawalReason };

/** Undefined: nothing was told to it that would have to be taken back. */
export const draftWithdrawal = async (world: World, incident: Incident, { controller: id, why }: Asked): Promise<Notice | undefined> => {
  const { configuration } = world.directory.current();
  const controller = configuration.directory.controllers.get(id);
  if (!controller) return undefined;
  const now = world.clock.now();
  const by = { at: now, actor: { by: 'machine', rule: 'draft' }, controllers: [id], reason: '' } as const;
  const refuted: IncidentEvent = { type: 'BreachRefuted', at: now, actor: by.actor, evidence: '' };
  const events: readonly IncidentEvent[] =
    why === 'no-breach' ? [refuted, { type: 'NoticesWithdrawn', ...by }] : [{ type: 'ScopeNarrowed', ...by }];
  const { incident: after } = recordEvents(incident, events);
  const own = withdrawalsOf(after).findLast((one) => one.controller === id);
  if (own === undefined) return undefined;
  const duty = makeIncidentDuty(after, { kind: 'withdrawal', recipient: id, step: String(own.nth), deadlineAt: now }, now);
  const words = await Promise.all(wordsTo(after, duty).map((ref) => world.ledger.duty(ref)));
  const plan = withdrawal({ duty, incident: after, configuration, now, told: words.filter((one) => one !== undefined) });
  if (plan.do !== 'act' || plan.act.type !== 'withdrawal') return undefined;
  return withdrawalOf({ ...plan.act, incident: incident.id, controller, configuration, now });
};
