// Decides how the channels of one machine are asked for and turned: the same over the socket of a running process and in the store itself.
import type { Hono } from 'hono';
import { type Turned, allDistrusted, turnTrust } from '#flow/trust.ts';
import type { Node } from './node.ts';

export const addChannel = (app: Hono, { world }: Node): void => {
  app.get('/channels', async (c) => c.json(await allDistrusted(world)));
  app.post('/channels', async (c) => c.json(await turnTrust(world, await c.req.json<Turned>())));
};
