// Decides what became of one mail on one connection: taken, refused, to be tried again, or not known (F-38).
import { Readable } from 'node:stream';
import SMTPConnection, { type SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import type { Duration } from '#core/kernel/time.ts';
import { PortError } from '#flow/ports.ts';
import type { SmtpServer } from './settings.ts';

export type Line = {
  /** The server's reply. Throws PortError. */
  readonly send: (envelope: SMTPEnvelope, bytes: Uint8Array, signal: AbortSignal) => Promise<string>;
  readonly close: () => void;
};

export type Timeouts = { readonly connect: Duration; readonly idle: Duration };

type Failure = { readonly code?: string | undefined; readonly responseCode?: number | undefined; readonly response?: string | undefined };

/** `550 5.1.1`: the numbers only. The server's words may repeat an address. */
const codesOf = (failure: Failure): string => {
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(failure.response ?? '')?.[1];
  return `${failure.responseCode}${enhanced === undefined ? '' : ` ${enhanced}`}`;
};

/** The cause of an `again` that no reply of the server stands behind: the line broke. */
export const noReply = 'no reply';

const judged = (failure: Failure, handedOver: boolean): PortError => {
  const code = failure.responseCode;
  // 503 speaks of the order of commands, not of this mail.
  if (code !== undefined && code >= 500 && code !== 503)
    return new PortError('mailer', 'refused', `the mail server refuses (${codesOf(failure)})`);
  if (code !== undefined && code >= 400)
    return new PortError('mailer', 'again', `the mail server asks to come again (${codesOf(failure)})`);
  // Without a reply to the data nobody knows: the server may have taken it (RFC 5321, 4.5.3.2.6).
  if (handedOver) return new PortError('mailer', 'unsure', 'the mail was handed over and no reply came');
  if (failure.code === 'EMESSAGE') return new PortError('mailer', 'refused', 'the mail is larger than the mail server takes');
  if (failure.code === 'EAUTH') return new PortError('mailer', 'refused', 'the mail server offers no sign-in with user and password');
  if (failure.code === 'ETLS') return new PortError('mailer', 'again', 'no trusted TLS connection to the mail server');
  return new PortError('mailer', 'again', `no connection to the mail server (${failure.code ?? 'aborted'})`, { cause: noReply });
};

type Settle<T> = { readonly done: (value: T) => void; readonly failed: (failure: Failure) => void };

/** One step of the protocol: it ends with its callback, with the connection's error, or with the abort. */
const step = <T>(
  connection: SMTPConnection,
  signal: AbortSignal,
  handedOver: () => boolean,
  start: (settle: Settle<T>) => void,
): Promise<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const failed = (failure: Failure): void => {
    reject(judged(failure, handedOver()));
    connection.close();
  };
  const aborted = (): void => failed({});
  if (signal.aborted) aborted();
  else {
    signal.addEventListener('abort', aborted, { once: true });
    connection.once('error', failed);
    start({ done: resolve, failed });
  }
  return promise.finally(() => {
    signal.removeEventListener('abort', aborted);
    connection.removeListener('error', failed);
  });
};

const before = (): boolean => false;

const signIn = (connection: SMTPConnection, auth: NonNullable<SmtpServer['auth']>, signal: AbortSignal): Promise<void> =>
  step<void>(connection, signal, before, ({ done, failed }) => {
    // A copy: the connection writes into it.
    connection.login({ ...auth }, (failure) => (failure ? failed(failure) : done()));
  });

const sendOver = (connection: SMTPConnection, envelope: SMTPEnvelope, bytes: Uint8Array, signal: AbortSignal): Promise<string> => {
  let handedOver = false;
  const message = new Readable({
    // Asked for the first time once the server has said "go ahead" to DATA, not earlier.
    read() {
      handedOver = true;
      this.push(bytes);
      this.push(null);
    },
  });
  return step<string>(
    connection,
    signal,
    () => handedOver,
    ({ done, failed }) => connection.send(envelope, message, (failure, info) => (failure ? failed(failure) : done(info?.response ?? ''))),
  );
};

/** Connects, secures, signs in. Throws PortError. */
export const openLine = async (server: SmtpServer, timeouts: Timeouts, signal: AbortSignal): Promise<Line> => {
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: server.requireTLS,
    ignoreTLS: !server.requireTLS,
    connectionTimeout: timeouts.connect,
    greetingTimeout: timeouts.connect,
    dnsTimeout: timeouts.connect,
    socketTimeout: timeouts.idle,
    maxResponseSize: 64 * 1_024,
    tls: { minVersion: 'TLSv1.2' },
  });
  // An error between two steps means the line is dead, which the next step finds out; without a listener it would end the process.
  connection.on('error', () => undefined);
  await step<void>(connection, signal, before, ({ done, failed }) => connection.connect((failure) => (failure ? failed(failure) : done())));
  if (server.auth) await signIn(connection, server.auth, signal);
  return {
    send: (envelope, bytes, sending) => sendOver(connection, envelope, bytes, sending),
    close: () => connection.close(),
  };
};
