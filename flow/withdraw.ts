// What happens when a notice is taken back: one mail to the controller that may have it, to whoever took it first (P-14).
import type { Act } from '#core/duty/turn.ts';
import type { ActResult } from '#core/duty/settle.ts';
import { withdrawalOf, withdrawalVersion } from '#core/notice/withdrawal.ts';
import { mailTo, unknownController } from './notify.ts';
import type { World } from './ports.ts';
import type { Try, Turn } from './turn.ts';

type WithdrawalTurn = Turn & { readonly act: Extract<Act, { readonly type: 'withdrawal' }>; readonly attempt: Try };

export const withdrawFrom = async (world: World, turn: WithdrawalTurn): Promise<ActResult> => {
  const { configuration } = world.directory.current();
  const { controller: id, why, told, decidedAt, first } = turn.act;
  const controller = configuration.directory.controllers.get(id);
  if (!controller) return unknownController;
  // As with a notice: a repeat sends the words and the hour of the first.
  const letter = withdrawalOf({ incident: turn.incident.id, controller, configuration, why, decidedAt, told, now: turn.duty.createdAt });
  return mailTo(world, turn, controller, { ...letter, template: withdrawalVersion, first });
};
