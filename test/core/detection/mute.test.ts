// Holds what filters that somebody answers for take out: until their end, counted by name, and in a maintenance window never a likely breach.
import { describe, expect, it } from 'vitest';
import { matchAll, matchDetections } from '#core/detection/detect.ts';
import { findingOf } from '#core/detection/find.ts';
import { shadows, unmuted, windowOf } from '#core/detection/mute.ts';
import type { Detection, MemberFacts, RuleSet } from '#core/detection/rule.ts';
import type { Match } from '#core/detection/walk.ts';
import { type Instant, parseInstant } from '#core/kernel/time.ts';
import { compile, correlation, logsource, selecting } from './sigma/rules.ts';

const at = (text: string): Instant => {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
};

const answered = { owner: 'tomke-harms', reason: 'the yearly move of the archive', expires: '2026-04-01' };
const window = { ...answered, from: '2026-03-14T00:00:00Z' };
const filter = (incident: unknown, name = 'the_move') => ({
  title: 'Known work',
  name,
  logsource,
  filter: { rules: ['base'], selection: { u: 'anna' }, condition: 'not selection' },
  incident,
});
const block = (breach: string) => ({
  version: 1,
  category: 'x',
  breach: { confidentiality: breach, integrity: 'none', availability: 'none' },
  personal_data: 'likely',
  dedupe: { by: ['sig.tenant'], window: '1h' },
});
const base = (more: Record<string, unknown> = {}) =>
  selecting({ kind: 'read' }, { name: 'base', level: 'high', status: 'stable', incident: block('possible'), ...more });

const anna = { kind: 'read', u: 'anna' };
const ben = { kind: 'read', u: 'ben' };
const march = at('2026-03-14T02:00:00Z');
const facts: MemberFacts = { fields: {}, assets: [], controllers: [], unidentified: false, personalData: 'likely' };

const left = (set: RuleSet, event: object, time: Instant = march) => {
  const given = { event: { ...event }, time };
  const result = unmuted(matchDetections(set, logsource, given.event), given);
  return { left: result.left.map(({ name }) => name), silent: result.silent };
};
const match = (rule: Detection, event: object, time: Instant = march): Match => ({
  rule,
  time,
  id: 'one',
  signals: ['one'],
  facts,
  event: { ...event },
});
const windowed = (set: RuleSet, time: Instant = march) => {
  const one = match(set.rules[0] as Detection, anna, time);
  const finding = findingOf(one, new Uint8Array(32));
  return finding && windowOf(one, finding);
};

describe('a filter that somebody answers for', () => {
  const { set, errors } = compile(base(), filter(answered));

  it('takes out what it names, and says so by its name', () => {
    expect(errors).toEqual([]);
    expect(left(set, anna)).toEqual({ left: [], silent: [{ rule: 'base', by: 'the_move' }] });
    expect(left(set, ben)).toEqual({ left: ['base'], silent: [] });
  });

  it('ends by itself, by the time of the event', () => {
    expect(left(set, anna, at('2026-03-31T23:59:59Z')).left).toEqual([]);
    expect(left(set, anna, at('2026-04-01T00:00:00Z'))).toEqual({ left: ['base'], silent: [] });
  });

  it('stands beside one that nobody answers for, which is a part of the rule', () => {
    const both = compile(base(), filter(answered), {
      ...filter(undefined, 'plain'),
      filter: { rules: 'any', selection: { u: 'ben' }, condition: 'not selection' },
    });
    expect(left(both.set, anna).silent).toHaveLength(1);
    expect(left(both.set, ben)).toEqual({ left: [], silent: [] });
  });

  it('is a filter like any other where rules are only evaluated', () => {
    expect(matchAll(set, anna)).toEqual([]);
    expect(matchAll(set, ben).map(({ name }) => name)).toEqual(['base']);
  });
});

describe('a maintenance window', () => {
  const { set } = compile(base(), filter(window));

  it('leaves the match to the rules above it, and takes the finding', () => {
    expect(left(set, anna)).toEqual({ left: ['base'], silent: [] });
    expect(windowed(set)).toEqual({ rule: 'base', by: 'the_move' });
  });

  it('is open from its first instant to before its last', () => {
    expect(windowed(set, at('2026-03-13T23:59:59Z'))).toBeUndefined();
    expect(windowed(set, at('2026-03-14T00:00:00Z'))).toBeDefined();
    expect(windowed(set, at('2026-04-01T00:00:00Z'))).toBeUndefined();
  });

  it('never takes a likely breach', () => {
    expect(windowed(compile(base({ incident: block('likely') }), filter(window)).set)).toBeUndefined();
  });

  it('takes nothing by a filter without a beginning, nor of others', () => {
    expect(windowed(compile(base(), filter(answered)).set)).toBeUndefined();
    const other = match(set.rules[0] as Detection, ben);
    const finding = findingOf(other, new Uint8Array(32));
    expect(finding && windowOf(other, finding)).toBeUndefined();
  });
});

describe('a firing', () => {
  const alone = (breach = 'possible', rules = ['base']) =>
    correlation(
      { type: 'temporal_ordered', rules, 'group-by': ['u'], timespan: '1h', condition: undefined },
      { name: 'alone', level: 'high', incident: block(breach) },
    );
  const fired = (tree: object, members: readonly string[] = ['one'], seen = anna) => {
    const { set } = compile(base({ incident: undefined }), tree, filter(window));
    const below = match(set.byName.get('base') as Detection, seen);
    const rule = set.byName.get('alone');
    if (rule?.type !== 'correlation') throw new Error('no correlation');
    const one: Match = {
      ...{ rule, time: march, id: 'firing', signals: members, facts },
      members: members.map((id) => ({ time: march, stage: 0, id, signals: [id], facts })),
    };
    const finding = findingOf(one, new Uint8Array(32));
    return finding && windowOf(one, finding, [below, one]);
  };

  it('of one event alone falls into the window of that event', () => {
    expect(fired(alone())).toEqual({ rule: 'alone', by: 'the_move' });
  });

  it('falls into none where it rests on several, on another event, on one that no window speaks of, or is likely a breach', () => {
    expect(fired(alone(), ['one', 'two'])).toBeUndefined();
    expect(fired(alone(), ['another'])).toBeUndefined();
    expect(fired(alone(), [])).toBeUndefined();
    expect(fired(alone(), ['one'], ben)).toBeUndefined();
    expect(fired(alone('likely'))).toBeUndefined();
  });
});

describe('a rule that is only watched', () => {
  it('is counted by its status where it would tell somebody', () => {
    const matchOf = (more: Record<string, unknown>) => match(compile(base(more)).set.rules[0] as Detection, anna);
    expect(shadows([matchOf({ status: 'experimental' })])).toEqual([{ rule: 'base', by: 'experimental' }]);
    expect(shadows([matchOf({ status: 'stable' }), matchOf({ status: 'experimental', level: 'informational' })])).toEqual([]);
    expect(shadows([matchOf({ status: 'experimental', incident: undefined })])).toEqual([]);
  });
});

describe('the block of a filter', () => {
  const wrongs: readonly (readonly [string, unknown, string])[] = [
    ['no map', 'tomke', 'is a map with owner, reason, from, expires'],
    ['no owner', { ...answered, owner: ' ' }, 'owner is a text'],
    ['no reason', { owner: 'a', expires: '2026-04-01' }, 'reason is a text'],
    ['no end', { owner: 'a', reason: 'b' }, 'expires is a day'],
    ['an end that is no day', { ...answered, expires: 'soon' }, 'expires is a day'],
    ['a beginning that is no day', { ...answered, from: '14.3.2026' }, 'from is a day'],
    ['an end before its beginning', { ...answered, from: '2026-04-01' }, 'ends after it begins'],
    ['a word that nobody knows', { ...answered, until: 'x' }, 'unknown key "until"'],
  ];
  it.each(wrongs)('with %s is refused, and its rule stays unfiltered', (_what, incident, reason) => {
    const { set, errors } = compile(base(), filter(incident));
    expect(errors.map((error) => error.reason).join()).toContain(reason);
    expect(left(set, anna).left).toEqual(['base']);
  });
});
