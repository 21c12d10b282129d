// Decides what the contract suites of sinks send: effects, mails, pages and tickets, made from a number.
import type { DutyId, IncidentId } from '#core/kernel/ids.ts';
import { sha256 } from '#core/kernel/hash.ts';
import { type Safe, fromConfiguration, safe } from '#core/kernel/safe.ts';
import type { ComposedMail, Effect, Page, PortError, Ticket } from '#flow/ports.ts';

export const sampleEffect = (n: number, change: Partial<Effect> = {}): Effect => ({
  key: `duty-sample${n}-mail`,
  duty: `duty-sample${n}` as DutyId,
  incident: 'inc-sample0001' as IncidentId,
  signal: new AbortController().signal,
  ...change,
});

/** An effect whose time is over. */
export const lateEffect = (n: number): Effect => sampleEffect(n, { signal: AbortSignal.abort() });

export const sampleMail = (n: number, body = `Message ${n}\r\n`): ComposedMail => {
  const bytes = Buffer.from(`From: notice@operator.example\r\nTo: privacy@example.com\r\nSubject: Notice ${n}\r\n\r\n${body}`, 'ascii');
  return { bytes, messageId: `<sample-${n}@operator.example>`, sha256: sha256(bytes) };
};

export const sampleEnvelope = (to = 'privacy@example.com') => ({ from: 'notice@operator.example', to, subject: safe`Notice` });

export const samplePage = (n: number, change: Partial<Page> = {}): Page => ({
  title: safe`Suspected breach ${n}`,
  lines: [safe`Objects read from a bucket`, safe`Decide within 4 h`],
  link: safe`https://art33.example.com/incidents/inc-sample0001`,
  to: safe`SysOp`,
  ...change,
});

export const sampleTicket = (n: number, change: Partial<Ticket> = {}): Ticket => ({
  summary: safe`Suspected breach ${n}`,
  lines: [safe`Objects read from a bucket`, safe`Three controllers`],
  link: safe`https://art33.example.com/incidents/inc-sample0001`,
  label: fromConfiguration(`art33-sample${n}`),
  ...change,
});

/** A long text of ours, as a configuration could hold it. */
export const long = (length: number): Safe => fromConfiguration('x'.repeat(length));

/** How an act failed, or `none`. */
export const kindOf = async (act: Promise<unknown>): Promise<PortError['kind'] | 'none'> => {
  try {
    await act;
    return 'none';
  } catch (failure) {
    return (failure as PortError).kind;
  }
};
