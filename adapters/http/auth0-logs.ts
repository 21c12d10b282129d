// Decides how Auth0's own log is read by checkpoint: a hundred at a time in the order of their ids, at the pace that Auth0 asks for.
import { type Duration, type Instant, between, durationOf, instantOf, plus, seconds } from '#core/kernel/time.ts';
import type { Clock } from '#flow/ports.ts';
import { isLoopback } from './loopback.ts';

/** It could not be read on. The text is for the person at the terminal; never the token, never a line of the log. */
export class Auth0Error extends Error {
  override readonly name = 'Auth0Error';
}

export type Auth0Log = { readonly id: string; readonly text: string };

export type Auth0Settings = {
  readonly base: URL;
  /** Of the management API, with the right `read:logs`. */
  readonly token: string;
  readonly clock: Clock;
  readonly pause: (time: Duration) => Promise<void>;
  /** Told before each longer wait. */
  readonly waiting: (time: Duration) => void;
};

const take = 100;
const patience: Duration = seconds(30);
/** A page of a hundred logs with details is well below. */
const bodyAtMost = 32 * 1_048_576;
const tries = 5;
const longestWait: Duration = seconds(120);

/** `tenant.eu.auth0.com`, or the address of a recorded server on this machine. */
export const auth0Base = (domain: string): URL | undefined => {
  const text = /^https?:\/\//.test(domain) ? domain : `https://${domain}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') return undefined;
  return url.protocol === 'https:' || isLoopback(url.hostname) ? url : undefined;
};

export const isLogId = (text: string): boolean => /^[A-Za-z0-9_-]{1,128}$/.test(text);

type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

const textWithin = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > bodyAtMost) throw new Auth0Error('Auth0 answered more than a page of logs can be.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

const ask = async (url: URL, token: string): Promise<Answer | undefined> => {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    });
    return { status: response.status, headers: response.headers, text: await textWithin(response) };
  } catch (cause) {
    if (cause instanceof Auth0Error) throw cause;
    return undefined;
  }
};

/** `x-ratelimit-reset`: seconds since 1970 at which there is room again. */
const untilReset = ({ headers }: Answer, now: Instant): Duration | undefined => {
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  if (!Number.isFinite(reset) || reset <= 0) return undefined;
  return durationOf(Math.min(Math.max(between(now, plus(instantOf(reset * 1_000), seconds(1))), 0), longestWait));
};

const refusals: Readonly<Record<number, string>> = {
  400: 'it knows no log of that id (400). Logs are kept for some days only: begin with the oldest that the dashboard shows.',
  401: 'it does not take the token (401). A token of the management API is valid for a day; make a new one.',
  403: 'the token may not read logs (403). It needs the scope read:logs.',
  404: 'there is no such address (404). Is that the domain of the tenant?',
};

/** One page; what passes is waited for. */
const pageAt = async (url: URL, settings: Auth0Settings): Promise<Answer> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(url, settings.token);
    if (answer?.status === 200) return answer;
    const refusal = answer && refusals[answer.status];
    if (refusal !== undefined) throw new Auth0Error(`Auth0 refused: ${refusal}`);
    if (attempt === tries)
      throw new Auth0Error(answer ? `Auth0 answered ${answer.status}, ${tries} times.` : `Auth0 did not answer, ${tries} times.`);
    const wait = (answer?.status === 429 ? untilReset(answer, settings.clock.now()) : undefined) ?? seconds(2 ** attempt);
    settings.waiting(wait);
    await settings.pause(wait);
  }
};

const logsIn = (text: string): readonly unknown[] => {
  try {
    const value = JSON.parse(text) as unknown;
    if (Array.isArray(value)) return value;
  } catch {
    // said below
  }
  throw new Auth0Error('Auth0 answered no list of logs. Is that the domain of the tenant, and does nothing stand in between?');
};

const idOf = (log: unknown): string => {
  const { log_id: id, _id: old } = (typeof log === 'object' && log !== null ? log : {}) as {
    readonly log_id?: unknown;
    readonly _id?: unknown;
  };
  const found = id ?? old;
  if (typeof found === 'string' && isLogId(found)) return found;
  throw new Auth0Error('Auth0 answered a log without an id.');
};

/** The page after this one, as Auth0 says it; never anywhere else: the token goes along. */
const nextIn = ({ headers }: Answer, base: URL): URL | undefined => {
  const [, target] = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(headers.get('link') ?? '') ?? [];
  if (target === undefined || !URL.canParse(target, base.href)) return undefined;
  const url = new URL(target, base);
  return url.origin === base.origin && url.pathname === '/api/v2/logs' ? url : undefined;
};

const after = (base: URL, id: string): URL => new URL(`/api/v2/logs?from=${encodeURIComponent(id)}&take=${take}`, base);

/** Everything behind `from`, page by page, to the end of the log as it is now. */
export async function* auth0LogsAfter(settings: Auth0Settings, from: string): AsyncGenerator<readonly Auth0Log[]> {
  const { base, clock, pause, waiting } = settings;
  let url = after(base, from);
  for (let last = from; ; ) {
    const answer = await pageAt(url, settings);
    const logs = logsIn(answer.text).map((log): Auth0Log => ({ id: idOf(log), text: JSON.stringify(log) }));
    const end = logs.at(-1);
    if (!end) return;
    if (end.id === last) throw new Auth0Error('Auth0 answers the same logs again and again.');
    yield logs;
    last = end.id;
    url = nextIn(answer, base) ?? after(base, last);
    if (Number(answer.headers.get('x-ratelimit-remaining') ?? 1) > 0) continue;
    const wait = untilReset(answer, clock.now()) ?? seconds(1);
    waiting(wait);
    await pause(wait);
  }
}
