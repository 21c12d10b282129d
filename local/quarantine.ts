// Decides how the quarantine of one machine is asked for: the same answers over the socket of a running process and from the store itself.
import type { Hono } from 'hono';
import { type Choice, type Listing, type Replayed, chosenFrom, eventWithBytes, listingOf } from '#flow/quarantine.ts';
import { replayHere } from '#flow/read-again.ts';
import type { Node } from './node.ts';

/** `bytes` in base64: JSON carries no others. Null: kept no longer. */
export type ShownEvent = { readonly event: Listing['events'][number]; readonly bytes: string | null };

export const listHere = (node: Node, source: string | undefined): Promise<Listing> => listingOf(node.world.ledger, source);

/** Null: there is no such event in quarantine. */
export const eventHere = async (node: Node, id: string): Promise<ShownEvent | null> => {
  const found = await eventWithBytes(node.world, id);
  return found ? { event: found.event, bytes: found.bytes ? Buffer.from(found.bytes).toString('base64') : null } : null;
};

export const replayChosen = async (node: Node, choice: Choice): Promise<Replayed> =>
  replayHere(node.world)(await chosenFrom(node.world.ledger, choice));

export const addQuarantine = (app: Hono, node: Node): void => {
  app.get('/quarantine', async (c) => c.json(await listHere(node, c.req.query('source'))));
  app.get('/quarantine/event', async (c) => c.json(await eventHere(node, c.req.query('id') ?? '')));
  app.post('/quarantine/replay', async (c) => c.json(await replayChosen(node, await c.req.json<Choice>())));
};
