// Decides how we speak to a web API: one POST, no redirect, an end in time, a reply of bounded size, and what may have happened said truly.
import { type Duration, durationOf } from '#core/kernel/time.ts';
import { type Clock, type Failing, PortError } from '#flow/ports.ts';

export type Request = {
  /** Whose failure it is. */
  readonly port: Failing;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** @default 10 s (reliability.md 6.3: effect timeout) */
  readonly timeout?: Duration;
};

export type Reply = {
  readonly status: number;
  readonly text: string;
  /** False when the reply was cut, by the other side or by our cap. */
  readonly whole: boolean;
  readonly retryAfter?: Duration;
};

const replyCap = 64 * 1_024;
const longestRetry = 3_600_000;

/** The connection never stood: the request can't have been read. Undici's and Node's closed lists. */
const neverSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Seconds or an HTTP date, as a wait of at most one hour: a sink may slow us, not silence us. */
export const retryAfterOf = (header: string | null, clock: Clock): Duration | undefined => {
  if (header === null) return undefined;
  const text = header.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - clock.now();
  return Number.isFinite(ms) ? durationOf(Math.min(Math.max(ms, 0), longestRetry)) : undefined;
};

const readCapped = async (response: Response): Promise<Pick<Reply, 'text' | 'whole'>> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let whole = true;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size <= replyCap) continue;
      whole = false;
      break;
    }
  } catch {
    whole = false;
  }
  return { text: Buffer.concat(chunks).subarray(0, replyCap).toString('utf8'), whole };
};

const codeOf = (cause: unknown): string => {
  const inner =
    cause instanceof Error
      ? (cause.cause as { readonly code?: unknown; readonly errors?: readonly { readonly code?: unknown }[] } | undefined)
      : undefined;
  const code = inner?.code ?? inner?.errors?.[0]?.code;
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'no code';
};

const failed = (request: Request, cause: unknown, late: boolean): PortError => {
  if (late || request.signal.aborted) return new PortError(request.port, 'unsure', 'no answer came in time');
  const code = codeOf(cause);
  // The cause itself stays here: an address may be a secret, and it stands in some of these errors.
  if (neverSent.has(code)) return new PortError(request.port, 'again', `no connection (${code})`);
  return new PortError(request.port, 'unsure', `the connection ended before an answer came (${code})`);
};

/** Sends JSON. Throws PortError when no answer came; every answer, good or bad, is the caller's to judge. */
export const post = async (request: Request): Promise<Reply> => {
  if (request.signal.aborted) throw new PortError(request.port, 'again', 'the time for this attempt was over before it began');
  const limit = AbortSignal.timeout(request.timeout ?? 10_000);
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...request.headers },
      body: JSON.stringify(request.body),
      redirect: 'manual',
      signal: AbortSignal.any([request.signal, limit]),
    });
    const retryAfter = retryAfterOf(response.headers.get('retry-after'), request.clock);
    return { status: response.status, ...(await readCapped(response)), ...(retryAfter === undefined ? {} : { retryAfter }) };
  } catch (cause) {
    throw failed(request, cause, limit.aborted);
  }
};

/** Answers after which the same request may succeed (formats.md C6). */
export const isPassing = (status: number): boolean => status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
