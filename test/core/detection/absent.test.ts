// When it counts that something did not happen: by group, window and side, the same whatever the order of arrival; and what such a rule must say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absenceOf } from '#core/detection/absent.ts';
import { climb, plainGroups, silencedAmong } from '#core/detection/climb.ts';
import type { RuleSet } from '#core/detection/rule.ts';
import { openStream } from '#core/detection/stream.ts';
import { type Match, carriedFields, keyedFields } from '#core/detection/walk.ts';
import { instantOf } from '#core/kernel/time.ts';
import { compile, correlation, selecting } from './sigma/rules.ts';

const block = (absent: unknown) => ({
  category: 'absence',
  breach: { confidentiality: 'none', integrity: 'none', availability: 'none' },
  personal_data: 'unlikely',
  dedupe: { by: ['user'], window: '6h' },
  absent,
});
const a = selecting({ kind: 'a' }, { name: 'a', id: 'id-of-a' });
const b = selecting({ kind: 'b' }, { name: 'b', id: 'id-of-b' });
const counted = (body: object, absent: unknown = ['b']) =>
  correlation(
    { type: 'temporal', rules: ['a'], 'group-by': ['user'], timespan: '60s', condition: undefined, ...body },
    { name: 'alone', incident: block(absent) },
  );

const reasons = (...trees: readonly unknown[]): readonly string[] => compile(...trees).errors.map(({ reason }) => reason);
const setOf = (...trees: readonly unknown[]): RuleSet => {
  const { set, errors } = compile(...trees);
  expect(errors).toEqual([]);
  return set;
};

const nobody = { assets: [], controllers: [], unidentified: false, personalData: 'unlikely' as const };

type Event = { readonly kind: 'a' | 'b'; readonly seconds: number; readonly user: string; readonly account?: string };

const play = (set: RuleSet, events: readonly Event[]): ReadonlySet<string> => {
  const answer = plainGroups();
  const all = events.flatMap((event): readonly Match[] => {
    const [time, id] = [instantOf(event.seconds * 1_000), JSON.stringify(event)];
    const facts = {
      fields: keyedFields(event, carriedFields(set), (value) => value),
      ...nobody,
    };
    const found = set.rules.filter((rule) => rule.type === 'detection' && rule.matches(event));
    return climb(
      set,
      found.map((rule): Match => ({ rule, time, id, signals: [id], facts, event })),
      answer,
    );
  });
  const isSilent = silencedAmong(all);
  return new Set(all.filter((match) => match.rule.name === 'alone' && !isSilent(match)).map(({ time }) => `${time / 1_000}`));
};

const around = setOf(a, b, counted({}));
const after = setOf(a, b, counted({ type: 'temporal_ordered' }));

describe('a firing that names a rule as absent', () => {
  it.each([
    ['none', [], true, true],
    ['one a window before', [40], false, true],
    ['one more than a window before', [39], true, true],
    ['one at the same instant', [100], false, false],
    ['one a window after', [160], false, false],
    ['one more than a window after', [161], true, true],
  ] as const)('with %s', (_what, times, standsAround, standsAfter) => {
    const events: readonly Event[] = [
      { kind: 'a', seconds: 100, user: 'u' },
      ...times.map((seconds): Event => ({ kind: 'b', seconds, user: 'u' })),
    ];
    expect(play(around, events).has('100')).toBe(standsAround);
    expect(play(after, events).has('100')).toBe(standsAfter);
  });

  it('is silenced in its own group alone', () => {
    const events: readonly Event[] = [
      { kind: 'a', seconds: 1, user: 'u' },
      { kind: 'b', seconds: 2, user: 'w' },
    ];
    expect([...play(around, events)]).toEqual(['1']);
  });

  it('finds the group of the other rule by an alias', () => {
    const aliased = setOf(a, b, counted({ 'group-by': ['who'], aliases: { who: { a: 'user', 'id-of-b': 'account' } } }, ['id-of-b']));
    const of = (account: string): readonly Event[] => [
      { kind: 'a', seconds: 1, user: 'u' },
      { kind: 'b', seconds: 2, user: 'nobody', account },
    ];
    expect([...play(aliased, of('u'))]).toEqual([]);
    expect([...play(aliased, of('w'))]).toEqual(['1']);
  });

  it('says the same in any order, and twice over', () => {
    const event = fc.record({
      kind: fc.constantFrom('a' as const, 'b' as const),
      seconds: fc.integer({ min: 0, max: 300 }),
      user: fc.constantFrom('u', 'w'),
    });
    const events = fc.array(event, { maxLength: 12 });
    const expected = (all: readonly Event[], from: number): ReadonlySet<string> =>
      new Set(
        all
          .filter(
            (one) =>
              one.kind === 'a' &&
              !all.some(
                (b2) => b2.kind === 'b' && b2.user === one.user && b2.seconds >= one.seconds - from && b2.seconds <= one.seconds + 60,
              ),
          )
          .map(({ seconds }) => `${seconds}`),
      );
    fc.assert(
      fc.property(
        events.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length }))),
        ([all, mixed]) => {
          expect(play(around, mixed)).toEqual(expected(all, 60));
          expect(play(after, mixed)).toEqual(expected(all, 0));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is silenced in a stream that lets most of a crowd go', () => {
    const stream = openStream(around, { timeOf: (event) => instantOf(Number(event['seconds']) * 1_000), keyed: (value) => value });
    const crowd = Array.from({ length: 300 }, (_, i) => ({ kind: 'b', seconds: i, user: 'u' }));
    const all = [...crowd, { kind: 'a', seconds: 150, user: 'u' }, { kind: 'a', seconds: 400, user: 'u' }].flatMap((event) =>
      stream.add(event, () => JSON.stringify(event)),
    );
    const isSilent = silencedAmong(all);
    expect(all.filter((match) => match.rule.name === 'alone').map((match) => [match.time / 1_000, isSilent(match)])).toEqual([
      [150, true],
      [400, false],
    ]);
  });
});

describe('a group in which firings stand beside what silences them', () => {
  it('keeps the one apart from the others in a crowd of firings', () => {
    const stream = openStream(around, { timeOf: (event) => instantOf(Number(event['seconds']) * 1_000), keyed: (value) => value });
    const crowd = Array.from({ length: 201 }, (_, i) => ({ kind: 'a', seconds: i, user: 'u' }));
    const all = [...crowd.slice(0, 100), { kind: 'b', seconds: 100, user: 'u' }, ...crowd.slice(100)].flatMap((event) =>
      stream.add(event, () => JSON.stringify(event)),
    );
    const isSilent = silencedAmong(all);
    const left = all.filter((match) => match.rule.name === 'alone' && !isSilent(match)).map(({ time }) => time / 1_000);
    expect([left.filter((time) => time >= 40 && time <= 160), left.includes(39), left.includes(161)]).toEqual([[], true, true]);
  });

  it('is another one when the rule names others', () => {
    const c = selecting({ kind: 'c' }, { name: 'c' });
    const groupIn = (set: RuleSet): unknown => {
      const rule = set.byName.get('alone');
      const firing = { time: instantOf(0), id: 'x', signals: [], facts: { fields: {}, ...nobody } };
      return rule?.type === 'correlation' ? absenceOf(rule, 'g', firing).group : undefined;
    };
    expect(groupIn(setOf(a, b, c, counted({}, ['c'])))).not.toBe(groupIn(around));
    expect(groupIn(setOf(a, b, c, counted({})))).toBe(groupIn(around));
  });

  it('has no place for an event that lacks the field', () => {
    expect([...play(around, [{ kind: 'b', seconds: 1 } as Event, { kind: 'a', seconds: 2, user: 'u' }])]).toEqual(['2']);
  });
});

describe('a rule that names others as absent', () => {
  it('is a correlation: only that has a group and a window', () => {
    expect(reasons(b, selecting({ kind: 'a' }, { name: 'alone', incident: block(['b']) }))).toEqual([
      'absent needs a group and a window, which a detection has not; write a correlation with group-by and timespan over this rule, and put the block there',
    ]);
  });

  it('names rules that exist, each once, and none that was refused', () => {
    const says = 'absent lists rules by name or id, each once, that must not match in the same group and window';
    expect(reasons(a, b, counted({}, 'b'))).toEqual([]);
    for (const wrong of [[], ['b', 'b'], {}]) expect(reasons(a, b, counted({}, wrong))).toEqual([says]);
    expect(reasons(a, counted({}))).toEqual(['no rule has the name or id "b"; it may have been refused itself']);
    const loops = correlation(
      { type: 'temporal', rules: ['c'], timespan: '60s', condition: undefined },
      { name: 'b', incident: block(['alone']) },
    );
    expect(reasons(a, counted({}), loops)).toHaveLength(2);
  });

  it('aliases no rule that is neither counted nor absent', () => {
    const c = selecting({ kind: 'c' }, { name: 'c' });
    expect(reasons(a, b, c, counted({ 'group-by': ['who'], aliases: { who: { c: 'user' } } }))).toEqual([
      'alias "who" names a rule that is not among the rules of this correlation',
    ]);
  });
});
