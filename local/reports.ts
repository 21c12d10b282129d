// Decides how a report that the console took down becomes an event on one machine, and how its words are read again.
import type { Reports } from '#console/deps.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import type { World } from '#flow/ports.ts';

export const reportsHere = (world: World): Reports => ({
  take: async (report) => {
    await ingestDelivery(world, { ...report, contentType: 'application/json', received: world.clock.now() });
  },
  words: (rawRef) => world.evidence.get(rawRef),
});
