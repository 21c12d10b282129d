// Decides that YAML is read by its 1.2 core schema, with lines, and that hostile or broken files end as problems.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { readYaml } from '#adapters/config/yaml.ts';

const one = (text: string) => readYaml(text, 'x.yml').documents[0];
const wrong = (text: string) => readYaml(text, 'x.yml').problems.map((p) => `${p.line} ${p.field}: ${p.wrong}`);

describe('reading YAML', () => {
  it('takes yes, no, dates and sexagesimals for text (1.2 core)', () => {
    expect(one('a: no\nb: 2026-03-14\nc: 12:30:45\nd: 0o17\n')?.tree).toEqual({ a: 'no', b: '2026-03-14', c: '12:30:45', d: 15 });
  });

  it('stays with 1.2 where a file asks for 1.1', () => {
    expect(one('%YAML 1.1\n---\na: no\n')?.tree).toEqual({ a: 'no' });
  });

  it('takes a merge key for a key like any other', () => {
    expect(one('a: &x {k: 1}\nb: {<<: *x}\n')?.tree).toEqual({ a: { k: 1 }, b: { '<<': { k: 1 } } });
  });

  it('knows the line of a key, of a list item, and of the parent of what is missing', () => {
    const document = one('# head\na:\n  - x: 1\n    y: 2\n  - z\n');
    expect(document?.line(['a'])).toBe(2);
    expect(document?.line(['a', 0, 'y'])).toBe(4);
    expect(document?.line(['a', 1])).toBe(5);
    expect(document?.line(['a', 0, 'missing'])).toBe(3);
  });

  it('counts lines over all documents of a file', () => {
    const { documents } = readYaml('a: 1\n---\nb: 2\n', 'x.yml');
    expect(documents.map(({ tree }) => tree)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(documents[1]?.line(['b'])).toBe(3);
  });

  it('refuses a key written twice', () => {
    expect(wrong('a:\n  b: 1\n  b: 2\n')).toEqual(['3 b: key written twice']);
  });

  it('refuses a tag', () => {
    expect(wrong('a: !!js/function "x"\n')).toEqual(['1 the file: a YAML tag (!…)']);
    expect(wrong('a: !!binary aGk=\n')).toEqual(['1 the file: a YAML tag (!…)']);
  });

  it('refuses aliases that multiply', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i += 1) lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);
    expect(wrong(lines.join('\n'))).toEqual(['1 the file: aliases that multiply or lead nowhere']);
  });

  it('refuses an alias without an anchor', () => {
    expect(wrong('a: *nowhere\n')).toEqual(['1 the file: aliases that multiply or lead nowhere']);
  });

  it('refuses nesting without end, and a file without end', () => {
    expect(wrong('['.repeat(20_000)).length).toBeGreaterThan(0);
    expect(wrong('['.repeat(20_000)).length).toBeLessThanOrEqual(10);
    expect(wrong('a: 1\n'.repeat(250_000))).toEqual(['1 the file: larger than 1 MB']);
  });

  it('says the line of what is no YAML', () => {
    const [problem] = readYaml('a: 1\nb: "open\n', 'x.yml').problems;
    expect(problem?.line).toBeGreaterThanOrEqual(2);
    expect(problem?.right).toBe('check indentation, quotes and brackets');
  });

  it('gives an own key, not a prototype, for __proto__', () => {
    const tree = one('__proto__: {polluted: true}\n')?.tree as object;
    expect(Object.keys(tree)).toEqual(['__proto__']);
    expect('polluted' in {}).toBe(false);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:-[]{}&*!|>\'"#%\n\t ,?'), maxLength: 60 }), (text) => {
        const { documents, problems } = readYaml(text, 'x.yml');
        for (const document of documents) document.line(['a', 0, 'b']);
        return problems.every(({ line }) => line >= 1);
      }),
      { numRuns: 2_000 },
    );
  });
});
