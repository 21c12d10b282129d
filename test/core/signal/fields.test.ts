// Holds that a field of foreign JSON is what the sender wrote, or absent: never something of ours.
import { describe, expect, it } from 'vitest';
import { at, booleanOf, fieldsAt, listOf, numberOf, textOf } from '#core/signal/fields.ts';

describe('fields', () => {
  it('finds own keys only', () => {
    expect(at({ a: { b: [1] } }, 'a', 'b', '0')).toBe(1);
    for (const [key, ...path] of [['constructor', 'name'], ['toString', 'name'], ['__proto__'], ['a', 'length', 'x'], ['b', 'c']] as const)
      expect(at({ a: [] }, key, ...path)).toBeUndefined();
    expect([at(null, 'a'), at('text', 'length')]).toEqual([undefined, undefined]);
    expect(fieldsAt({ a: [1] }, 'a')).toEqual({});
  });

  it('takes an object whose keys are numbers for a list', () => {
    expect([listOf([1]), listOf({ 0: 'a', 1: 'b' }), listOf({ name: 'x' }), listOf('x')]).toEqual([[1], ['a', 'b'], [], []]);
  });

  it.each([
    ['  a ', 'a'],
    [' ', undefined],
    [7, '7'],
    [7.5, undefined],
    [2 ** 60, undefined],
    [true, undefined],
    ['\ud800', '\ufffd'],
  ])('reads %j as the text %j', (value, text) => {
    expect(textOf(value)).toBe(text);
  });

  it.each([
    ['False', false],
    ['1', true],
    [0, false],
    ['no', undefined],
    [null, undefined],
  ])('reads %j as the flag %j', (value, flag) => {
    expect(booleanOf(value)).toBe(flag);
  });

  it.each([
    ['8.0', 8],
    [' ', undefined],
    ['x', undefined],
    [Number.NaN, undefined],
  ])('reads %j as the number %j', (value, number) => {
    expect(numberOf(value)).toBe(number);
  });
});
