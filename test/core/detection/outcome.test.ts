// D-4, row by row and in its order; and that severity only ever rises by adding.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atLeast, lowered, noNature, outcomeOf, worstLevel, worstNature } from '#core/detection/outcome.ts';
import { type Level, type Likelihood, type Nature, levels, likelihoods } from '#core/detection/rule.ts';

const nature = (confidentiality: Likelihood, integrity: Likelihood = 'none', availability: Likelihood = 'none'): Nature => ({
  confidentiality,
  integrity,
  availability,
});
const outcome = (of: Nature, personalData: 'unlikely' | 'likely', level: Level = 'medium') =>
  outcomeOf({ nature: of, personalData, level });

describe('an outcome', () => {
  it('is none where nothing was hurt and the level is below high, whatever data is there', () => {
    for (const level of ['informational', 'low', 'medium'] as const) expect(outcome(noNature, 'likely', level)).toBe('none');
  });

  it('is a security incident where nothing was hurt and the level is high', () => {
    for (const level of ['high', 'critical'] as const) expect(outcome(noNature, 'likely', level)).toBe('security-incident');
  });

  it('is a security incident where personal data is unlikely, however surely something was hurt', () => {
    expect(outcome(nature('likely', 'likely', 'likely'), 'unlikely', 'critical')).toBe('security-incident');
    expect(outcome(nature('possible'), 'unlikely', 'low')).toBe('security-incident');
  });

  it('is a breach assessment where personal data was at best possibly hurt', () => {
    expect(outcome(nature('possible', 'none', 'possible'), 'likely', 'low')).toBe('breach-assessment');
  });

  it('is a suspected breach where any of the three was likely hurt', () => {
    for (const of of [nature('likely'), nature('none', 'likely'), nature('possible', 'none', 'likely')]) {
      expect(outcome(of, 'likely', 'low')).toBe('suspected-breach');
    }
  });
});

const someNature = fc.record({
  confidentiality: fc.constantFrom(...likelihoods),
  integrity: fc.constantFrom(...likelihoods),
  availability: fc.constantFrom(...likelihoods),
});
const severities = ['none', 'security-incident', 'breach-assessment', 'suspected-breach'];

describe('what is worst', () => {
  it('never makes an outcome milder, in whichever order it is added', () => {
    fc.assert(
      fc.property(someNature, someNature, fc.constantFrom('unlikely', 'likely'), fc.constantFrom(...levels), (a, b, data, level) => {
        const both = worstNature(a, b);
        expect(both).toEqual(worstNature(b, a));
        const rank = (of: Nature) => severities.indexOf(outcome(of, data as 'unlikely' | 'likely', level));
        expect(rank(both)).toBeGreaterThanOrEqual(Math.max(rank(a), rank(b)));
      }),
    );
  });

  it('follows the scale of levels', () => {
    expect(worstLevel('low', 'critical')).toBe('critical');
    expect(worstLevel('medium', 'informational')).toBe('medium');
    expect(atLeast('high', 'high')).toBe(true);
    expect(atLeast('medium', 'high')).toBe(false);
  });
});

describe('ciphertext whose keys lie elsewhere', () => {
  it('lowers confidentiality by one step, never below none, and nothing else', () => {
    expect(lowered(nature('likely', 'likely', 'likely'))).toEqual(nature('possible', 'likely', 'likely'));
    expect(lowered(nature('possible', 'none', 'possible'))).toEqual(nature('none', 'none', 'possible'));
    expect(lowered(noNature)).toEqual(noNature);
  });
});
