// Decides whether a stream's memory stays small without changing an answer: crowds, late events, wrong clocks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '#core/kernel/time.ts';
import type { EvaluatedEvent } from '#core/detection/rule.ts';
import { openStream } from '#core/detection/stream.ts';
import { compile, correlation, selecting } from './sigma/rules.ts';

type Event = { readonly t: number; readonly u?: string; readonly v?: number };

const timeOf = (event: EvaluatedEvent) => instantOf((event['t'] as number) * 1_000);
const opened = (body: Record<string, unknown>) => {
  const { set, errors } = compile(selecting({ t: '*' }), correlation({ timespan: '60s', 'group-by': ['u'], ...body }));
  expect(errors).toEqual([]);
  return openStream(set, { timeOf, keyed: (value) => value });
};
/** How often the correlation fired. */
const firings = (body: Record<string, unknown>, events: readonly Event[]): number => {
  const stream = opened(body);
  return events.flatMap((event, i) => stream.add(event, () => `e${i}`)).filter((match) => match.rule.type === 'correlation').length;
};

const crowd = (n: number, every = 0.01): readonly Event[] =>
  Array.from({ length: n }, (_, i) => ({ t: 1_000 + i * every, u: 'anna', v: i % 3 }));

describe('a crowded group', () => {
  it('fires at each event that has enough before it, however long the crowd', () => {
    expect(firings({ condition: { gte: 10 } }, crowd(2_500))).toBe(2_491);
    expect(firings({ condition: { gt: 10 } }, crowd(2_500))).toBe(2_490);
  });

  it('counts a rare value among thousands of the same three', () => {
    const rare = Array.from({ length: 7 }, (_, i) => ({ t: 1_000.005 + i * 5, u: 'anna', v: 100 + i }));
    const events = [...crowd(3_200), ...rare].sort((a, b) => a.t - b.t);
    expect(firings({ type: 'value_count', condition: { field: 'v', gte: 10 } }, events)).toBeGreaterThan(0);
    expect(firings({ type: 'value_count', condition: { field: 'v', gte: 11 } }, events)).toBe(0);
  });

  it('counts numbers larger than the common cap', () => {
    expect(firings({ condition: { gte: 2_050 } }, crowd(2_080))).toBe(31);
    expect(firings({ condition: { gt: 2_010, lt: 2_040 } }, crowd(2_080))).toBe(29);
  });

  it('is cut to its newest members where each of them matters, and that is told', () => {
    const stream = opened({ type: 'value_avg', condition: { field: 'v', gt: 0 } });
    for (const [i, event] of crowd(2_010).entries()) stream.add(event, () => `e${i}`);
    expect(stream.groups.told()).toEqual({ tooLate: 0, saturated: 1 });
  });
});

/** The definition itself: does any window that ends at an event hold enough? */
const holdsAnywhere = (events: readonly Event[], count: (inside: readonly Event[]) => number, n: number): boolean =>
  events.some((end) => count(events.filter((one) => one.u === end.u && one.t >= end.t - 60 && one.t <= end.t)) >= n);

describe('what a crowded group leaves out', () => {
  const events = fc.array(fc.record({ t: fc.integer({ min: 0, max: 400 }), u: fc.constant('anna'), v: fc.integer({ min: 0, max: 5 }) }), {
    minLength: 150,
    maxLength: 260,
  });
  it.each([
    ['event_count', { gte: 30 }, (inside: readonly Event[]) => inside.length, 30],
    ['event_count', { gte: 45 }, (inside: readonly Event[]) => inside.length, 45],
    ['value_count', { field: 'v', gte: 6 }, (inside: readonly Event[]) => new Set(inside.map(({ v }) => v)).size, 6],
    ['value_count', { field: 'v', gte: 5 }, (inside: readonly Event[]) => new Set(inside.map(({ v }) => v)).size, 5],
  ] as const)('never changes whether %s %o fires, in any order of arrival', (type, condition, count, n) => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(events, (all) => {
        const wanted = holdsAnywhere(all, count, n);
        seen.add(wanted);
        expect(firings({ type, condition }, all) > 0).toBe(wanted);
      }),
      { numRuns: 15, seed: 7 },
    );
    expect(seen.has(true)).toBe(true);
  });

  it('leaves of two rules in order what a late third event needs', () => {
    const { set } = compile(
      selecting({ kind: 'a' }),
      selecting({ kind: 'b' }, { name: 'second' }),
      correlation({ type: 'temporal_ordered', rules: ['base', 'second'], timespan: '60s', 'group-by': ['u'], condition: undefined }),
    );
    const stream = openStream(set, { timeOf, keyed: (value) => value });
    const add = (kind: string, t: number) => stream.add({ kind, t, u: 'anna' }, () => `${kind}${t}`);
    for (let i = 0; i < 500; i += 1) add('b', 1_000 + i * 0.1);
    const fired = add('a', 1_025.05).filter((match) => match.rule.name === 'counted');
    expect(fired.length).toBeGreaterThan(0);
  });
});

describe('the memory of a stream', () => {
  const day = 86_400;
  it('lets go of groups that nothing can join any more', () => {
    const stream = opened({ condition: { gte: 2 } });
    for (let i = 0; i < 40_000; i += 1) stream.add({ t: i * 10, u: `user-${i}` }, () => `e${i}`);
    // 24 h hold 8,640 events; between two sweeps 10,000 more.
    expect(stream.groups.size()).toBeLessThan(20_000);
  });

  it('takes an event that is a day late, and counts one that is later', () => {
    const stream = opened({ condition: { gte: 2 } });
    const add = (t: number, id: string) => stream.add({ t, u: 'anna' }, () => id).length;
    add(10 * day, 'a');
    expect([add(9 * day, 'b'), add(9 * day + 1, 'c')]).toEqual([1, 2]);
    expect([add(8 * day, 'd'), add(8 * day + 1, 'e')]).toEqual([1, 1]);
    expect(stream.groups.told().tooLate).toBe(2);
  });

  it('is not misled by one clock that stands years ahead', () => {
    const stream = opened({ condition: { gte: 2 } });
    const add = (t: number, id: string) => stream.add({ t, u: 'anna' }, () => id).length;
    expect([add(day, 'a'), add(9_000 * day, 'b'), add(day + 1, 'c')]).toEqual([1, 1, 2]);
  });

  it('tells a firing once, and counts an event that comes again once', () => {
    const stream = opened({ condition: { gte: 3 } });
    const add = (t: number, id: string) => stream.add({ t, u: 'anna' }, () => id).length;
    expect([add(1, 'a'), add(2, 'b'), add(2, 'b'), add(3, 'c'), add(3, 'c'), add(0, 'd')]).toEqual([1, 1, 1, 2, 1, 2]);
  });
});
