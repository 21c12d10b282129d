// What happens when a controller is told that its matter goes on under another reference: one mail, as a notice goes (P-14).
import type { Act } from '#core/duty/turn.ts';
import type { ActResult } from '#core/duty/settle.ts';
import { referenceLetter, referenceVersion } from '#core/notice/reference.ts';
import { mailTo, unknownController } from './notify.ts';
import type { World } from './ports.ts';
import type { Try, Turn } from './turn.ts';

type ReferenceTurn = Turn & { readonly act: Extract<Act, { readonly type: 'reference' }>; readonly attempt: Try };

export const tellReference = async (world: World, turn: ReferenceTurn): Promise<ActResult> => {
  const { configuration } = world.directory.current();
  const controller = configuration.directory.controllers.get(turn.act.controller);
  if (!controller) return unknownController;
  const letter = referenceLetter({ incident: turn.incident, controller, configuration, now: turn.duty.createdAt });
  return mailTo(world, turn, controller, { ...letter, template: referenceVersion });
};
