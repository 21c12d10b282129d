// Decides how a composed mail reaches a mail server: its very bytes, one recipient, paced, and with a true word about the outcome (D-13, F-37, F-38).
import { type Duration, seconds } from '#core/kernel/time.ts';
import { type Clock, type Mailer, PortError, type Sent } from '#flow/ports.ts';
import { mailbox } from '#adapters/http/mailbox.ts';
import { tokenBucket } from '#adapters/http/pace.ts';
import { type Line, type Timeouts, noReply, openLine } from './connection.ts';
import type { SmtpServer } from './settings.ts';

export type SmtpSettings = {
  readonly server: SmtpServer;
  /** Mails per second the server takes (case 43). */
  readonly rate: number;
  readonly clock: Clock;
  /** @default connect 10 s, idle 60 s; the effect's own signal ends it earlier */
  readonly timeouts?: Timeouts;
  /** How many mails one connection carries. @default 50 */
  readonly perConnection?: number;
  readonly wait?: (time: Duration, signal: AbortSignal) => Promise<void>;
};

/** `close` ends the resting connection, for a process that stops. */
export type SmtpMailer = Mailer & { readonly close: () => void };

const restFor = 10_000;

/** The id under which the server queued it, where the reply names one in a usual form. */
const queueId = (reply: string): string | undefined =>
  /\b(?:queued as|id=|queued mail for delivery; id)\s*([A-Za-z0-9._-]{4,64})/i.exec(reply)?.[1];

type Open = { readonly line: Line; readonly carried: number };
type Outgoing = { readonly bytes: Uint8Array; readonly envelope: Parameters<Line['send']>[0]; readonly signal: AbortSignal };

/** Lines that wait for the next mail; a rest ends by itself and keeps no process alive. */
const restingLines = () => {
  const resting = new Map<Open, NodeJS.Timeout>();
  const take = (): Open | undefined => {
    const [first] = resting;
    if (!first) return undefined;
    const [open, timer] = first;
    resting.delete(open);
    clearTimeout(timer);
    return open;
  };
  const put = (open: Open): void => {
    const timer = setTimeout(() => {
      resting.delete(open);
      open.line.close();
    }, restFor);
    resting.set(open, timer.unref());
  };
  const close = (): void => {
    for (let open = take(); open; open = take()) open.line.close();
  };
  return { take, put, close };
};

const dropped = (failure: unknown): boolean => failure instanceof PortError && failure.kind === 'again' && failure.cause === noReply;

export const smtpMailer = (settings: SmtpSettings): SmtpMailer => {
  const timeouts = settings.timeouts ?? { connect: seconds(10), idle: seconds(60) };
  const turn = tokenBucket({
    port: 'mailer',
    perSecond: settings.rate,
    clock: settings.clock,
    ...(settings.wait ? { wait: settings.wait } : {}),
  });
  const lines = restingLines();

  const over = async ({ line, carried }: Open, mail: Outgoing): Promise<string> => {
    // nodemailer completes the envelope in place: each try gets its own.
    const reply = await line.send({ ...mail.envelope }, mail.bytes, mail.signal);
    if (carried + 1 < (settings.perConnection ?? 50)) lines.put({ line, carried: carried + 1 });
    else line.close();
    return reply;
  };

  const attempt = async (mail: Outgoing): Promise<string> => {
    const rest = lines.take();
    if (rest) {
      try {
        return await over(rest, mail);
      } catch (failure) {
        // A server may end a resting line at any time; before DATA nothing has happened, so a fresh line is tried at once.
        if (!dropped(failure) || mail.signal.aborted) throw failure;
      }
    }
    return over({ line: await openLine(settings.server, timeouts, mail.signal), carried: 0 }, mail);
  };

  const send: Mailer['send'] = async (mail, { from, to }, effect) => {
    if (effect.signal.aborted) throw new PortError('mailer', 'again', 'the time for this attempt was over before it began');
    // RFC 3461: asks the way for a delivery status notification, which names our duty (D-13).
    const dsn = { ret: 'HDRS', envid: effect.duty.slice(0, 64), notify: ['SUCCESS', 'FAILURE', 'DELAY'] };
    const envelope = {
      from: mailbox('mailer', 'envelope from', from).address,
      to: [mailbox('mailer', 'envelope to', to).address],
      size: mail.bytes.byteLength,
      dsn,
    };
    await turn(effect.signal);
    const providerId = queueId(await attempt({ bytes: mail.bytes, envelope, signal: effect.signal }));
    return { via: 'provider', ...(providerId === undefined ? {} : { providerId }) } satisfies Sent;
  };

  return { send, close: lines.close };
};
