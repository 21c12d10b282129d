// What happens when a service is away or back: one mail to the technical contacts of one controller, from an approved wording, with nobody's release (P-23).
import type { ActResult } from '#core/duty/settle.ts';
import type { Act } from '#core/duty/turn.ts';
import { disturbanceLetter, disturbanceVersion, technicalContacts } from '#core/notice/disturbance.ts';
import { mailTo, unknownController } from './notify.ts';
import type { World } from './ports.ts';
import type { Try, Turn } from './turn.ts';

type DisturbanceTurn = Turn & { readonly act: Extract<Act, { readonly type: 'disturbance' }>; readonly attempt: Try };

export const tellDisturbance = async (world: World, turn: DisturbanceTurn): Promise<ActResult> => {
  const { configuration } = world.directory.current();
  const { controller: id, word, about, at } = turn.act;
  const controller = configuration.directory.controllers.get(id);
  if (!controller) return unknownController;
  const letter = disturbanceLetter({ incident: turn.incident.id, controller, configuration, about, word, now: at });
  return mailTo(world, turn, controller, { ...letter, template: disturbanceVersion, contacts: technicalContacts(controller), at });
};
