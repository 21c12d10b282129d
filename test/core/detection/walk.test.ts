// How matches climb: groups by keyed values, firings of firings, and the same end whatever the order of arrival.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member, MemberFacts, RuleSet } from '#core/detection/rule.ts';
import { type Match, type Request, carriedFields, keyedFields, retained, walk } from '#core/detection/walk.ts';
import { assetId, controllerId } from '#core/kernel/ids.ts';
import { hours, instantOf, minutes } from '#core/kernel/time.ts';
import { compile, correlation, selecting } from './sigma/rules.ts';

type Event = {
  readonly id: string;
  readonly seconds: number;
  readonly kind: string;
  readonly ip?: string;
  readonly user?: string;
  readonly asset?: string;
  readonly unreadable?: boolean;
};

const rule = (name: string, more: Record<string, unknown> = {}) =>
  selecting({ kind: name }, { name, title: name, level: 'informational', ...more });
const counted = (name: string, body: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  correlation(body, { name, title: name, ...more });

const compiled = (...trees: readonly unknown[]): RuleSet => {
  const { set, errors } = compile(...trees);
  expect(errors).toEqual([]);
  return set;
};

const keyed = (value: string): string => `k(${value})`;

const factsFor = (set: RuleSet, event: Event): MemberFacts => ({
  fields: keyedFields(event, carriedFields(set), keyed),
  assets: event.asset === undefined ? [] : [assetId(event.asset)],
  controllers: event.asset === undefined ? [] : [controllerId(`owner-of-${event.asset}`)],
  unidentified: event.asset === undefined,
  personalData: event.asset === undefined ? 'likely' : 'unlikely',
  ...(event.unreadable && { unreadable: true }),
});

type Played = { readonly matches: readonly Match[]; readonly requests: readonly Request[] };

/** `keeps` says which of two copies of a member a store keeps: both kinds of store exist. */
const playIn = (set: RuleSet, events: readonly Event[], keeps: 'first' | 'last' = 'last'): Played => {
  const groups = new Map<string, Map<string, Member>>();
  const matches = new Map<string, Match>();
  const requests: Request[] = [];
  for (const event of events) {
    const found = set.rules.flatMap((one): readonly Match[] =>
      one.type === 'detection' && one.matches(event)
        ? [{ rule: one, time: instantOf(event.seconds * 1_000), id: event.id, signals: [event.id], facts: factsFor(set, event), event }]
        : [],
    );
    const walking = walk(set, found);
    let step = walking.next();
    while (!step.done) {
      const { group, member, window } = step.value;
      requests.push(step.value);
      const members = groups.get(group) ?? new Map<string, Member>();
      const key = `${member.stage}/${member.id}`;
      if (keeps === 'last' || !members.has(key)) members.set(key, member);
      groups.set(group, members);
      step = walking.next([...members.values()].filter((one) => Math.abs(one.time - member.time) <= window));
    }
    for (const match of step.value) matches.set(`${match.rule.name}/${match.id}`, match);
  }
  return { matches: [...matches.values()], requests };
};

const firedBy = (name: string, { matches }: Played): readonly Match[] => matches.filter((match) => match.rule.name === name);

const stuffing = compiled(
  rule('failed'),
  rule('login'),
  counted('wave', { type: 'value_count', rules: ['failed'], 'group-by': ['ip'], timespan: '10m', condition: { field: 'user', gte: 3 } }),
  counted('taken', { type: 'temporal_ordered', rules: ['wave', 'login'], 'group-by': ['ip'], timespan: '1h', condition: undefined }),
);

const failed = (n: number, more: Partial<Event> = {}): Event => ({
  id: `f${n}`,
  seconds: n * 60,
  kind: 'failed',
  ip: '203.0.113.7',
  user: `u${n}`,
  ...more,
});
const login = (seconds: number, more: Partial<Event> = {}): Event => ({
  id: `l${seconds}`,
  seconds,
  kind: 'login',
  ip: '203.0.113.7',
  user: 'u1',
  ...more,
});
const wave = [failed(1), failed(2), failed(3)];

describe('a walk', () => {
  it('climbs from events to correlations and to correlations of these', () => {
    const played = playIn(stuffing, [...wave, login(400)]);
    expect(firedBy('wave', played)).toHaveLength(1);
    expect(firedBy('taken', played)).toHaveLength(1);
  });

  it('gives a firing the time of its last member and the signals of all', () => {
    const [taken] = firedBy('taken', playIn(stuffing, [...wave, login(400)]));
    expect(taken?.time).toBe(400_000);
    expect(taken?.signals).toEqual(['f1', 'f2', 'f3', 'l400']);
  });

  it('keeps groups apart', () => {
    expect(firedBy('wave', playIn(stuffing, [failed(1), failed(2), failed(3, { ip: '203.0.113.8' })]))).toEqual([]);
  });

  it('fires once for each group, though they end in the same instant', () => {
    const elsewhere = wave.map((one) => ({ ...one, id: `${one.id}-elsewhere`, ip: '203.0.113.8' }));
    expect(firedBy('wave', playIn(stuffing, [...wave, ...elsewhere]))).toHaveLength(2);
  });

  it('lists where a crowd begins and where it ends', () => {
    const crowd = Array.from({ length: 250 }, (_, i) => failed(i, { seconds: i }));
    const [taken] = firedBy('taken', playIn(stuffing, [...crowd, login(300)]));
    expect(taken?.signals).toHaveLength(200);
    expect(taken?.signals).toContain('f0');
    expect(taken?.signals.at(-1)).toBe('l300');
  });

  it('puts small members into groups, however large the firing is', () => {
    const crowd = Array.from({ length: 50 }, (_, i) => failed(i, { seconds: i }));
    expect(Math.max(...playIn(stuffing, crowd).requests.map(({ member }) => member.signals.length))).toBe(4);
  });

  it('counts an event without the group-by value nowhere', () => {
    const { ip: _ip, ...nowhere } = failed(3);
    expect(playIn(stuffing, [nowhere]).requests).toEqual([]);
  });

  it('counts an event without the counted value nowhere', () => {
    const { user: _user, ...nobody } = failed(3);
    expect(playIn(stuffing, [nobody]).requests).toEqual([]);
  });

  it('asks for everything under keyed values and never in clear', () => {
    const { requests } = playIn(stuffing, [...wave, login(400)]);
    const hashed = JSON.stringify(requests).replaceAll(/k\([^)]*\)/g, 'hashed');
    expect(requests.length).toBeGreaterThan(4);
    expect(hashed).not.toMatch(/203\.0\.113|u1|u2/);
    expect(requests.every(({ group }) => /^[a-z2-7]{26}$/.test(group))).toBe(true);
  });

  it('asks for the window of the correlation', () => {
    expect(playIn(stuffing, [failed(1)]).requests.map(({ window }) => window)).toEqual([minutes(10)]);
  });

  it('reads each rule its own field where there is an alias', () => {
    const set = compiled(
      rule('a'),
      rule('b'),
      counted('both', {
        type: 'temporal',
        rules: ['a', 'b'],
        'group-by': ['who'],
        aliases: { who: { a: 'user', b: 'ip' } },
        condition: undefined,
      }),
    );
    const a: Event = { id: 'a', seconds: 0, kind: 'a', user: 'x' };
    expect(firedBy('both', playIn(set, [a, { id: 'b', seconds: 1, kind: 'b', ip: 'x' }]))).toHaveLength(1);
    expect(firedBy('both', playIn(set, [a, { id: 'b', seconds: 1, kind: 'b', ip: 'y', user: 'x' }]))).toEqual([]);
  });

  it('counts pairs of values where two fields are named', () => {
    const set = compiled(rule('a'), counted('pairs', { type: 'value_count', rules: ['a'], condition: { field: ['user', 'ip'], gte: 2 } }));
    const of = (user: string, ip: string, seconds: number): Event => ({ id: `e${seconds}`, seconds, kind: 'a', user, ip });
    expect(firedBy('pairs', playIn(set, [of('x', 'y', 0), of('x', 'y', 1)]))).toEqual([]);
    expect(firedBy('pairs', playIn(set, [of('x', 'y', 0), of('x', 'z', 1)]))).toHaveLength(1);
    expect(playIn(set, [{ id: 'e', seconds: 0, kind: 'a', user: 'x' }]).requests).toEqual([]);
  });

  it('averages over numbers of the event, which no key hides', () => {
    const set = compiled(rule('a'), counted('mean', { type: 'value_avg', rules: ['a'], condition: { field: 'seconds', gte: 10 } }));
    const of = (seconds: number): Event => ({ id: `e${seconds}`, seconds, kind: 'a' });
    expect(firedBy('mean', playIn(set, [of(4), of(18)]))).toHaveLength(1);
  });

  it('survives a new threshold, and starts anew when what is grouped changes', () => {
    const groupsUnder = (body: Record<string, unknown>) =>
      playIn(compiled(rule('a'), rule('b'), counted('c', { rules: ['a'], 'group-by': ['ip'], ...body }, { id: 'c-id' })), [
        { id: 'e', seconds: 0, kind: 'a', ip: 'x', user: 'x' },
      ]).requests.map(({ group }) => group);
    const before = groupsUnder({});
    expect(groupsUnder({ condition: { gte: 50 } })).toEqual(before);
    expect(groupsUnder({ 'group-by': ['user'] })).not.toEqual(before);
    expect(groupsUnder({ timespan: '6m' })).not.toEqual(before);
    expect(groupsUnder({ rules: ['a', 'b'] })).not.toEqual(before);
    expect(groupsUnder({ aliases: { ip: { a: 'user' } } })).not.toEqual(before);
  });

  it('carries all fields that a rule groups, counts or dedupes by', () => {
    const incident = {
      category: 'x',
      breach: { confidentiality: 'none', integrity: 'none', availability: 'none' },
      personal_data: 'asset',
      dedupe: { by: ['sig.tenant'], window: '1h' },
    };
    const set = compiled(rule('a', { incident }), counted('c', { rules: ['a'], 'group-by': ['who'], aliases: { who: { a: 'user' } } }));
    expect(carriedFields(set)).toEqual(['sig.tenant', 'user', 'who']);
  });

  it('keeps members for the window and for what arrives late', () => {
    expect(retained(minutes(10), hours(1))).toBe(minutes(70));
  });
});

describe('whose data a firing touches', () => {
  it('is that of the last stage where stages are ordered', () => {
    const [taken] = firedBy(
      'taken',
      playIn(stuffing, [...wave.map((one) => ({ ...one, asset: 'tried' })), login(400, { asset: 'entered' })]),
    );
    expect(taken?.facts).toMatchObject({
      assets: ['entered'],
      controllers: ['owner-of-entered'],
      unidentified: false,
      personalData: 'unlikely',
    });
  });

  it('is never that of a login before the wave', () => {
    const played = playIn(stuffing, [login(10, { asset: 'innocent' }), ...wave, login(400, { asset: 'entered' })]);
    const [taken] = firedBy('taken', played);
    expect(taken?.facts.controllers).toEqual(['owner-of-entered']);
    expect(taken?.signals).not.toContain('l10');
  });

  it('is that of all members where they are not ordered', () => {
    const [found] = firedBy(
      'wave',
      playIn(
        stuffing,
        wave.map((one, i) => ({ ...one, asset: i === 0 ? 'b' : 'a' })),
      ),
    );
    expect(found?.facts).toMatchObject({ assets: ['a', 'b'], unidentified: false, personalData: 'unlikely' });
  });

  it('is unknown as soon as one member is', () => {
    const [found] = firedBy(
      'wave',
      playIn(
        stuffing,
        wave.map((one, i) => (i === 0 ? one : { ...one, asset: 'a' })),
      ),
    );
    expect(found?.facts).toMatchObject({ unidentified: true, personalData: 'likely' });
  });

  it('is unreadable only where all of it is', () => {
    const sealed = (which: (i: number) => boolean) =>
      firedBy(
        'wave',
        playIn(
          stuffing,
          wave.map((one, i) => (which(i) ? { ...one, unreadable: true } : one)),
        ),
      )[0]?.facts.unreadable;
    expect(sealed(() => true)).toBe(true);
    expect(sealed((i) => i > 0)).toBeUndefined();
  });
});

describe('fields of a firing', () => {
  const set = compiled(
    rule('a'),
    counted('pair', { rules: ['a'] }),
    counted('by_user', { rules: ['pair'], 'group-by': ['user'], condition: { gte: 1 } }),
  );
  const of = (seconds: number, user: string): Event => ({ id: `e${seconds}`, seconds, kind: 'a', user });

  it('are those of its last member by event time, not of the one that came last', () => {
    const fields = (events: readonly Event[]) => firedBy('pair', playIn(set, events)).map((match) => match.facts.fields['user']);
    expect(fields([of(0, 'early'), of(9, 'late')])).toEqual(['k(late)']);
    expect(fields([of(9, 'late'), of(0, 'early')])).toEqual(['k(late)']);
  });
});

const someEvents = fc.array(
  fc.record({
    seconds: fc.integer({ min: 0, max: 14 }).map((n) => n * 120),
    kind: fc.constantFrom('failed', 'login'),
    ip: fc.constantFrom('203.0.113.7', '203.0.113.8'),
    user: fc.constantFrom('u1', 'u2', 'u3', 'u4'),
    asset: fc.constantFrom('a', 'b', 'c'),
  }),
  { minLength: 3, maxLength: 14 },
);

const tried = (seconds: number, user: 'u1' | 'u2' | 'u4' = 'u1', kind: 'failed' | 'login' = 'failed') =>
  ({ seconds, kind, ip: '203.0.113.7', user, asset: 'a' }) as const;

/** The login was there before the wave; its last failure makes a firing list more that has as many members as before. */
const lateInTheWave = [
  tried(0),
  tried(720, 'u1', 'login'),
  tried(0),
  tried(0),
  tried(720),
  tried(120, 'u2'),
  tried(0),
  tried(120, 'u4'),
  tried(0),
  tried(0),
  tried(120),
  tried(840),
];

/** What an incident keeps of matches: it adds them up, so versions of one firing are one. */
const told = (played: Played) =>
  Object.fromEntries(
    played.matches
      .map((match) => [`${match.rule.name}/${match.id}`, { time: match.time, signals: match.signals, facts: match.facts }] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

describe('the end of all walks', () => {
  for (const keeps of ['first', 'last'] as const) {
    it(`is the same in any order and with any repetition, in a store that keeps the ${keeps} copy of a member`, () => {
      let fired = 0;
      fc.assert(
        fc.property(someEvents, fc.func(fc.integer()), fc.array(fc.nat(), { maxLength: 8 }), (written, rank, again) => {
          const events = written.map((one, i): Event => ({ ...one, id: `e${i}` }));
          const repeated = [...events, ...again.flatMap((i) => events[i % events.length] ?? [])];
          const shuffled = repeated.map((one, i) => [rank(i), one] as const).sort(([a], [b]) => a - b);
          const inOrder = told(
            playIn(
              stuffing,
              events.toSorted((a, b) => a.seconds - b.seconds),
              keeps,
            ),
          );
          const anyhow = told(
            playIn(
              stuffing,
              shuffled.map(([, one]) => one),
              keeps,
            ),
          );
          fired += Object.keys(inOrder).filter((key) => key.startsWith('taken/')).length;
          if (keeps === 'last') expect(anyhow).toEqual(inOrder);
          // The signals below an upper firing may be told by the firing below it alone; when, what and whose must be the same.
          else
            expect(Object.entries(anyhow).map(([key, { time, facts }]) => [key, time, facts])).toEqual(
              Object.entries(inOrder).map(([key, { time, facts }]) => [key, time, facts]),
            );
        }),
        { numRuns: 400, examples: [[lateInTheWave, () => 0, []]] },
      );
      // About seventy on average: that it says something at all is what counts here.
      expect(fired).toBeGreaterThan(10);
    });
  }
});
