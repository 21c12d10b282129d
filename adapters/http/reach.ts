// Decides whether somebody can be reached: a connection with TLS, a GET, or one text sent to a door of ours; failures name a code only.
import { type Socket, connect as connectPlain, isIP } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { type Duration, type Instant, instantOf, seconds } from '#core/kernel/time.ts';

export type Host = { readonly host: string; readonly port: number; readonly secure: boolean };

const patience: Duration = seconds(5);

const codeOf = (cause: unknown): string => {
  const { code, cause: inner } = (typeof cause === 'object' && cause !== null ? cause : {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[A-Z_]{2,60}$/.test(code)) return code;
  return inner === undefined ? 'no code' : codeOf(inner);
};

const reasonOf = (cause: unknown): string => (cause instanceof DOMException ? 'no answer in time' : `no connection (${codeOf(cause)})`);

export const hostOf = (url: URL): Host => {
  const secure = url.protocol === 'https:';
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: url.port === '' ? (secure ? 443 : 80) : Number(url.port), secure };
};

/** Connects, shakes hands where TLS is wanted, and hangs up. The reason of a failure names its code, never the address. */
export const reach = ({ host, port, secure }: Host, timeout: Duration = patience): Promise<Result<void>> =>
  new Promise((resolve) => {
    const socket: Socket = secure
      ? connectSecure({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connectPlain({ host, port });
    const end = (result: Result<void>): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeout, () => end(fail('no answer in time')));
    socket.once(secure ? 'secureConnect' : 'connect', () => end(ok(undefined)));
    socket.once('error', (cause) => end(fail(`no connection (${codeOf(cause)})`)));
  });

export type Got = {
  readonly status: number;
  /** The other side's clock, to the second. */
  readonly date?: Instant;
};

/** One GET, no redirect; nothing of the reply but its status and date. */
export const get = async (url: URL, headers: Readonly<Record<string, string>> = {}, timeout: Duration = patience): Promise<Result<Got>> => {
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeout) });
    await response.body?.cancel();
    const date = Date.parse(response.headers.get('date') ?? '');
    return ok({ status: response.status, ...(Number.isNaN(date) ? {} : { date: instantOf(date) }) });
  } catch (cause) {
    return fail(reasonOf(cause));
  }
};

/** One text to a door of ours; its whole answer. */
export const sendText = async (
  url: URL,
  {
    headers,
    body,
    timeout = seconds(20),
  }: { readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly timeout?: Duration },
): Promise<Result<{ readonly status: number; readonly text: string }>> => {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(timeout) });
    return ok({ status: response.status, text: await response.text() });
  } catch (cause) {
    return fail(reasonOf(cause));
  }
};
