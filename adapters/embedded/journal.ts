// Decides how one machine keeps what is known of mail outside its ledger: lines added to one file, on disk before anything leaves (P-25).
import { constants, promises } from 'node:fs';
import type { DutyId } from '#core/kernel/ids.ts';
import { instantOf } from '#core/kernel/time.ts';
import { type Clock, type Journal, type Log, type Mailer, PortError, type Testimony } from '#flow/ports.ts';

const failed = (doing: string, cause: unknown): PortError =>
  new PortError('journal', 'again', `the journal of mail could not be ${doing}: ${(cause as NodeJS.ErrnoException).code ?? 'no code'}`, {
    cause,
  });

const words: ReadonlySet<unknown> = new Set<Testimony['what']>(['tried', 'sent', 'delivered', 'bounced', 'delayed']);

/** A line that a crash cut off is none: whoever wrote it handed nothing over. */
const lineOf = (text: string): readonly Testimony[] => {
  try {
    const { duty, what, at, by, eventId } = JSON.parse(text) as Partial<Record<keyof Testimony, unknown>>;
    const whole = words.has(what) && typeof at === 'number' && [duty, by, eventId].every((one) => typeof one === 'string');
    return whole ? [{ duty: duty as DutyId, what, at: instantOf(at), by, eventId } as Testimony] : [];
  } catch {
    return [];
  }
};

const read = async (path: string): Promise<string> => {
  try {
    return await promises.readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw failed('read', cause);
  }
};

const append = async (path: string, text: string): Promise<void> => {
  const handle = await promises.open(path, constants.O_CREAT | constants.O_APPEND | constants.O_WRONLY, 0o600);
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
};

/** Each line begins on a line of its own, whatever a crash left behind. */
export const fileJournal = (path: string): Journal => ({
  keep: ({ duty, what, at, by, eventId }) =>
    append(path, `\n${JSON.stringify({ v: 1, duty, what, at, by, eventId })}\n`).catch((cause: unknown) => {
      throw failed('written', cause);
    }),
  since: async function* (from) {
    for (const text of (await read(path)).split('\n')) yield* lineOf(text).filter(({ at }) => at >= from);
  },
});

type Journalled = {
  readonly mailer: Mailer;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly by: 'smtp' | 'outbox';
};

/** Nothing is handed over without a trace; that it was taken is noted too, and a note that fails never makes it go twice. */
export const journalled = ({ mailer, journal, clock, log, by }: Journalled): Mailer => ({
  send: async (mail, envelope, effect) => {
    const about = { duty: effect.duty, eventId: effect.key };
    await journal.keep({ ...about, what: 'tried', at: clock.now(), by: 'art33' });
    const sent = await mailer.send(mail, envelope, effect);
    try {
      await journal.keep({ ...about, what: 'sent', at: clock.now(), by });
    } catch {
      log.warn('journal-lacks-a-sending');
    }
    return sent;
  },
});
