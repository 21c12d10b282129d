// Decides whether the stand-in weighs and bills as DynamoDB does, on figures worked out by hand from its documentation.
import { describe, expect, it } from 'vitest';
import { condition, updated } from '#bench/stand-in/expression.ts';
import { type Item, readUnits, sizeOf, unitsOfWrite, writeUnits } from '#bench/stand-in/item.ts';

const base: Item = { PK: { S: 'p' }, SK: { S: 's' } };

describe('the weight of an item', () => {
  it.each([
    [{ PK: { S: 'abc' } }, 5],
    [{ name: { S: 'ä' } }, 6],
    [{ n: { N: '12345' } }, 1 + 3 + 1],
    [{ b: { BOOL: true } }, 2],
    [{ l: { L: [{ S: 'a' }, { S: 'b' }] } }, 1 + 3 + 2 + 2],
    [{ m: { M: { k: { S: 'v' } } } }, 1 + 3 + 1 + 1 + 1],
  ])('%j is %d bytes', (item, size) => {
    expect(sizeOf(item as Item)).toBe(size);
  });
});

describe('units', () => {
  it('of reading go by 4 KB, half where it is not strong, at least one', () => {
    expect([readUnits(0, true), readUnits(4_096, true), readUnits(4_097, true), readUnits(8_192, false)]).toEqual([1, 1, 2, 1]);
  });

  it('of writing go by 1 KB, at least one', () => {
    expect([writeUnits(0), writeUnits(1_024), writeUnits(1_025)]).toEqual([1, 1, 2]);
  });

  it('of a write are those of the larger of before and after, twice in a transaction', () => {
    const large: Item = { ...base, text: { S: 'x'.repeat(2_000) } };
    expect(unitsOfWrite(large, base, false)).toBe(2);
    expect(unitsOfWrite(undefined, large, true)).toBe(4);
  });

  it('of an index are one where an entry comes or goes, two where its key changes, none where it stays', () => {
    const at = (sort: string, deadline = '1'): Item => ({ ...base, X1PK: { S: 'lane' }, X1SK: { S: sort }, deadlineAt: { N: deadline } });
    expect(unitsOfWrite(undefined, at('1'), false)).toBe(2);
    expect(unitsOfWrite(at('1'), base, false)).toBe(2);
    expect(unitsOfWrite(at('1'), at('2'), false)).toBe(3);
    expect(unitsOfWrite(at('1'), at('1'), false)).toBe(1);
    expect(unitsOfWrite(at('1'), at('1', '2'), false)).toBe(2);
  });
});

describe('an expression', () => {
  it('that the stand-in does not know is refused, not guessed', () => {
    expect(() => condition({}, 'contains(a, :b)')).toThrow('the stand-in does not know "contains(a, :b)"');
    expect(() => updated({}, 'REMOVE a', base)).toThrow('the stand-in does not know "REMOVE a"');
  });

  it('compares numbers as numbers, and what can’t be compared with nothing', () => {
    const words = { ExpressionAttributeValues: { ':v': { N: '10' } } };
    expect(condition(words, 'n < :v')({ n: { N: '9' } })).toBe(true);
    expect(condition(words, 'n < :v')({ n: { S: '9' } })).toBe(false);
    expect(condition(words, 'n < :v')(undefined)).toBe(false);
  });
});
