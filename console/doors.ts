// Decides what happens at `POST /signals/{source}`: who sends is verified, what was sent is stored, and only then answered (I-01, I-06).
import { type Context, Hono } from 'hono';
import { type SourceSettings, sourceSettings } from '#core/directory/source-settings.ts';
import { sameText } from '#core/kernel/hash.ts';
import { failureOf } from '#flow/failure.ts';
import { type NotInflated, inflate, isGzip, readAtMost } from '#flow/inflate.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import type { World } from '#flow/ports.ts';
import {
  type Admitted,
  type Guard,
  type Presented,
  type TurnedAway,
  type VerifyPush,
  admittedByHead,
  admittedBySignature,
  isAllowed,
} from './credential.ts';
import type { Counters } from './deps.ts';
import { addSlack } from './slack.ts';

export type DoorDeps = {
  readonly world: World;
  /** Valid secrets by the name of a source or door: one, or two while one is replaced (F-51). Never an empty one: it would let everybody in. */
  readonly tokensOf: (name: string) => Promise<readonly string[]>;
  /** Where a request comes from; undefined where that is not known, and then it lies in no network. */
  readonly addressOf: (c: Context) => string | undefined;
  readonly verifyPush?: VerifyPush;
  readonly counters: Counters;
};

/** Auth0 and webhooks send batches up to this (formats.md B). */
export const bodyLimit = 1_048_576;
/** A mail comes whole, with what is attached to it; whoever sends one shows his credential first. */
export const mailLimit = 32 * bodyLimit;
/** Meta sends up to 3 MB, and signs in the head what nobody knows before the body is read. */
export const hubLimit = 4 * bodyLimit;
/** What a body may become when it is unpacked: logs shrink to a tenth, a bomb to a thousandth. */
export const inflatedLimit = 16 * bodyLimit;

type Answer = { readonly status: 400 | 401 | 413 | 415; readonly error: string };

const tooLarge = (limit: number): Answer => ({ status: 413, error: `The body is over ${limit} bytes. Send smaller batches.` });
const notGzip: Readonly<Record<NotInflated, Answer>> = {
  large: { status: 413, error: `The body is over ${inflatedLimit} bytes when it is unpacked. Send smaller batches.` },
  damaged: { status: 400, error: 'The body is no gzip, or cut short.' },
};
/** Said of every fault alike: who may not come in learns nothing, not even which sources there are. */
const stranger: Answer = {
  status: 401,
  error: 'Not accepted: there is no such source, or its credential, the time of the signature or where it is sent from does not fit.',
};

const isAnswer = (value: Uint8Array | Admitted | Answer): value is Answer => 'status' in value;

const isMail = (c: Context): boolean => /^message\/rfc822\b/i.test(c.req.header('content-type') ?? '');

/** Reads at most the limit, whatever the header says. */
const readBody = async (c: Context, limit: number): Promise<Uint8Array<ArrayBuffer> | Answer> => {
  if (Number(c.req.header('content-length') ?? 0) > limit) return tooLarge(limit);
  const body = c.req.raw.body ? await readAtMost(c.req.raw.body, limit) : new Uint8Array();
  return body ? new Uint8Array(body) : tooLarge(limit);
};

/** Bytes as they were before they were packed. A file that was packed beforehand is unpacked too: it says so itself. */
const unpacked = async (c: Context, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array | Answer> => {
  const encoding = (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase();
  if (encoding !== 'gzip' && encoding !== 'identity') return { status: 415, error: 'Send the body as it is, or packed with gzip.' };
  if (encoding === 'identity' && !isGzip(bytes)) return bytes;
  const inflated = await inflate(bytes, inflatedLimit);
  return inflated.ok ? inflated.value : notGzip[inflated.error];
};

const presentedBy = (c: Context, { signature }: SourceSettings, address: string | undefined): Presented => ({
  authorization: c.req.header('authorization') ?? '',
  timestamp: c.req.header('art33-timestamp') ?? '',
  ...(signature === undefined
    ? { scheme: 'art33', signature: c.req.header('art33-signature') }
    : { scheme: 'hub', signature: c.req.header(signature) ?? '' }),
  address,
});

const guardOf = async (deps: DoorDeps, source: string): Promise<Guard> => ({
  secrets: await deps.tokensOf(source),
  settings: sourceSettings(deps.world.directory.current().configuration, source),
  verifyPush: deps.verifyPush,
  now: deps.world.clock.now(),
});

const limitOf = (c: Context, { scheme }: Presented, isKnown: boolean): number => {
  if (scheme === 'hub') return hubLimit;
  return isKnown && isMail(c) ? mailLimit : bodyLimit;
};

/** The body of whoever may deliver, still packed. Whoever shows a credential in the head shows it before anything of the body is read. */
const admit = async (
  deps: DoorDeps,
  c: Context,
  source: string,
): Promise<Answer | (Admitted & { readonly body: Uint8Array<ArrayBuffer> })> => {
  const away = (why: TurnedAway): Answer => {
    deps.counters.count(`${source}: ${why}`);
    return stranger;
  };
  const guard = await guardOf(deps, source);
  const presented = presentedBy(c, guard.settings, guard.settings.allow && deps.addressOf(c));
  if (!isAllowed(guard.settings, presented.address)) return away('from a network that is not allowed');
  // A browser that was lured here sends its Origin; machines don't (D-11).
  if (c.req.header('origin') !== undefined) return away('wrong or missing credential');
  const head = presented.signature === undefined ? await admittedByHead(presented, guard) : undefined;
  if (typeof head === 'string') return away(head);
  const body = await readBody(c, limitOf(c, presented, head !== undefined));
  if (isAnswer(body)) return body;
  const admitted = head ?? admittedBySignature(presented, guard, body);
  return typeof admitted === 'string' ? away(admitted) : { ...admitted, body };
};

const deliver = async (deps: DoorDeps, c: Context, source: string, request: string): Promise<Response> => {
  const refuse = ({ status, error }: Answer) => c.json({ request, error }, status, status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {});
  const admitted = await admit(deps, c, source);
  if (isAnswer(admitted)) return refuse(admitted);
  const bytes = await unpacked(c, admitted.body);
  if (isAnswer(bytes)) return refuse(bytes);
  if (bytes.length === 0) return refuse({ status: 400, error: 'The body is empty.' });
  const contentType = c.req.header('content-type');
  const done = await ingestDelivery(deps.world, {
    source,
    id: admitted.replay === undefined ? `http:${request}` : `signed:${admitted.replay}`,
    bytes,
    received: deps.world.clock.now(),
    ...(contentType === undefined ? {} : { contentType }),
  });
  return c.json({ request, ...done }, 202);
};

/** Beside the secret of a source that signs so: the word that its handshake asks for, which stands in an address and so is no secret of anything else. */
export const verifyTokenOf = (source: string): string => `${source}/verify`;

/** Meta asks once, when the address is entered: whoever knows the word answers with the challenge. Undefined: it is not the right word. */
const handshake = async (deps: DoorDeps, c: Context, source: string): Promise<string | undefined> => {
  const [mode, token = '', challenge = ''] = ['mode', 'verify_token', 'challenge'].map((name) => c.req.query(`hub.${name}`));
  const { settings } = await guardOf(deps, source);
  const isAsked = settings.signature !== undefined && mode === 'subscribe' && /^[\w.-]{1,200}$/.test(challenge);
  const fits = (await deps.tokensOf(verifyTokenOf(source))).map((word) => sameText(token, word)).includes(true);
  return isAsked && fits && isAllowed(settings, settings.allow && deps.addressOf(c)) ? challenge : undefined;
};

/** `request`: our name for it, by which a sender and a log can speak of it. */
export type DoorEnv = { readonly Variables: { readonly request: string } };

export const doors = (deps: DoorDeps): Hono<DoorEnv> => {
  const app = new Hono<DoorEnv>();
  app.post('/signals/:source', async (c) => {
    const request = deps.world.ids.fresh();
    c.set('request', request);
    c.header('Art33-Request', request);
    const source = c.req.param('source');
    if (deps.world.sources.current().readers.has(source)) return deliver(deps, c, source, request);
    deps.counters.count('no such source');
    return c.json({ request, error: stranger.error }, 401, { 'WWW-Authenticate': 'Bearer' });
  });
  app.get('/signals/:source', async (c, next) => {
    if (c.req.query('hub.mode') === undefined) return next();
    const source = c.req.param('source');
    const isSource = deps.world.sources.current().readers.has(source);
    const challenge = isSource ? await handshake(deps, c, source) : undefined;
    if (challenge !== undefined) return c.text(challenge, 200, { 'X-Content-Type-Options': 'nosniff' });
    deps.counters.count(isSource ? `${source}: wrong or missing credential` : 'no such source');
    return c.json({ error: stranger.error }, 401);
  });
  app.all('/signals/:source', (c) => c.json({ error: 'Signals are sent by POST.' }, 405, { Allow: 'POST' }));
  addSlack(app, deps);
  app.onError((cause, c) => {
    deps.world.log.error('door-fault', failureOf(cause));
    return c.json({ request: c.get('request'), error: 'It could not be stored. Send it again.' }, 503);
  });
  return app;
};
