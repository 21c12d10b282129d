// Decides which incidents an undisturbed machine makes of the same signals: same keys, same configuration, nobody killed.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident } from '#core/incident/incident.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import { stderrLog } from '#local/log.ts';
import { assessWaiting } from '#local/loops.ts';
import { type InForce, openNode } from '#local/node.ts';
import type { Post } from './cast.ts';

export type Undisturbed = {
  readonly dataDir: string;
  readonly secretsFrom: string;
  readonly inForce: InForce;
  readonly posts: readonly Post[];
};

export const undisturbed = async ({ dataDir, secretsFrom, inForce, posts }: Undisturbed): Promise<readonly Incident[]> => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  copyFileSync(join(secretsFrom, 'secrets.json'), join(dataDir, 'secrets.json'));
  const node = await openNode({ dataDir, inForce: () => inForce, kind: 'own', environment: {}, log: stderrLog('silent') });
  try {
    for (const [i, { source, body }] of posts.entries()) {
      const bytes = new TextEncoder().encode(body);
      await ingestDelivery(node.world, { source, id: `undisturbed:${i}`, bytes, received: node.world.clock.now() });
    }
    await assessWaiting(node);
    const incidents: Incident[] = [];
    for await (const incident of node.world.ledger.incidents()) incidents.push(incident);
    return incidents;
  } finally {
    node.close();
  }
};
