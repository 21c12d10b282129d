// Decides whether the ledger's benchmark measures what it says: every duty performed at every size, and gates that can be missed.
import { describe, expect, it } from 'vitest';
import { gates, measureLedger, missedGates } from '#bench/ledger.ts';
import { openFloor } from '#bench/floor.ts';
import { exampleInForce, openBench } from '#bench/node.ts';
import { dueWork, fillWaiting } from '#bench/workload.ts';

const row = (open: number, more: { readonly ratio?: number; readonly growth?: number } = {}) => ({
  open,
  dutiesPerSecond: 1,
  oneByOnePerSecond: 1,
  floorDutiesPerSecond: 1,
  floorTransactionsPerSecond: 3,
  ratio: 1,
  growth: 1,
  ...more,
});

describe('the gates of the ledger', () => {
  it('are those of D-24', () => {
    expect(gates).toEqual({ floor: 12, growth: 1.3 });
  });

  it('hold at their own figures', () => {
    expect(missedGates([row(1_000, { ratio: 12 }), row(100_000, { ratio: 12, growth: 1.3 })])).toEqual([]);
  });

  it('are missed at any size that costs more than 12 times bare SQLite', () => {
    expect(missedGates([row(1_000, { ratio: 12.1 }), row(100_000)])).toEqual([
      'at 1,000 open duties one costs 12.1x bare SQLite; at most 12x',
    ]);
  });

  it('are missed when the most open duties cost more than 1.3 times the fewest', () => {
    expect(missedGates([row(1_000), row(100_000, { growth: 1.31 })])).toEqual([
      'at 100,000 open duties one costs 1.31x the first; at most 1.3x',
    ]);
  });
});

describe('the benchmark of the ledger', () => {
  it('gives a row for each size, beside the floor of the same run', async () => {
    const rows = await measureLedger({ sizes: [20, 60], due: 50, rounds: 2 }, () => undefined);
    expect(rows.map((one) => one.open)).toEqual([20, 60]);
    for (const one of rows) {
      expect(Math.min(one.dutiesPerSecond, one.oneByOnePerSecond, one.floorDutiesPerSecond, one.ratio)).toBeGreaterThan(0);
      expect(one.floorTransactionsPerSecond / one.floorDutiesPerSecond).toBeCloseTo(3);
    }
    expect(rows[0]?.growth).toBe(1);
  });

  it('has as many open duties as it says, in every lane, and so many of them due', async () => {
    const bench = await openBench(await exampleInForce());
    await fillWaiting(bench, 50);
    const counts = () =>
      bench.node.database.all('SELECT lane, COUNT(*) AS n FROM duty GROUP BY lane ORDER BY lane').map((one) => ({ ...one }));
    expect(counts()).toEqual([
      { lane: 'notify', n: 13 },
      { lane: 'page', n: 25 },
      { lane: 'ticket', n: 12 },
    ]);
    const work = await dueWork(bench, 10);
    expect(work.refs).toHaveLength(10);
    expect(counts()).toEqual([
      { lane: 'notify', n: 13 },
      { lane: 'page', n: 33 },
      { lane: 'ticket', n: 14 },
    ]);
    bench.close();
  });

  it('refuses a number of due duties that its incidents do not owe', async () => {
    const bench = await openBench(await exampleInForce());
    await expect(dueWork(bench, 7)).rejects.toThrow('7 due duties wanted, 10 made');
    bench.close();
  });

  it('has a floor that can be run again after a reset', () => {
    const floor = openFloor(10, 'waiting');
    const turns = [{ key: 'a', open: 'o', claimed: 'c', done: 'd', entry: 'e', intents: ['a1'] }];
    floor.reset(turns);
    floor.run(turns);
    floor.reset(turns);
    expect(() => floor.run(turns)).not.toThrow();
    floor.close();
  });
});
