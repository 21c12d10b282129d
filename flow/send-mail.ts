// What happens to every mail: composed once, hashed, handed over with the hash as evidence (D-18).
import { sha256 } from '#core/kernel/hash.ts';
import { type Safe, safeId } from '#core/kernel/safe.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { ComposedMail, Effect, MailDraft, Sent, World } from './ports.ts';

export type OutgoingMail = {
  readonly to: string;
  readonly subject: Safe;
  readonly text: Safe;
  readonly incident: Safe;
  readonly effect: Effect;
  /** A legal notice: its bytes are kept before the first try, and every try sends those. Its wording's version goes with it. */
  readonly kept?: { readonly at: Instant; readonly template: Safe };
};

/** Where nothing is configured the outbox shows mails from this address; it can't be delivered to (RFC 2606). */
const unconfigured = { from: 'art33@outbox.invalid', replyTo: 'art33@outbox.invalid' };

const composeOnce = async (world: World, draft: MailDraft, keptAt: Instant | undefined): Promise<ComposedMail> => {
  const composed = await world.composer.compose(draft);
  if (keptAt === undefined) return composed;
  const ref = `mail/${draft.idLeft}`;
  // Whoever was first keeps; a later try reads that back, whatever the incident has become since.
  await world.evidence.put(ref, 'notice', composed.bytes, keptAt);
  const kept = await world.evidence.get(ref);
  return kept === undefined ? composed : { ...composed, bytes: kept, sha256: sha256(kept) };
};

export const sendMail = async (world: World, mail: OutgoingMail): Promise<Sent & { readonly sha256: string }> => {
  const settings = world.directory.current().configuration.notice ?? unconfigured;
  const draft: MailDraft = {
    from: settings.from,
    to: mail.to,
    replyTo: settings.replyTo,
    subject: mail.subject,
    text: mail.text,
    date: mail.kept?.at ?? world.clock.now(),
    idLeft: mail.effect.key,
    headers: {
      'X-Art33-Ref': mail.incident,
      'X-Art33-Duty': safeId(mail.effect.duty),
      ...(mail.kept === undefined ? {} : { 'X-Art33-Template': mail.kept.template }),
    },
  };
  const composed = await composeOnce(world, draft, mail.kept?.at);
  const sent = await world.mailer.send(composed, { from: settings.from, to: mail.to, subject: mail.subject }, mail.effect);
  return { ...sent, sha256: composed.sha256 };
};
