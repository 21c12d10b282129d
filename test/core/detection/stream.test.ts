import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '#core/kernel/time.ts';
import type { EvaluatedEvent } from '#core/detection/rule.ts';
import { evaluateStream } from '#core/detection/stream.ts';
import { compile, correlation, selecting } from './sigma/rules.ts';

const timeOf = (event: EvaluatedEvent) => (typeof event['t'] === 'number' ? instantOf(event['t'] * 60_000) : undefined);
const { set } = compile(
  selecting({ type: 'fail' }),
  selecting({ type: 'ok' }, { name: 'ok' }),
  correlation({ 'group-by': ['u'], condition: { gte: 3 } }),
  correlation(
    { type: 'temporal_ordered', rules: ['counted', 'ok'], timespan: '10m', 'group-by': ['u'], condition: undefined },
    { name: 'taken' },
  ),
);

const fired = (events: readonly EvaluatedEvent[]): readonly string[] => [
  ...new Set(evaluateStream(set, events, { timeOf, keyed: (value) => value }).map((match) => match.rule.name)),
];
const fails = [0, 1, 5].map((t) => ({ type: 'fail', u: 'anna', t }));

describe('a stream', () => {
  it('makes a correlation of a correlation fire, both ends of the window inclusive', () => {
    expect(fired([...fails, { type: 'ok', u: 'anna', t: 15 }])).toEqual(['base', 'counted', 'ok', 'taken']);
    expect(fired([...fails, { type: 'ok', u: 'anna', t: 15.1 }])).toEqual(['base', 'counted', 'ok']);
    expect(fired([...fails, { type: 'ok', u: 'ben', t: 6 }])).toEqual(['base', 'counted', 'ok']);
  });

  it('counts an event without a group-by value, or without a time, nowhere', () => {
    expect(fired([...fails.slice(1), { type: 'fail', t: 2 }])).toEqual(['base']);
    expect(fired([...fails.slice(1), { type: 'fail', u: 'anna' }])).toEqual(['base']);
  });

  it('fires the same rules whatever the order of arrival', () => {
    const event = fc.record({ type: fc.constantFrom('fail', 'ok'), u: fc.constantFrom('anna', 'ben'), t: fc.integer({ min: 0, max: 30 }) });
    const shuffled = fc
      .array(event, { maxLength: 14 })
      .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));
    fc.assert(
      fc.property(shuffled, ([events, late]) => {
        expect([...fired(late)].sort()).toEqual([...fired(events)].sort());
      }),
      { numRuns: 500 },
    );
  });

  it('lets the caller say which detections match', () => {
    expect(evaluateStream(set, fails, { timeOf, keyed: (value) => value, detect: () => [] })).toEqual([]);
  });
});
