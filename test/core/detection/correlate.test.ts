// Which windows fire: they end at a member, both ends count, and only event time decides.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firingsOf } from '#core/detection/correlate.ts';
import type { Condition, Correlation, CorrelationType, Member } from '#core/detection/rule.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { instantOf, minutes } from '#core/kernel/time.ts';

type Extra = { readonly rules?: readonly string[]; readonly percentile?: number };

const correlation = (kind: CorrelationType, condition: Condition = {}, { rules = ['a'], percentile }: Extra = {}): Correlation => ({
  type: 'correlation',
  id: 'c',
  name: 'c',
  title: fromConfiguration('A correlation'),
  level: 'medium',
  status: 'stable',
  tags: [],
  where: 'test',
  kind,
  rules,
  groupBy: [],
  aliases: {},
  timespan: minutes(5),
  condition,
  generate: false,
  ...(percentile === undefined ? {} : { percentile }),
});

const at = (seconds: number) => instantOf(seconds * 1_000);
const member = (seconds: number, { id = `m${seconds}`, stage = 0, value = '' } = {}): Member => ({
  time: at(seconds),
  stage,
  id,
  signals: [id],
  facts: { fields: {}, assets: [], controllers: [], unidentified: false, personalData: 'unlikely' },
  ...(value === '' ? {} : { value }),
});

/** All firings that a sequence of arrivals makes, by their ends, with the ids of their members as known last. */
const union = (rule: Correlation, arrivals: readonly Member[]): Record<string, readonly string[]> => {
  const known = new Map<string, Member>();
  const ends = new Map<number, readonly string[]>();
  for (const one of arrivals) {
    known.set(`${one.stage}/${one.id}`, one);
    for (const { end, members } of firingsOf(rule, [...known.values()], one)) {
      ends.set(
        end / 1_000,
        members.map((m) => m.id),
      );
    }
  }
  return Object.fromEntries([...ends].sort(([a], [b]) => a - b));
};

describe('a window', () => {
  const twice = correlation('event_count', { gte: 2 });

  it('holds both of its ends', () => {
    expect(union(twice, [member(0), member(300)])).toEqual({ 300: ['m0', 'm300'] });
    expect(union(twice, [member(0), member(300.001)])).toEqual({});
  });

  it('is found again when a late member falls into it', () => {
    expect(union(correlation('event_count', { gte: 3 }), [member(0), member(20), member(10)])).toEqual({ 20: ['m0', 'm10', 'm20'] });
  });

  it('ends at every member that it is true for', () => {
    expect(Object.keys(union(twice, [member(0), member(10), member(20)]))).toEqual(['10', '20']);
  });

  it('is not reported for a member outside of it', () => {
    expect(firingsOf(twice, [member(0), member(10), member(900)], member(900))).toEqual([]);
  });

  it('takes what a member knows now, not what was stored of it', () => {
    const stored = member(10);
    const grown: Member = { ...stored, signals: ['m10', 'late'] };
    expect(firingsOf(twice, [member(0), stored], grown).flatMap((one) => one.members)).toContainEqual(grown);
  });

  it('is the same whatever the store holds from outside of it', () => {
    expect(firingsOf(twice, [member(-301), member(0)], member(0))).toEqual([]);
  });
});

describe('a count', () => {
  it('tells of a crowd what a late member changed, and of windows that held without it the first and the last', () => {
    const ten = correlation('event_count', { gte: 10 });
    const wave = Array.from({ length: 100 }, (_, i) => member(i));
    const ends = (added: Member, members = wave) => firingsOf(ten, members, added).map(({ end }) => end / 1_000);
    // The windows that end at 8 to 99 all hold it; the one that ends at 8 does so by it alone.
    expect(ends(member(-1))).toEqual([8, 9, 99]);
    expect(ends(member(-1), wave.slice(0, 30))).toHaveLength(22);
    // Nothing held before it came.
    const rare = correlation('event_count', { gte: 100 });
    expect(firingsOf(rare, wave.slice(1), member(0)).map(({ end }) => end / 1_000)).toEqual([99]);
    const all = correlation('value_avg', { gte: 1 });
    const numbers = Array.from({ length: 50 }, (_, i) => member(i, { value: '0.99' }));
    expect(firingsOf(all, numbers, member(-1, { value: '60' }))).toHaveLength(50 + 1);
  });

  it('takes an event that comes twice for one', () => {
    expect(union(correlation('event_count', { gte: 2 }), [member(0), member(0)])).toEqual({});
  });

  it('takes an event that matches two of the rules for one', () => {
    const both = [member(0, { id: 'e', stage: 0 }), member(0, { id: 'e', stage: 1 })];
    expect(union(correlation('event_count', { gte: 2 }, { rules: ['a', 'b'] }), both)).toEqual({});
  });

  it('of values takes each value once', () => {
    const of = (...values: readonly string[]) => values.map((value, i) => member(i, { value }));
    expect(union(correlation('value_count', { gte: 2 }), of('x', 'x', 'x'))).toEqual({});
    expect(Object.keys(union(correlation('value_count', { gte: 2 }), of('x', 'y', 'x')))).toEqual(['1', '2']);
  });

  it('holds to each bound, and to both of a range', () => {
    const three = [member(0), member(1), member(2)];
    const ends = (condition: Condition) => Object.keys(union(correlation('event_count', condition), three)).map(Number);
    expect(ends({ gt: 2 })).toEqual([2]);
    expect(ends({ gte: 2 })).toEqual([1, 2]);
    expect(ends({ lt: 2 })).toEqual([0]);
    expect(ends({ lte: 2 })).toEqual([0, 1]);
    expect(ends({ eq: 2 })).toEqual([1]);
    expect(ends({ neq: 2 })).toEqual([0, 2]);
    expect(ends({ gt: 1, lt: 3 })).toEqual([1]);
  });
});

describe('a calculation', () => {
  const of = (...values: readonly string[]) => values.map((value, i) => member(i, { value }));
  const ends = (kind: CorrelationType, condition: Condition, members: readonly Member[], percentile?: number) =>
    Object.keys(union(correlation(kind, condition, percentile === undefined ? {} : { percentile }), members)).map(Number);

  it('adds up', () => {
    expect(ends('value_sum', { gte: 30 }, of('10', '15', '5.5'))).toEqual([2]);
  });

  it('averages', () => {
    expect(ends('value_avg', { gt: 50 }, of('40', '70', '10'))).toEqual([1]);
  });

  it('leaves out what is no number', () => {
    expect(ends('value_avg', { gte: 40 }, of('40', 'many', '40'))).toEqual([0, 1, 2]);
    expect(ends('value_sum', { lt: 1 }, of('many'))).toEqual([]);
    expect(ends('value_avg', { lt: 1 }, of('many'))).toEqual([]);
  });

  it('takes the nearest rank of a percentile, the middle by default', () => {
    expect(ends('value_percentile', { gte: 20 }, of('10', '20', '30'))).toEqual([2]);
    expect(ends('value_percentile', { gte: 30 }, of('10', '20', '30'), 100)).toEqual([2]);
    expect(ends('value_percentile', { gte: 10 }, of('10', '20', '30'), 0)).toEqual([0, 1, 2]);
    expect(ends('value_percentile', { lt: 1 }, of('many'))).toEqual([]);
  });
});

describe('rules that belong together', () => {
  const a = (seconds: number) => member(seconds, { id: `a${seconds}`, stage: 0 });
  const b = (seconds: number) => member(seconds, { id: `b${seconds}`, stage: 1 });
  const c = (seconds: number) => member(seconds, { id: `c${seconds}`, stage: 2 });
  const together = correlation('temporal', {}, { rules: ['a', 'b'] });
  const ordered = correlation('temporal_ordered', {}, { rules: ['a', 'b'] });
  const chain = correlation('temporal_ordered', {}, { rules: ['a', 'b', 'c'] });

  it('all have to come, in any order', () => {
    expect(union(together, [b(0), a(10)])).toEqual({ 10: ['b0', 'a10'] });
    expect(union(together, [a(0), a(10)])).toEqual({});
  });

  it('may all be met by one event', () => {
    const both = [member(5, { id: 'e', stage: 0 }), member(5, { id: 'e', stage: 1 })];
    expect(Object.keys(union(together, both))).toEqual(['5']);
    expect(Object.keys(union(ordered, both))).toEqual(['5']);
  });

  it('come in the number that the condition asks for', () => {
    expect(Object.keys(union(correlation('temporal', { gte: 2 }, { rules: ['a', 'b', 'c'] }), [a(0), c(10)]))).toEqual(['10']);
  });

  it('come one after the other where that is asked', () => {
    expect(union(ordered, [a(0), b(10)])).toEqual({ 10: ['a0', 'b10'] });
    expect(union(ordered, [b(0), a(10)])).toEqual({});
    expect(union(chain, [a(0), c(5), b(10)])).toEqual({});
  });

  it('are in order when they come in the same instant', () => {
    expect(union(ordered, [b(5), a(5)])).toEqual({ 5: ['a5', 'b5'] });
  });

  it('fire once for each last one, and only with what leads there', () => {
    expect(union(ordered, [b(0), a(10), b(20), a(25), b(30)])).toEqual({ 20: ['a10', 'b20'], 30: ['a10', 'a25', 'b30'] });
  });

  it('leave out whatever is on no chain', () => {
    expect(union(chain, [b(0), a(10), c(15), b(20), a(25), c(30)])).toEqual({ 30: ['a10', 'b20', 'c30'] });
  });

  it('are not reported again for what came too early to be part of it', () => {
    expect(firingsOf(ordered, [a(10), b(20)], b(0))).toEqual([]);
  });
});

/** Those for which D-30 promises it. */
const kinds: readonly Correlation[] = [
  correlation('event_count', { gte: 3 }, { rules: ['a', 'b'] }),
  correlation('value_count', { gt: 1 }),
  correlation('value_sum', { gte: 7 }),
  correlation('temporal', {}, { rules: ['a', 'b', 'c'] }),
  correlation('temporal_ordered', {}, { rules: ['a', 'b', 'c'] }),
];

const arrivals = fc.array(
  fc.record({
    // Few places in time, so that ties and window ends are common.
    seconds: fc.integer({ min: 0, max: 12 }).map((n) => n * 60),
    stage: fc.integer({ min: 0, max: 2 }),
    value: fc.constantFrom('1', '2', '3'),
    id: fc.integer({ min: 0, max: 40 }).map(String),
  }),
  { maxLength: 12 },
);

describe('the union of all firings', () => {
  for (const rule of kinds) {
    it(`is the same in any order and with any repetition (${rule.kind})`, () => {
      fc.assert(
        fc.property(arrivals, fc.func(fc.integer()), fc.array(fc.nat(), { maxLength: 6 }), (written, rank, again) => {
          const members = [...new Map(written.map((one) => [one.id, one])).values()].map((one) =>
            member(one.seconds, { ...one, stage: one.stage % rule.rules.length }),
          );
          const repeated = [...members, ...again.flatMap((i) => members[i % (members.length || 1)] ?? [])];
          const shuffled = repeated.map((one, i) => [rank(i), one] as const).sort(([x], [y]) => x - y);
          const inOrder = members.toSorted((x, y) => x.time - y.time);
          expect(
            union(
              rule,
              shuffled.map(([, one]) => one),
            ),
          ).toEqual(union(rule, inOrder));
        }),
        { numRuns: 300 },
      );
    });
  }

  it('of an ordered chain is what a search for a chain finds', () => {
    const rule = correlation('temporal_ordered', {}, { rules: ['a', 'b', 'c'] });
    fc.assert(
      fc.property(arrivals, (written) => {
        const members = [...new Map(written.map((one) => [one.id, one])).values()].map((one) => member(one.seconds, one));
        const actual = Object.entries(union(rule, members)).map(([end, ids]) => [Number(end), ids.toSorted()]);
        expect(Object.fromEntries(actual)).toEqual(chainsIn(members));
      }),
      { numRuns: 300 },
    );
  });
});

const isChain = ([x, y, z]: readonly [Member, Member, Member]): boolean =>
  x.stage === 0 && y.stage === 1 && z.stage === 2 && x.time <= y.time && y.time <= z.time && z.time - x.time <= minutes(5);

/** The slow way: every triple, held against the definition. */
const chainsIn = (members: readonly Member[]): Record<number, readonly string[]> => {
  const triples = members.flatMap((x) => members.flatMap((y) => members.map((z) => [x, y, z] as const)));
  const found: Record<number, readonly string[]> = {};
  for (const triple of triples.filter(isChain)) {
    const end = triple[2].time / 1_000;
    found[end] = [...new Set([...(found[end] ?? []), ...triple.map((m) => m.id)])].sort();
  }
  return found;
};
