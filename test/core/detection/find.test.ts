// What becomes of a match: a finding with nature, data and case key, or nothing; and nothing in it that came in with the event.
import { describe, expect, it } from 'vitest';
import { evaluated, factsOf, findingOf, isQuiet } from '#core/detection/find.ts';
import type { Rule, RuleSet } from '#core/detection/rule.ts';
import { type Match, carriedFields } from '#core/detection/walk.ts';
import { assetId, controllerId, signalId } from '#core/kernel/ids.ts';
import { instantOf } from '#core/kernel/time.ts';
import type { Signal } from '#core/signal/signal.ts';
import { compile, correlation, selecting } from './sigma/rules.ts';

const key = new Uint8Array(32).fill(7);
const hash = (value: string): string => `hash-${value.length}-${value.at(-1)}`;

type Target = NonNullable<Signal['target']>;
const known: Target = {
  id: 'bucket',
  asset: assetId('archive'),
  data_class: ['message-content'],
  controllers: [controllerId('museum-shop')],
};

const signal = (more: Partial<Signal> = {}): Signal => ({
  v: 1,
  id: signalId(key, 'guardduty', ['one']),
  source: 'guardduty',
  eventId: 'one',
  kind: 'finding',
  time: instantOf(1_000),
  received: instantOf(2_000),
  outcome: 'success',
  tenant: '111122223333',
  marks: [],
  raw: { ref: 'r' },
  target: known,
  ...more,
});

const block = (more: Record<string, unknown> = {}) => ({
  version: 3,
  category: 'data-exfiltration',
  breach: { confidentiality: 'likely', integrity: 'none', availability: 'possible' },
  personal_data: 'asset',
  dedupe: { by: ['sig.tenant', 'sig.target.id'], window: '6h' },
  ...more,
});

const setWith = (more: Record<string, unknown> = {}): RuleSet =>
  compile(selecting({ 'sig.kind': 'finding' }, { level: 'high', status: 'stable', incident: block(), ...more })).set;

const matchOf = (set: RuleSet, of: Signal): Match => {
  const event = evaluated({ vendor: 'field' }, of);
  const rule = set.rules[0] as Rule;
  return { rule, time: of.time, id: of.id, signals: [of.id], facts: factsOf(event, of, carriedFields(set), hash), event };
};

const finding = (more: Record<string, unknown> = {}, of: Signal = signal()) => findingOf(matchOf(setWith(more), of), key);

describe('a finding', () => {
  it('names the rule with its version, the nature, the data and the controllers', () => {
    expect(finding()).toMatchObject({
      rule: { name: 'base', title: 'A rule of the tests', level: 'high', version: 3, category: 'data-exfiltration' },
      time: 1_000,
      nature: { confidentiality: 'likely', integrity: 'none', availability: 'possible' },
      personalData: 'likely',
      window: 6 * 3_600_000,
      assets: ['archive'],
      controllers: ['museum-shop'],
      unidentified: false,
    });
  });

  it('comes of no rule that is informational, without an incident block, or only watched', () => {
    expect(finding({ level: 'informational' })).toBeUndefined();
    expect(finding({ incident: undefined })).toBeUndefined();
    for (const status of ['experimental', 'deprecated', 'unsupported']) expect(finding({ status })).toBeUndefined();
    expect(finding({ status: 'test' })).toBeDefined();
  });

  it('holds nothing of the event in clear', () => {
    const said = JSON.stringify(finding({}, signal({ actor: { name: 'anna@example.com' }, src: { ip: '203.0.113.9' } })));
    expect(said).not.toMatch(/anna|203\.0\.113|111122223333|bucket|vendor/);
  });
});

describe('personal data', () => {
  const dataOf = (target: Signal['target'], hint: string) => {
    const { target: _known, ...bare } = signal();
    return finding({ incident: block({ personal_data: hint }) }, target ? { ...bare, target } : bare)?.personalData;
  };

  it('follows the classes of the asset where the rule says so', () => {
    expect(dataOf(known, 'asset')).toBe('likely');
    for (const one of ['message-content', 'contact', 'account', 'log-with-identifiers', 'special-category'] as const) {
      expect(dataOf({ ...known, data_class: ['operational', one] }, 'asset')).toBe('likely');
    }
    for (const one of ['metadata', 'operational', 'public'] as const)
      expect(dataOf({ ...known, data_class: [one] }, 'asset')).toBe('unlikely');
  });

  it('is likely where nobody knows the asset', () => {
    expect(dataOf({ id: 'other' }, 'asset')).toBe('likely');
    expect(dataOf(undefined, 'asset')).toBe('likely');
  });

  it('follows what the tags of an unknown asset say, and still asks whose it is', () => {
    expect(dataOf({ id: 'other', data_class: ['public'] }, 'asset')).toBe('unlikely');
    expect(dataOf({ id: 'other', data_class: ['public', 'contact'] }, 'asset')).toBe('likely');
    expect(finding({}, signal({ target: { id: 'other', data_class: ['contact'] } }))).toMatchObject({ assets: [], unidentified: true });
  });

  it('is less likely read where all that was hit is ciphertext, and as surely gone', () => {
    const sealed = finding({}, signal({ target: { ...known, unreadable: true } }));
    expect(sealed?.nature).toEqual({ confidentiality: 'possible', integrity: 'none', availability: 'possible' });
    expect(sealed?.personalData).toBe('likely');
  });

  it('is what the rule says where it knows better', () => {
    expect(dataOf(known, 'unlikely')).toBe('unlikely');
    expect(dataOf({ ...known, data_class: ['public'] }, 'likely')).toBe('likely');
  });
});

describe('a controller', () => {
  it('is to be identified where data is likely hit and nobody is named', () => {
    expect(finding({}, signal({ target: { id: 'other' } }))).toMatchObject({ controllers: [], unidentified: true });
    expect(finding({}, signal({ target: { ...known, controllers: [] } }))).toMatchObject({ unidentified: true });
  });

  it('need not be where data is unlikely', () => {
    const target: Target = { ...known, data_class: ['operational'], controllers: [] };
    expect(finding({}, signal({ target }))).toMatchObject({ personalData: 'unlikely', unidentified: false });
  });
});

describe('a case key', () => {
  const keyOf = (of: Signal, more: Record<string, unknown> = {}) => finding(more, of)?.caseKey;

  it('is the same for the same values of the same fields, whatever rule it is and in whichever order they are written', () => {
    const turned = {
      name: 'other',
      title: 'Another',
      incident: block({ version: 9, dedupe: { by: ['sig.target.id', 'sig.tenant'], window: '1h' } }),
    };
    expect(keyOf(signal(), turned)).toBe(keyOf(signal()));
  });

  it('differs by value, by field, and by identity key', () => {
    expect(keyOf(signal({ tenant: '999988887777x' }))).not.toBe(keyOf(signal()));
    expect(keyOf(signal(), { incident: block({ dedupe: { by: ['sig.tenant'], window: '6h' } }) })).not.toBe(keyOf(signal()));
    expect(findingOf(matchOf(setWith(), signal()), new Uint8Array(32))?.caseKey).not.toBe(keyOf(signal()));
  });

  it('has a second one for the finding that the source itself updates', () => {
    const of = (id: string) => findingOf(matchOf(setWith(), signal()), key, { source: 'guardduty', id })?.joinKeys;
    expect(of('f1')).toHaveLength(1);
    expect(of('f1')).toEqual(of('f1'));
    expect(of('f1')).not.toEqual(of('f2'));
    expect(JSON.stringify(of('f1'))).not.toContain('f1');
    expect(finding()?.joinKeys).toEqual([]);
  });

  it('has no second one where several events are behind it, of which any may have come last', () => {
    const set = compile(selecting({ 'sig.kind': 'finding' }), correlation({ rules: ['base'] }, { level: 'high', incident: block() })).set;
    const match = { ...matchOf(set, signal()), rule: set.byName.get('counted') as Rule };
    expect(findingOf(match, key, { source: 'guardduty', id: 'f1' })?.joinKeys).toEqual([]);
  });
});

describe('an event as rules see it', () => {
  it('keeps the fields of the vendor and has ours under sig', () => {
    expect(evaluated({ type: 'x' }, signal())).toMatchObject({
      type: 'x',
      sig: { kind: 'finding', target: { data_class: ['message-content'] } },
    });
  });

  it('says as a number whether it failed, so that a share can be counted', () => {
    const failed = (outcome: Signal['outcome']) => (evaluated({}, signal({ outcome }))['sig'] as { readonly failed?: number }).failed;
    expect([failed('success'), failed('failure'), failed('blocked'), failed('unknown')]).toEqual([0, 1, 1, undefined]);
  });

  it('is quiet where the source marks it as a sample, archived or restored', () => {
    for (const mark of ['sample', 'archived', 'restored'] as const) expect(isQuiet(signal({ marks: [mark] }))).toBe(true);
    expect(isQuiet(signal({ marks: ['clamped', 'no-time', 'no-zone'] }))).toBe(false);
  });
});
