// ENISA's method against the E-table of law.md 3.1, by id; and that it only ever wakes more people.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Likelihood, type Nature, likelihoods } from '#core/detection/rule.ts';
import {
  type Circumstance,
  type Dpc,
  type Ei,
  type Known,
  type Scores,
  type Severity,
  isMeant,
  scored,
  severityLevels,
  severityOf,
} from '#core/detection/severity.ts';

const nature = (confidentiality: Likelihood, integrity: Likelihood = 'none', availability: Likelihood = 'none'): Nature => ({
  confidentiality,
  integrity,
  availability,
});
const part = <T>(value: T) => ({ value, reason: 'of the table' });

/** `cb` as one sum, put where it fits: the method adds all four. */
const table = (dpc: Dpc, ei: Ei, cb: number): Severity => {
  const malice = cb >= 0.5 ? 0.5 : 0;
  const rest = cb - malice;
  const confidentiality = Math.min(0.5, rest) as Circumstance;
  const integrity = Math.min(0.5, rest - confidentiality) as Circumstance;
  const availability = (rest - confidentiality - integrity) as Circumstance;
  const scores: Scores = {
    dpc: part(dpc),
    ei: part(ei),
    confidentiality: part(confidentiality),
    integrity: part(integrity),
    availability: part(availability),
    malice: part(malice),
  };
  return scored(scores, { unintelligible: false });
};

describe('the E-table', () => {
  it.each([
    ['E-01', 1, 1, 0.25, 1.25, 'low'],
    ['E-02', 2, 1, 1, 3, 'high'],
    ['E-03', 4, 1, 1, 5, 'very-high'],
    ['E-04', 2, 0.25, 1, 1.5, 'low'],
    ['E-05', 2, 1, 0, 2, 'medium'],
    ['E-06', 1, 0.25, 0, 0.25, 'low'],
    ['E-07', 4, 1, 2, 6, 'very-high'],
    ['E-08', 3, 1, 0, 3, 'high'],
    ['E-09', 2, 0.25, 1, 1.5, 'low'],
  ] as const)('%s', (_, dpc, ei, cb, se, level) => {
    expect(table(dpc, ei, cb)).toMatchObject({ se, level });
  });

  const stolen: Known = { nature: nature('likely'), dataClasses: ['message-content'], unintelligible: false, malicious: true };

  it.each<readonly [string, Known, Partial<Severity>]>([
    [
      'E-01 a bug showed names of one tenant to another',
      { ...stolen, dataClasses: ['contact'], recipients: 'known', malicious: false },
      { se: 1.25, level: 'low' },
    ],
    ['E-02 a key was stolen, chats of a shop read', stolen, { se: 3, level: 'high', borderline: true, escalation: 'high' }],
    ['E-03 the same of a clinic', { ...stolen, dpcFloor: 4 }, { se: 5, level: 'very-high' }],
    ['E-04 the same with codes in place of names', { ...stolen, pseudonymous: true }, { se: 1.5, level: 'low' }],
    [
      'E-05 an outage, back from the backup',
      {
        nature: nature('none', 'none', 'likely'),
        dataClasses: ['message-content'],
        unintelligible: false,
        recovery: 'easy',
        malicious: false,
      },
      { se: 2, level: 'medium' },
    ],
    [
      'E-06 bounds: the least there is',
      { nature: nature('none'), dataClasses: ['contact'], unintelligible: true, malicious: false },
      { se: 0.25, level: 'low', borderline: false },
    ],
    [
      'E-07 bounds: the most there is',
      { ...stolen, nature: nature('likely', 'likely', 'likely'), dataClasses: ['special-category'], recovery: 'none' },
      { se: 6, level: 'very-high', borderline: false },
    ],
    [
      'E-08 a boundary belongs to what is above it',
      { nature: nature('none'), dataClasses: ['contact'], dpcFloor: 3, unintelligible: false, malicious: false },
      { se: 3, level: 'high', borderline: true },
    ],
    ['E-09 ciphertext stolen, the key safe', { ...stolen, unintelligible: true }, { se: 1.5, level: 'low', flags: ['unintelligible'] }],
  ])('%s, from what is known', (_, known, expected) => {
    expect(severityOf(known)).toMatchObject(expected);
  });
});

describe('marks beside the number', () => {
  it('borderline within a quarter of a boundary, and then the higher level wakes', () => {
    expect(table(1, 1, 0.75)).toMatchObject({ se: 1.75, level: 'low', borderline: true, escalation: 'medium' });
    expect(table(1, 1, 0.5)).toMatchObject({ se: 1.5, level: 'low', borderline: false, escalation: 'low' });
    expect(table(2, 1, 0.25)).toMatchObject({ se: 2.25, level: 'medium', borderline: true, escalation: 'medium' });
    expect(table(3, 1, 0.75)).toMatchObject({ se: 3.75, level: 'high', borderline: true, escalation: 'very-high' });
    expect(table(4, 1, 0.5)).toMatchObject({ se: 4.5, borderline: false, escalation: 'very-high' });
  });

  it('more than a hundred people raise escalation by one level, never above the highest', () => {
    const { scores } = table(1, 1, 0);
    expect(scored(scores, { unintelligible: false, people: 101 })).toMatchObject({
      level: 'low',
      flags: ['more-than-100'],
      escalation: 'medium',
    });
    expect(scored(scores, { unintelligible: false, people: 100 })).toMatchObject({ flags: [], escalation: 'low' });
    expect(scored(table(4, 1, 2).scores, { unintelligible: false, people: 5_000 }).escalation).toBe('very-high');
  });

  it('every part has a reason', () => {
    const { scores } = severityOf({ nature: nature('possible'), dataClasses: [], unintelligible: false, malicious: true });
    expect(Object.values(scores).filter(({ reason }) => reason.length < 10)).toEqual([]);
  });
});

describe('parts', () => {
  const bare: Known = { nature: nature('none', 'none', 'none'), dataClasses: ['contact'], unintelligible: false, malicious: false };
  const dpc = (more: Partial<Known>) => severityOf({ ...bare, ...more }).scores.dpc.value;

  it('the highest class counts, an unknown asset counts as message content, and a floor only raises', () => {
    expect(dpc({ dataClasses: ['contact', 'special-category', 'public'] })).toBe(4);
    expect(dpc({ dataClasses: ['contact'] })).toBe(1);
    expect(dpc({ dataClasses: [] })).toBe(2);
    expect(dpc({ dataClasses: ['contact'], dpcFloor: 3 })).toBe(3);
    expect(dpc({ dataClasses: ['special-category'], dpcFloor: 2 })).toBe(4);
  });

  const cb = (more: Partial<Known>): readonly number[] => {
    const { confidentiality, integrity, availability, malice } = severityOf({ ...bare, ...more }).scores;
    return [confidentiality.value, integrity.value, availability.value, malice.value];
  };

  it.each<readonly [Partial<Known>, readonly number[]]>([
    [{ nature: nature('likely') }, [0.5, 0, 0, 0]],
    [{ nature: nature('possible') }, [0, 0, 0, 0]],
    [{ nature: nature('possible'), recipients: 'unknown' }, [0.5, 0, 0, 0]],
    [{ nature: nature('likely'), recipients: 'known' }, [0.25, 0, 0, 0]],
    [{ nature: nature('likely'), recipients: 'none' }, [0, 0, 0, 0]],
    [{ nature: nature('none', 'likely') }, [0, 0.25, 0, 0]],
    [{ nature: nature('none', 'possible') }, [0, 0, 0, 0]],
    [{ nature: nature('none', 'possible'), recovery: 'none' }, [0, 0, 0, 0]],
    [{ nature: nature('none', 'likely'), recovery: 'none' }, [0, 0.5, 0, 0]],
    [{ nature: nature('none', 'none', 'likely') }, [0, 0, 0.25, 0]],
    [{ nature: nature('none', 'none', 'possible') }, [0, 0, 0, 0]],
    [{ nature: nature('none', 'none', 'possible'), recovery: 'effort' }, [0, 0, 0.25, 0]],
    [{ nature: nature('none', 'none', 'likely'), recovery: 'none' }, [0, 0, 0.5, 0]],
    [{ nature: nature('none', 'none', 'likely'), recovery: 'easy' }, [0, 0, 0, 0]],
    [{ malicious: true }, [0, 0, 0, 0.5]],
  ])('%j', (more, expected) => {
    expect(cb(more)).toEqual(expected);
  });

  it('stays within the bounds of the method, and a worse nature never lowers it', () => {
    const some = fc.record({
      confidentiality: fc.constantFrom(...likelihoods),
      integrity: fc.constantFrom(...likelihoods),
      availability: fc.constantFrom(...likelihoods),
    });
    fc.assert(
      fc.property(
        some,
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom<Dpc | undefined>(undefined, 1, 2, 3, 4),
        (of, malicious, unintelligible, floor) => {
          const known: Known = { ...bare, nature: of, malicious, unintelligible, ...(floor && { dpcFloor: floor }) };
          const { se, escalation, level } = severityOf(known);
          expect(se).toBeGreaterThanOrEqual(0.25);
          expect(se).toBeLessThanOrEqual(6);
          expect(severityLevels.indexOf(escalation)).toBeGreaterThanOrEqual(severityLevels.indexOf(level));
          expect(severityOf({ ...known, nature: nature('likely', 'likely', 'likely') }).se).toBeGreaterThanOrEqual(se);
        },
      ),
    );
  });

  it('takes malice for given unless every category speaks against it', () => {
    expect(isMeant(['data-exfiltration'])).toBe(true);
    expect(isMeant(['availability'])).toBe(false);
    expect(isMeant(['availability', 'ransomware'])).toBe(true);
    expect(isMeant([])).toBe(false);
  });
});
