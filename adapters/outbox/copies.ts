// Decides that what a real sink took also lies in the outbox, and that a copy which fails never makes a message go twice.
import { safe } from '#core/kernel/safe.ts';
import type { Log, Mailer, Pager, TicketDesk } from '#flow/ports.ts';
import type { Copies } from './outbox.ts';

/** The effect has happened: a full disk may cost the copy, never the word that it happened. */
const kept = async (copy: Promise<void>, log: Log): Promise<void> => {
  try {
    await copy;
  } catch {
    log.warn('outbox-copy-failed', { reason: safe`the message was sent, but its copy could not be written` });
  }
};

export const withMailCopies = (real: Mailer, copies: Copies, log: Log): Mailer => ({
  send: async (...message) => {
    const sent = await real.send(...message);
    await kept(copies.mail(...message), log);
    return sent;
  },
});

export const withPageCopies = (real: Pager, copies: Copies, log: Log): Pager => ({
  page: async (...message) => {
    const sent = await real.page(...message);
    await kept(copies.page(...message), log);
    return sent;
  },
});

export const withTicketCopies = (real: TicketDesk, copies: Copies, log: Log): TicketDesk => ({
  find: real.find,
  open: async (...message) => {
    const sent = await real.open(...message);
    await kept(copies.ticket(...message), log);
    return sent;
  },
});
