// Whether a rule that looks back says what one that writes says, in any order, and how many writes it saves (detection.md 6.2).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { climb, plainGroups } from '#core/detection/climb.ts';
import type { RuleSet } from '#core/detection/rule.ts';
import { openStream } from '#core/detection/stream.ts';
import { type Match, type Request, carriedFields, keyedFields } from '#core/detection/walk.ts';
import { instantOf } from '#core/kernel/time.ts';
import { trees as shipped, setOf as shippedSet } from './rule-tests.ts';
import { compile, correlation, selecting } from './sigma/rules.ts';

const block = (late: unknown) => ({
  category: 'x',
  breach: { confidentiality: 'none', integrity: 'none', availability: 'none' },
  personal_data: 'unlikely',
  dedupe: { by: ['ip'], window: '6h' },
  late,
});
const rule = (name: string) => selecting({ kind: name }, { name });
const chain = (name: string, body: object, late: string) =>
  correlation(
    { type: 'temporal_ordered', rules: ['ban', 'login'], 'group-by': ['ip'], timespan: '60s', condition: undefined, ...body },
    { name, incident: block(late) },
  );
const setOf = (late: string): RuleSet => {
  const { set, errors } = compile(
    ...['ban', 'wave', 'login', 'moved'].map(rule),
    // One event may be a later stage under two names.
    selecting({ kind: ['login', 'moved'] }, { name: 'seen' }),
    chain('banned', {}, late),
    chain('banned_seen', { rules: ['ban', 'seen'], timespan: '80s' }, late),
    chain('moved_on', { rules: ['ban', 'login', 'moved'] }, late),
    chain('met', { type: 'temporal', rules: ['wave', 'login'], 'group-by': ['ip', 'user'] }, late),
    chain('aliased', { rules: ['wave', 'login'], 'group-by': ['who'], aliases: { who: { wave: 'ip', login: 'user' } } }, late),
    chain('often', { rules: ['wave', 'banned'], timespan: '90s' }, late),
  );
  expect(errors).toEqual([]);
  return set;
};

type Event = { readonly kind: string; readonly seconds: number; readonly ip: string; readonly user: string };
type Played = { readonly fired: ReadonlyMap<string, readonly string[]>; readonly writes: number; readonly looks: number };

const matchesOf = (set: RuleSet, event: Event): readonly Match[] => {
  const facts = {
    ...{ fields: keyedFields(event, carriedFields(set), (value) => value), assets: [], controllers: [] },
    ...{ unidentified: false, personalData: 'unlikely' as const },
  };
  const [time, id] = [instantOf(event.seconds * 1_000), JSON.stringify(event)];
  return set.rules
    .filter((one) => one.type === 'detection' && one.matches(event))
    .map((one): Match => ({ rule: one, time, id, signals: [id], facts, event }));
};

/** Every firing with the signals that it ends with. */
const play = (set: RuleSet, events: readonly Event[]): Played => {
  const answer = plainGroups();
  const fired = new Map<string, readonly string[]>();
  let [writes, looks] = [0, 0];
  const counted = (request: Request) => {
    if (request.look) looks += 1;
    else writes += 1;
    return answer(request);
  };
  for (const event of events)
    for (const match of climb(set, matchesOf(set, event), counted))
      if (match.rule.type === 'correlation') {
        const known = fired.get(`${match.rule.name} ${match.id}`) ?? [];
        fired.set(`${match.rule.name} ${match.id}`, [...new Set([...known, ...match.signals])].sort());
      }
  return { fired, writes, looks };
};

const [writing, lookingBack] = [setOf('write'), setOf('lookback')];

const event: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom('ban', 'wave', 'login', 'login', 'moved'),
  seconds: fc.integer({ min: 0, max: 200 }),
  ip: fc.constantFrom('a', 'b'),
  user: fc.constantFrom('a', 'b'),
});

describe('a rule that looks back', () => {
  it('says what one that writes says, in any order and twice over', () => {
    fc.assert(
      fc.property(
        fc
          .array(event, { maxLength: 9 })
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length }))),
        ([all, mixed]) => {
          const expected = play(writing, all).fired;
          expect(play(lookingBack, all).fired).toEqual(expected);
          expect(play(lookingBack, mixed).fired).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('says the same in a stream', () => {
    const events: readonly Event[] = [
      { kind: 'login', seconds: 10, ip: 'a', user: 'b' },
      { kind: 'ban', seconds: 5, ip: 'a', user: 'b' },
      { kind: 'login', seconds: 30, ip: 'a', user: 'b' },
    ];
    const firings = (set: RuleSet) => {
      const stream = openStream(set, { timeOf: (one) => instantOf(Number(one['seconds']) * 1_000), keyed: (value) => value });
      return events.flatMap((one) => stream.add(one, () => JSON.stringify(one))).filter((match) => match.rule.type === 'correlation')
        .length;
    };
    expect(firings(lookingBack)).toBe(firings(writing));
    expect(firings(writing)).toBe(4);
  });

  it('leaves no group in a stream where it only looked', () => {
    const stream = openStream(lookingBack, { timeOf: () => instantOf(0), keyed: (value) => value });
    stream.add({ kind: 'login', ip: 'a', user: 'b' }, () => 'e');
    expect(stream.groups.size()).toBe(2);
  });

  it('keeps its notes for as long as the longest of the rules that share them asks', () => {
    const windows: number[] = [];
    const answer = plainGroups();
    climb(lookingBack, matchesOf(lookingBack, { kind: 'login', seconds: 0, ip: 'a', user: 'b' }), (request) => {
      if (!request.look) windows.push(request.window);
      return answer(request);
    });
    expect(windows.toSorted()).toEqual([60_000, 80_000]);
  });

  it('writes once for an event that nothing waits for, however many rules would have written it', () => {
    const logins = Array.from({ length: 100 }, (_, n): Event => ({ kind: 'login', seconds: n, ip: `ip-${n}`, user: `user-${n}` }));
    // By address, and by the account that one rule calls by another name: two notes in place of five members.
    expect([play(writing, logins).writes, play(lookingBack, logins)]).toEqual([500, { fired: new Map(), writes: 200, looks: 500 }]);
  });

  it('puts a later stage beside its first one once, however often that comes', () => {
    const [ban, login]: readonly [Event, Event] = [
      { kind: 'ban', seconds: 0, ip: 'a', user: 'u' },
      { kind: 'login', seconds: 5, ip: 'a', user: 'u' },
    ];
    const answer = plainGroups();
    const put = [login, ban, ban].map((one) => {
      let logins = 0;
      climb(lookingBack, matchesOf(lookingBack, one), (request) => {
        logins += Number(!request.look && request.member.stage > 0 && request.member.id === JSON.stringify(login));
        return answer(request);
      });
      return logins;
    });
    expect(put).toEqual([0, 3, 0]);
  });
});

describe('the shipped rules', () => {
  const written = (trees: typeof shipped): number => {
    const { set } = shippedSet(trees);
    const fields = { 'sig.src.ip': '203.0.113.7', 'sig.actor.name': 'anna', 'sig.tenant': 'muster' };
    const matches = ['auth0_login_ok', 'login_ok', 'login_elsewhere'].flatMap((name): readonly Match[] => {
      const one = set.byName.get(name);
      const facts = { fields, assets: [], controllers: [], unidentified: false, personalData: 'unlikely' as const };
      return one ? [{ rule: one, time: instantOf(0), id: 'sig-1', signals: ['sig-1'], facts }] : [];
    });
    const answer = plainGroups();
    let writes = 0;
    climb(set, matches, (request) => {
      if (!request.look) writes += 1;
      return answer(request);
    });
    return writes;
  };

  it('write a successful login to Auth0 once, not once for each of the six that it might complete', () => {
    const withoutLate = shipped.map((tree) => ({ ...tree, incident: { ...(tree['incident'] as object), late: 'write' } }));
    const correlated = withoutLate.map((tree, i) => ('correlation' in tree && shipped[i]?.['incident'] ? tree : (shipped[i] ?? {})));
    expect([written(correlated), written(shipped)]).toEqual([6, 1]);
  });
});

describe('a rule that asks to look back', () => {
  const reasons = (...trees: readonly unknown[]): readonly string[] => compile(...trees).errors.map(({ reason }) => reason);
  const says =
    'lookback is for temporal_ordered, or temporal without a condition, over several rules with a group-by: a first stage must be there';

  it.each([
    ['one rule alone', { rules: ['ban'] }],
    ['no group', { 'group-by': undefined }],
    ['any two of three', { type: 'temporal', rules: ['ban', 'login', 'wave'], condition: { gte: 2 } }],
    ['a count', { type: 'event_count', condition: { gte: 2 } }],
  ])('is refused where no first stage has to be there: %s', (_what, body) => {
    expect(reasons(...['ban', 'wave', 'login'].map(rule), chain('x', body, 'lookback'))).toEqual([says]);
    expect(reasons(...['ban', 'wave', 'login'].map(rule), chain('x', body, 'write'))).toEqual([]);
  });

  it('says write or lookback, in a correlation', () => {
    expect(reasons(...['ban', 'login'].map(rule), chain('x', {}, 'later'))).toEqual(['late is write or lookback']);
    expect(reasons(selecting({ kind: 'a' }, { incident: block('lookback') }))).toEqual([
      expect.stringMatching(/^late needs a group and a window/),
    ]);
  });
});
