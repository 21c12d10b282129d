// Decides how fetched events come into the store of one machine: over the socket of a running process or by the command itself.
import type { Hono } from 'hono';
import { type Fetched, missingOf, storeFetched } from '#flow/backfill.ts';
import type { Node } from './node.ts';

export type FetchedPage = { readonly source: string; readonly events: readonly Fetched[] };
/** Those that the source itself had not delivered, by its ids. */
export type Backfilled = { readonly missing: readonly string[] };

export const backfillHere = async ({ world }: Node, { source, events }: FetchedPage): Promise<Backfilled> => {
  const missing = await missingOf(world, source, events);
  await storeFetched(world, source, events);
  return { missing };
};

export const addBackfill = (app: Hono, node: Node): void => {
  app.post('/backfill', async (c) => c.json(await backfillHere(node, await c.req.json<FetchedPage>())));
};
