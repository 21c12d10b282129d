import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchAll, matchDetections } from '#core/detection/detect.ts';
import { compile, detection, selecting } from './sigma/rules.ts';

const names = (rules: readonly { readonly name: string }[]): readonly string[] => rules.map((rule) => rule.name);

describe('routing', () => {
  const rule = (name: string, logsource: Record<string, string>) => selecting({ a: 'x' }, { name, logsource });
  const { set } = compile(
    rule('aws', { product: 'aws' }),
    rule('trail', { product: 'AWS', service: 'cloudtrail' }),
    rule('login', { category: 'authentication' }),
    rule('linux', { product: 'linux' }),
  );

  it('asks of the event what the rule names, in any letter case, and nothing else', () => {
    expect(names(matchDetections(set, { product: 'aws', service: 'cloudtrail' }, { a: 'x' }))).toEqual(['aws', 'trail']);
    expect(names(matchDetections(set, { product: 'aws' }, { a: 'x' }))).toEqual(['aws']);
    expect(names(matchDetections(set, { product: 'linux', category: 'authentication' }, { a: 'x' }))).toEqual(['login', 'linux']);
    expect(names(matchDetections(set, {}, { a: 'x' }))).toEqual([]);
  });

  it('is left out where all detections are asked for', () => {
    expect(names(matchAll(set, { a: 'x' }))).toEqual(['aws', 'trail', 'login', 'linux']);
  });
});

describe('the index', () => {
  const scalar = fc.constantFrom<string | number | boolean | null>(
    'x',
    'X',
    'y',
    '',
    1,
    '1',
    true,
    'true',
    null,
    'x*',
    '*',
    '{"b":"x"}',
    'x*y',
    'Y?',
    '[*',
    '\\*z',
  );
  const key = fc.constantFrom(
    'a',
    'a.b',
    'a{}.b',
    'c',
    'a|contains',
    'a|cased',
    'c|neq',
    'a.b|startswith',
    'a|startswith',
    'c|exists',
    'a|windash',
    'a|base64',
  );
  const item = fc
    .tuple(key, fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 })))
    .map(([name, value]) => ({ [name]: name === 'c|exists' ? true : value }));
  const map = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => Object.assign({}, ...items) as Record<string, unknown>);
  const selection = fc.oneof(
    map,
    map,
    fc.array(fc.oneof<fc.Arbitrary<unknown>[]>(map, fc.constantFrom('x', 'true')), { minLength: 1, maxLength: 3 }),
  );
  const condition = fc.constantFrom(
    's1',
    's1 or s2',
    's1 and s2',
    's1 and not s2',
    'not s1',
    '1 of s*',
    '2 of them',
    'not (s1 and s2) or s3',
    's1 or s2 and s3',
  );
  const tree = fc.record({ s1: selection, s2: selection, s3: selection, condition });
  const value = fc.constantFrom<unknown>(
    'x',
    'Y',
    'xzy',
    'yz',
    '*z',
    '',
    1,
    true,
    null,
    ['x', 'y'],
    [],
    { b: 'x' },
    [{ b: 'X' }, { b: 1 }],
    {
      b: ['y', null],
    },
  );
  const event = fc.record({ a: value, c: value, 'a.b': value }, { requiredKeys: [] });

  it('never changes the answer, for any rules and any event', () => {
    let matched = 0;
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 6 }), fc.array(event, { minLength: 1, maxLength: 6 }), (trees, events) => {
        const { set } = compile(...trees.map((body, i) => detection(body, { name: `r${i}` })));
        for (const one of events) {
          const plain = set.rules.filter((rule) => rule.type === 'detection' && rule.matches(one));
          matched += plain.length;
          expect(names(matchAll(set, one))).toEqual(names(plain));
        }
      }),
      { numRuns: 600 },
    );
    expect(matched).toBeGreaterThan(200);
  });
});
