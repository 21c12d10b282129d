// Decides whether the benchmark of the sources measures what it says: every source with events of its own, all of them read, and a gate that can be missed.
import { describe, expect, it } from 'vitest';
import { type Row, gates, measureSources, measureStreams, missedGates } from '#bench/sources.ts';
import { shipped } from '../core/signal/shipped.ts';

const row = (ratio: number): Row => ({ source: 'sshd', events: 1, bytes: 1, perSecond: 1, megabytesPerSecond: 1, ratio });

describe('the gate of the sources', () => {
  it('is three times parsing the same bytes, and can be missed', () => {
    expect(gates).toEqual({ parse: 3 });
    expect(missedGates([row(3)])).toEqual([]);
    expect(missedGates([row(3.01)])).toEqual(['sshd costs 3.01x parsing the same bytes; at most 3x']);
  });
});

describe('a round', () => {
  it('reads events of every source', async () => {
    const rows = await measureSources(shipped.readers, { rounds: 1, milliseconds: 0, warming: 0 }, () => undefined);
    expect(rows.map(({ source }) => source)).toEqual(shipped.names);
    expect(rows.filter(({ events, bytes, ratio }) => !(events > 0 && bytes > 0 && ratio >= 0))).toEqual([]);
  });

  it('reads a long log and a long list piece by piece', () => {
    const [batch, log] = measureStreams(shipped.readers, { megabytes: [5], batch: 500 });
    expect(log?.events).toBeGreaterThan(40_000);
    expect(batch?.events).toBe(500);
  });
});
