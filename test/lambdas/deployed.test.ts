// Decides that a configuration arrives in a function as it was checked: the same values, the same rules.
import { beforeAll, describe, expect, it } from 'vitest';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { type Deployed, decode, encode } from '#lambdas/deployed.ts';
import { exampleDeployed } from './settings.ts';

let deployed: Deployed;
beforeAll(async () => {
  deployed = await exampleDeployed();
});

describe('a deployed configuration', () => {
  it('is the same after its journey, maps included', () => {
    expect(decode(encode(deployed))).toEqual(deployed);
    expect(decode(encode(deployed)).configuration.directory.controllers).toBeInstanceOf(Map);
  });

  it('is ASCII, whatever letters names are written in', () => {
    const odd = { tree: { title: 'Müller’s 🔑' }, where: 'odd.yml' };
    const text = encode({ ...deployed, documents: [odd] });
    expect(text).not.toMatch(/[\u0080-\uffff]/);
    expect(decode(text).documents).toEqual([odd]);
  });

  it('makes the same rules', () => {
    const before = compileRules(deployed.documents, deployed.lists);
    const after = compileRules(decode(encode(deployed)).documents, deployed.lists);
    expect(after.errors).toEqual([]);
    expect(after.set.hash).toBe(before.set.hash);
    expect([...after.set.byName.keys()]).toEqual([...before.set.byName.keys()]);
    expect(after.set.rules.length).toBeGreaterThan(0);
  });

  it('leaves a rule as it was, whatever its keys are called', () => {
    const odd = { tree: { title: 'x', detection: { sel: { $map: [['a', 'b']] }, condition: 'sel' } }, where: 'odd.yml' };
    expect(decode(encode({ ...deployed, documents: [odd] })).documents).toEqual([odd]);
  });

  it('of another version is refused', () => {
    for (const text of ['{"v":2}', '{"v":3,"madeAt":1,"documents":[]}'])
      expect(() => decode(text)).toThrow('configuration.json is of another version of Art33. Deploy again.');
  });

  it('that lost its last rule is refused', () => {
    const text = encode(deployed);
    expect(() => decode(text.slice(0, text.lastIndexOf('\n')))).toThrow('configuration.json is cut off. Deploy again.');
  });
});
