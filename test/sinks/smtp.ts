// Decides how the mail server of the tests behaves: takes mail byte for byte on loopback, and fails where it is told to.
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

export type Delivered = {
  readonly from: string;
  readonly to: readonly string[];
  readonly bytes: Buffer;
  readonly connection: string;
  readonly secure: boolean;
};

/** Where it fails, and with which code: `data` is the reply to the whole mail. `cut-after-data`: takes the mail, then breaks the line. */
export type MailMisdeed =
  | { readonly at: 'from' | 'to' | 'data'; readonly code: number; readonly words?: string }
  | { readonly at: 'to' | 'data'; readonly code: 'hang' | 'cut'; readonly words?: never }
  | { readonly at: 'cut-after-data' };

export type SmtpSink = {
  readonly url: string;
  readonly port: number;
  readonly mails: readonly Delivered[];
  readonly connections: () => number;
  /** How many mails hang in it, by request. */
  readonly waiting: () => number;
  readonly signIns: () => number;
  /** The next mails meet these, in order. */
  readonly misbehave: (...misdeeds: readonly MailMisdeed[]) => void;
  /** Ends every line, as a server does with resting ones. */
  readonly dropLines: () => void;
  readonly close: () => Promise<void>;
};

export type SmtpSinkOptions = { readonly user?: string; readonly pass?: string; readonly tls?: boolean; readonly sizeLimit?: number };

type Refusal = (error?: Error | null) => void;

const collect = async (stream: SMTPServerDataStream): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

export const openSmtpSink = async (options: SmtpSinkOptions = {}): Promise<SmtpSink> => {
  const mails: Delivered[] = [];
  const seen = new Set<string>();
  let misdeeds: MailMisdeed[] = [];
  let waiting = 0;
  let signIns = 0;

  const cut = (session: SMTPServerSession): void => {
    for (const connection of server.connections) if (connection.id === session.id) connection._socket.destroy();
  };
  /** True when the misdeed of this place was done. */
  const failAt = (place: 'from' | 'to' | 'data', session: SMTPServerSession, callback: Refusal): boolean => {
    const misdeed = misdeeds[0];
    if (misdeed === undefined || misdeed.at !== place) return false;
    misdeeds.shift();
    if (misdeed.code === 'hang') waiting += 1;
    else if (misdeed.code === 'cut') cut(session);
    else callback(Object.assign(new Error(misdeed.words ?? 'refused by the test'), { responseCode: misdeed.code }));
    return true;
  };
  const deliver = (bytes: Buffer, session: SMTPServerSession): void => {
    const { mailFrom, rcptTo } = session.envelope;
    mails.push({
      from: mailFrom ? mailFrom.address : '',
      to: rcptTo.map(({ address }) => address),
      bytes,
      connection: session.id,
      secure: session.secure,
    });
  };

  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    disabledCommands: [...(options.tls ? [] : ['STARTTLS' as const]), ...(options.user === undefined ? ['AUTH' as const] : [])],
    allowInsecureAuth: true,
    authOptional: options.user === undefined,
    ...(options.sizeLimit === undefined ? {} : { size: options.sizeLimit }),
    onConnect: (session, callback) => {
      seen.add(session.id);
      callback();
    },
    onAuth: (auth, _session, callback) => {
      signIns += 1;
      if (auth.username === options.user && auth.password === options.pass) callback(null, { user: auth.username });
      else callback(Object.assign(new Error('Invalid login'), { responseCode: 535 }));
    },
    onMailFrom: (_address, session, callback) => {
      if (!failAt('from', session, callback)) callback();
    },
    onRcptTo: (_address, session, callback) => {
      if (!failAt('to', session, callback)) callback();
    },
    onData: (stream, session, callback) => {
      void collect(stream).then((bytes) => {
        if (failAt('data', session, callback)) return;
        deliver(bytes, session);
        if (misdeeds[0]?.at !== 'cut-after-data') return callback(null, `Ok: queued as TEST${mails.length}`);
        misdeeds.shift();
        cut(session);
      });
    },
  });
  // A broken line is what these tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const sign = options.user === undefined ? '' : `${encodeURIComponent(options.user)}:${encodeURIComponent(options.pass ?? '')}@`;
  const dropLines = (): void => {
    for (const connection of server.connections) connection._socket.destroy();
  };
  return {
    url: `smtp://${sign}127.0.0.1:${port}`,
    port,
    mails,
    connections: () => seen.size,
    waiting: () => waiting,
    signIns: () => signIns,
    misbehave: (...next) => {
      misdeeds = [...next];
    },
    dropLines,
    close: () => {
      dropLines();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
