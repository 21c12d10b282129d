// Holds which cases a match says to be back: those that a disturbing rule would have made of the same thing; and what such a rule must say (P-23).
import { describe, expect, it } from 'vitest';
import { caseKeyOf, findingOf } from '#core/detection/find.ts';
import { restoredKeys } from '#core/detection/restoring.ts';
import type { RuleSet } from '#core/detection/rule.ts';
import { type Match, carriedFields, keyedFields } from '#core/detection/walk.ts';
import { instantOf } from '#core/kernel/time.ts';
import { idKey } from '../given.ts';
import { compile, selecting } from './sigma/rules.ts';

const block = (disturbance?: unknown, by = ['host']) => ({
  category: 'availability',
  breach: { confidentiality: 'none', integrity: 'none', availability: 'possible' },
  personal_data: 'unlikely',
  dedupe: { by, window: '6h' },
  ...(disturbance === undefined ? {} : { disturbance }),
});
const down = (disturbance?: unknown, by?: readonly string[]) =>
  selecting({ kind: 'down' }, { name: 'down', id: 'id-of-down', level: 'high', incident: block(disturbance, by as string[]) });
const up = selecting({ kind: 'up' }, { name: 'up', id: 'id-of-up', level: 'informational' });
const set = (...trees: readonly unknown[]): RuleSet => {
  const compiled = compile(...trees);
  expect(compiled.errors).toEqual([]);
  return compiled.set;
};

const matchOf = (of: RuleSet, name: string, event: object): Match => {
  const rule = of.byName.get(name);
  if (!rule) throw new Error(name);
  const fields = keyedFields({ ...event }, carriedFields(of), (value) => value);
  return {
    rule,
    time: instantOf(0),
    id: 'm',
    signals: [],
    facts: { fields, assets: [], controllers: [], unidentified: false, personalData: 'unlikely' },
  };
};

describe('a match of a rule that ends a disturbance', () => {
  const of = set(down(['up']), up);

  it('says so of what the disturbing rule would take for the same case', () => {
    const away = findingOf(matchOf(of, 'down', { host: 'a' }), idKey);
    expect(away?.rule.disturbs).toBe(true);
    expect(restoredKeys(of, matchOf(of, 'up', { host: 'a' }), idKey)).toEqual([away?.caseKey]);
    expect(restoredKeys(of, matchOf(of, 'up', { host: 'b' }), idKey)).not.toEqual([away?.caseKey]);
    expect(caseKeyOf({ dedupe: { by: ['host'], window: instantOf(0) as never } }, { fields: { host: 'a' } }, idKey)).toBe(away?.caseKey);
  });

  it('says nothing where its event does not name the thing, and neither does another rule', () => {
    expect(restoredKeys(of, matchOf(of, 'up', {}), idKey)).toEqual([]);
    expect(restoredKeys(of, matchOf(of, 'down', { host: 'a' }), idKey)).toEqual([]);
  });

  it('says it once of two rules that make one case, and of each that does not', () => {
    const second = (by: readonly string[]) => ({ ...(down(['up'], by) as object), name: 'slow', id: 'id-of-slow' });
    expect(restoredKeys(set(down(['up']), second(['host']), up), matchOf(of, 'up', { host: 'a' }), idKey)).toHaveLength(1);
    const wide = set(down(['up']), second(['site']), up);
    expect(restoredKeys(wide, matchOf(wide, 'up', { host: 'a', site: 's' }), idKey)).toHaveLength(2);
  });
});

describe('a rule', () => {
  it('that does not say so disturbs nothing; one whose end only people know does', () => {
    expect(findingOf(matchOf(set(down(), up), 'down', { host: 'a' }), idKey)?.rule).not.toHaveProperty('disturbs');
    const nobody = set(down([]), up);
    expect(findingOf(matchOf(nobody, 'down', { host: 'a' }), idKey)?.rule.disturbs).toBe(true);
    expect(restoredKeys(nobody, matchOf(nobody, 'up', { host: 'a' }), idKey)).toEqual([]);
  });

  it('may name what ends it by id', () => {
    expect(set(down(['id-of-up']), up).byName.get('down')?.incident?.disturbance).toEqual(['up']);
  });

  it.each([
    ['no list', { rule: 'up' }, 'disturbance lists rules by name or id, each once'],
    ['one twice', ['up', 'up'], 'disturbance lists rules by name or id, each once'],
    ['one that is not there', ['gone'], 'no rule has the name or id "gone"'],
  ])('is refused that names %s', (_what, disturbance, reason) => {
    const { errors } = compile(down(disturbance), up);
    expect(errors.map((error) => error.reason.slice(0, reason.length))).toEqual([reason]);
  });

  it('stands although what ends it is refused: a person says when it is over', () => {
    expect(compile(down(['gone']), up).set.byName.get('down')?.incident?.disturbance).toEqual([]);
  });
});
