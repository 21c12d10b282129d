// Decides what the command line may ask of a running process: the same answers it would compute itself (D-7).
import { Hono } from 'hono';
import { dutyJson, dueDuties, readState, report } from '#flow/report.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import { gatherKit } from '#flow/night-kit.ts';
import type { Entry } from '#core/register/entry.ts';
import type { NightKit } from '#core/register/night-kit.ts';
import { type OcsfEvent, detectionFindings, incidentFinding } from '#core/register/ocsf.ts';
import { signalEvents } from '#core/register/ocsf-signal.ts';
import { anchorOf } from '#core/register/verify.ts';
import { addAffected } from './affected.ts';
import { addBackfill } from './backfill.ts';
import type { Node } from './node.ts';
import { addChannel } from './channel.ts';
import { addQuarantine } from './quarantine.ts';

export const registerEntries = async (node: Node): Promise<readonly Entry[]> => {
  const entries: Entry[] = [];
  for await (const entry of node.world.ledger.entries()) entries.push(entry);
  return entries;
};

/** Every case that counts, for readers of OCSF. */
export const ocsfEvents = async (node: Node, signals: boolean): Promise<readonly OcsfEvent[]> =>
  (await readState(node.world.ledger)).incidents.flatMap((incident) => [
    incidentFinding(incident),
    ...detectionFindings(incident),
    ...(signals ? signalEvents(incident) : []),
  ]);

/** The night kit, not sealed: whoever asks is on this machine and may read the store anyway. */
export const kitOf = (node: Node): Promise<NightKit> => gatherKit({ ...node.world, anchors: node.anchors });

/** One event of `art33 send`, as it travels over the socket. */
export type SentEvent = { readonly source: string; readonly text: string };

export const storeEvents = async (node: Node, events: readonly SentEvent[]): Promise<number> => {
  const encoder = new TextEncoder();
  let stored = 0;
  for (const event of events) {
    const done = await ingestDelivery(node.world, {
      source: event.source,
      id: `cli:${node.world.ids.fresh()}`,
      bytes: encoder.encode(event.text),
      received: node.world.clock.now(),
    });
    stored += done.stored;
  }
  return stored;
};

export const commandsApp = (node: Node): Hono => {
  const app = new Hono();
  app.get('/state', async (c) => c.json(await report(node.world.ledger, node.outbox, node.outboxDir)));
  app.get('/due', async (c) => c.json((await dueDuties(node.world.ledger)).map(dutyJson)));
  app.get('/ocsf', async (c) => c.json(await ocsfEvents(node, c.req.query('signals') === 'true')));
  app.get('/register', async (c) => c.json(await registerEntries(node)));
  app.get('/anchor', async (c) => c.json(anchorOf(await registerEntries(node), node.world.clock.now())));
  app.get('/night-kit', async (c) => c.json(await kitOf(node)));
  app.post('/send', async (c) => c.json({ stored: await storeEvents(node, await c.req.json<readonly SentEvent[]>()) }));
  addQuarantine(app, node);
  addChannel(app, node);
  addAffected(app, node);
  addBackfill(app, node);
  return app;
};
