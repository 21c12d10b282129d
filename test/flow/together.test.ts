// Holds that events which were assessed and did not reach the disk stay in the queue, and count once when they are assessed again.
import { expect, it } from 'vitest';
import { PortError } from '#flow/ports.ts';
import { storeEvents } from '#local/commands.ts';
import { assessWaiting } from '#local/loops.ts';
import { openHarness } from './harness.ts';

it('assesses again what did not reach the disk', async () => {
  const house = await openHarness();
  const texts = Array.from({ length: 20 }, (_, n) => JSON.stringify({ log_id: `l-${n}`, data: { type: 'slo', log_id: `l-${n}` } }));
  await storeEvents(
    house.node,
    texts.map((text) => ({ source: 'auth0', text })),
  );
  const settled: number[] = [];
  const node = {
    ...house.node,
    assessing: {
      world: house.world,
      settled: async () => {
        settled.push(house.node.queue.waiting());
        if (settled.length === 2) throw new PortError('ledger', 'again', 'the ledger could not be written to disk');
      },
    },
  };
  expect(await assessWaiting(node)).toBe(12);
  expect(house.node.queue.waiting()).toBe(8);
  expect(house.logged.filter((line) => line.includes('assess-failed'))).toHaveLength(1);
  expect(await assessWaiting(node)).toBe(8);
  // Removed only when they are on the disk: eight, then eight that stay, then four; then the eight.
  expect(settled).toEqual([20, 12, 12, 8]);
  expect((await house.world.ledger.intake()).filter((row) => row.disposition === 'assessed').map((row) => row.count)).toEqual([20]);
  house.close();
});
