// What a correlation over numbers says of a crowd: a sum that is reached stays reached, an average over a part says nothing (D-27).
import { describe, expect, it } from 'vitest';
import { climb } from '#core/detection/climb.ts';
import { type MemberFacts, numericMembers } from '#core/detection/rule.ts';
import { type Match, carriedFields, keyedFields } from '#core/detection/walk.ts';
import { instantOf } from '#core/kernel/time.ts';
import { compile, correlation, selecting } from './sigma/rules.ts';

const nobody = { assets: [], controllers: [], unidentified: false, personalData: 'unlikely' as const };

/** How one event fares in a group that has this crowd already, a millisecond apart. */
const one = (type: string, condition: object, { crowd, at = crowd }: { readonly crowd: number; readonly at?: number }) => {
  const counted = correlation(
    { type, 'group-by': ['user'], timespan: '1h', condition: { field: 'bytes', ...condition } },
    { name: 'measured' },
  );
  const { set, errors } = compile(selecting({ kind: 'a' }), counted);
  expect(errors).toEqual([]);
  const rule = set.byName.get('base');
  if (!rule) throw new Error('no rule');
  const event = { kind: 'a', user: 'u', bytes: 1 };
  const facts: MemberFacts = { fields: keyedFields(event, carriedFields(set), (value) => value), ...nobody };
  const match: Match = { rule, time: instantOf(at), id: 'last', signals: ['last'], facts, event };
  const all = climb(set, [match], ({ member, window }) =>
    [member, ...Array.from({ length: crowd }, (_, i) => ({ ...member, id: `e${i}`, time: instantOf(i) }))].filter(
      ({ time }) => Math.abs(time - member.time) <= window,
    ),
  );
  return {
    fires: all.some((found) => found.rule.name === 'measured'),
    saturated: all.flatMap(({ saturated = [] }) => saturated.map((found) => [found.rule.name, found.decides])),
  };
};

describe('a group of numbers', () => {
  it('decides with as many members as are kept', () => {
    for (const type of ['value_avg', 'value_percentile'])
      expect(one(type, { gte: 1 }, { crowd: numericMembers - 1 })).toEqual({ fires: true, saturated: [] });
  });

  it.each([
    ['an average', 'value_avg', { gte: 1 }, false, false],
    ['a percentile', 'value_percentile', { gte: 1 }, false, false],
    ['a sum that is reached', 'value_sum', { gte: 1_500 }, true, true],
    ['a sum above a bound', 'value_sum', { gt: 1_500 }, true, true],
    ['a sum that is not reached', 'value_sum', { gte: 5_000 }, false, true],
    ['a sum under a bound', 'value_sum', { lt: 5_000 }, false, false],
    ['a sum in a range', 'value_sum', { gte: 1, lte: 5_000 }, false, false],
  ])('with one more: %s', (_what, type, condition, fires, decides) => {
    expect(one(type, condition, { crowd: numericMembers })).toEqual({ fires, saturated: [['measured', decides]] });
  });

  it('decides again when its window has left the crowd behind', () => {
    expect(one('value_avg', { gte: 1 }, { crowd: numericMembers, at: 3_600_001 })).toEqual({ fires: true, saturated: [] });
  });

  it('is a crowd too when what follows a late one is', () => {
    expect(one('value_avg', { gte: 1 }, { crowd: numericMembers + 1, at: -1 })).toEqual({
      fires: false,
      saturated: [['measured', false]],
    });
  });

  it('has no such bound where distinct values are counted', () => {
    expect(one('value_count', { gte: 1 }, { crowd: numericMembers })).toEqual({ fires: true, saturated: [] });
  });
});
