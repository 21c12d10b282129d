// What happens when a controller is told: one mail to one controller, composed from that controller's view only (R-005, I-25, I-26).
import type { Act } from '#core/duty/turn.ts';
import type { ActResult } from '#core/duty/settle.ts';
import type { Contact, Controller } from '#core/directory/directory.ts';
import { type Safe, safeReference } from '#core/kernel/safe.ts';
import { type Notice, noticeOf, recipientsOf, templateVersion } from '#core/notice/notice.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Try, Turn } from './turn.ts';
import type { World } from './ports.ts';
import { sendMail } from './send-mail.ts';

type NoticeTurn = Turn & { readonly act: Extract<Act, { readonly type: 'notice' }>; readonly attempt: Try };

export type Letter = Notice & {
  /** The wording's version. */
  readonly template: Safe;
  /** Contacts that come before the others, by their place on file. */
  readonly first?: readonly number[];
  /** Others than the contacts of the contract, and another hour than that at which the duty was made. */
  readonly contacts?: readonly Contact[];
  readonly at?: Instant;
};

/** The first contact whose mailbox takes it; a contact that is refused for good hands on to the next. */
export const mailTo = async (
  world: World,
  turn: Turn & { readonly attempt: Try },
  controller: Controller,
  { subject, text, template, first = [], contacts: to = recipientsOf(controller), at = turn.duty.createdAt }: Letter,
): Promise<ActResult> => {
  let last: ActResult = { ok: false, kind: 'refused', reason: 'no contact on file', evidence: [] };
  const contacts = [...to.entries()];
  const inOrder = [...contacts.filter(([i]) => first.includes(i)), ...contacts.filter(([i]) => !first.includes(i))];
  for (const [i, contact] of inOrder) {
    last = await turn.attempt(`mail.contact-${i + 1}`, (effect) =>
      sendMail(world, {
        to: contact.mail,
        subject,
        text,
        incident: safeReference(turn.incident.id),
        effect,
        kept: { at, template },
      }),
    );
    if (last.ok || last.kind !== 'refused') return last;
  }
  return last;
};

export const unknownController: ActResult = {
  ok: false,
  kind: 'refused',
  reason: 'this controller is no longer in the directory',
  evidence: [],
};

export const notifyController = async (world: World, turn: NoticeTurn): Promise<ActResult> => {
  const { configuration } = world.directory.current();
  const controller = configuration.directory.controllers.get(turn.act.controller);
  if (!controller) return unknownController;
  // The text is that of the moment when the duty was made: a repeat sends the same words and hour (D-18).
  const notice = noticeOf({ incident: turn.incident, controller, configuration, as: turn.act.as, now: turn.duty.createdAt });
  return mailTo(world, turn, controller, { ...notice, template: templateVersion });
};
