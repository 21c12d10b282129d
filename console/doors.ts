// Decides what happens at `POST /signals/{source}`: who sends is verified, what was sent is stored, and only then answered (I-01, I-06).
import { Hono } from 'hono';
import { ingestDelivery } from '#flow/ingest.ts';
import type { World } from '#flow/ports.ts';
import type { Counters } from './deps.ts';
import { sameWord } from './guard.ts';
import { failureOf } from '#flow/failure.ts';

export type DoorDeps = {
  readonly world: World;
  /** Valid tokens of a source: one, or two while a secret is rotated (F-51). */
  readonly tokensOf: (source: string) => Promise<readonly string[]>;
  readonly counters: Counters;
};

/** Auth0 and webhooks send batches up to this (formats.md B). */
export const bodyLimit = 1_048_576;

const bearer = (header: string): string => header.replace(/^Bearer\s+/i, '').trim();

const tooLarge = (length: string | undefined): boolean => length !== undefined && Number(length) > bodyLimit;

/** Reads at most the limit, whatever the header says. */
const readBody = async (body: ReadableStream<Uint8Array> | null): Promise<Uint8Array | undefined> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  if (!body) return new Uint8Array();
  for await (const part of body) {
    size += part.length;
    if (size > bodyLimit) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
};

export const doors = (deps: DoorDeps): Hono => {
  const app = new Hono();
  app.post('/signals/:source', async (c) => {
    const source = c.req.param('source');
    const { readers, names } = deps.world.sources.current();
    if (!readers.has(source)) return c.json({ error: 'There is no such source.', sources: names }, 404);
    // A browser that was lured here sends its Origin; machines don't (D-11).
    const allowed = c.req.header('origin') === undefined ? await deps.tokensOf(source) : [];
    const given = bearer(c.req.header('authorization') ?? '');
    if (!allowed.map((token) => sameWord(given, token)).includes(true)) {
      deps.counters.count(`${source}: wrong or missing credential`);
      return c.json({ error: `Send the source's token as "Authorization: Bearer …".` }, 401);
    }
    if (tooLarge(c.req.header('content-length')))
      return c.json({ error: `The body is over ${bodyLimit} bytes. Send smaller batches.` }, 413);
    const bytes = await readBody(c.req.raw.body);
    if (!bytes) return c.json({ error: `The body is over ${bodyLimit} bytes. Send smaller batches.` }, 413);
    if (bytes.length === 0) return c.json({ error: 'The body is empty.' }, 400);
    const contentType = c.req.header('content-type');
    const request = deps.world.ids.fresh();
    const done = await ingestDelivery(deps.world, {
      source,
      id: `http:${request}`,
      bytes,
      received: deps.world.clock.now(),
      ...(contentType === undefined ? {} : { contentType }),
    });
    return c.json({ request, ...done }, 202);
  });
  app.all('/signals/:source', (c) =>
    c.json({ error: `POST to /signals/{source}; sources: ${deps.world.sources.current().names.join(', ')}` }, 404),
  );
  app.onError((cause, c) => {
    deps.world.log.error('door-fault', failureOf(cause));
    return c.json({ error: 'It could not be stored. Send it again.' }, 503);
  });
  return app;
};
