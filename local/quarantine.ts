// Decides how the quarantine of one machine is asked for: the same answers over the socket of a running process and from the store itself.
import type { Hono } from 'hono';
import { type Asking, type Choice, type Listing, type Replayed, type Seen, chosenFrom, listingOf, lookAt } from '#flow/quarantine.ts';
import { replayHere } from '#flow/read-again.ts';
import type { Node } from './node.ts';

/** `bytes` in base64: JSON carries no others. */
export type ShownEvent = Omit<Seen, 'bytes'> & { readonly bytes?: string };

export const shownEvent = ({ bytes, ...seen }: Seen): ShownEvent => ({
  ...seen,
  ...(bytes === undefined ? {} : { bytes: Buffer.from(bytes).toString('base64') }),
});

export const listHere = (node: Node, source: string | undefined): Promise<Listing> => listingOf(node.world.ledger, source);

export type WantedEvent = { readonly id: string; readonly asking?: Asking };

/** Null: there is no such event in quarantine. */
export const eventHere = async (node: Node, { id, asking }: WantedEvent): Promise<ShownEvent | null> => {
  const seen = await lookAt(node.world, id, asking);
  return seen ? shownEvent(seen) : null;
};

export const replayChosen = async (node: Node, choice: Choice): Promise<Replayed> =>
  replayHere(node.world, node.keepNames)(await chosenFrom(node.world.ledger, choice));

export const addQuarantine = (app: Hono, node: Node): void => {
  app.get('/quarantine', async (c) => c.json(await listHere(node, c.req.query('source'))));
  app.post('/quarantine/event', async (c) => c.json(await eventHere(node, await c.req.json<WantedEvent>())));
  app.post('/quarantine/replay', async (c) => c.json(await replayChosen(node, await c.req.json<Choice>())));
};
