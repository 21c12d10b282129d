// Decides whether the benchmark of cold start measures what it says: a real first call of a bundled function, and gates that can be missed.
import { describe, expect, it } from 'vitest';
import { type Row, exceptions, gate, measureCold, missedStarts } from '#bench/cold.ts';

const row = (more: Partial<Row> = {}): Row => ({
  name: 'notify',
  entry: 1,
  atStart: 1,
  all: 1,
  imported: 1,
  ended: 1,
  requests: 1,
  importRatio: 1,
  callRatio: 1,
  bareRatio: 9,
  ...more,
});

describe('the gate of cold start', () => {
  it('is that of D-23', () => {
    expect(gate).toBe(1.25);
  });

  it('holds at its own figure, and for a yardstick whatever it is', () => {
    expect(missedStarts([row({ importRatio: 1.25, callRatio: 1.25 }), row({ name: 'empty', importRatio: 9 })])).toEqual([]);
  });

  it('is missed by an import, and by a first call', () => {
    expect(missedStarts([row({ importRatio: 1.26, callRatio: 1.3 })])).toEqual([
      'notify takes 1.26x the bare clients to be imported; at most 1.25x',
      'notify takes 1.30x bare clients with the same requests; at most 1.25x',
    ]);
  });

  it('has three exceptions, each with a limit and a reason, and none for an import', () => {
    expect(Object.keys(exceptions)).toEqual(['ingest', 'console', 'export']);
    expect(missedStarts([row({ name: 'export', callRatio: 1.75 })])).toEqual([]);
    expect(missedStarts([row({ name: 'export', callRatio: 1.76 })])).toEqual([
      'export takes 1.76x bare clients with the same requests; at most 1.75x',
    ]);
    expect(missedStarts([row({ name: 'console', importRatio: 1.26 })])).toHaveLength(1);
  });

  it('is missed where there is no figure', () => {
    expect(missedStarts([row({ importRatio: Number.NaN, callRatio: Number.NaN })])).toHaveLength(2);
  });
});

describe('the benchmark of cold start', () => {
  it('starts each in a process of its own, and its first call asks AWS for something', async () => {
    const rows = await measureCold({ rounds: 1, names: ['empty', 'bare-clients', 'ingest', 'notify'] }, () => undefined);
    expect(rows.map((one) => [one.name, one.requests > 0])).toEqual([
      ['empty', false],
      ['bare-clients', true],
      ['ingest', true],
      ['notify', true],
    ]);
    const [empty, bare, ingest] = rows;
    expect(empty!.imported).toBeLessThan(bare!.imported / 3);
    expect(ingest!.ended).toBeGreaterThan(ingest!.imported);
    expect(ingest!.all).toBeGreaterThan(ingest!.atStart);
    expect(ingest!.atStart).toBeGreaterThan(ingest!.entry);
  });
});
