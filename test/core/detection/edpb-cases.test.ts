// The EDPB's 18 cases of Guidelines 01/2021 (law.md 2, 3.1), from what was known of each: what they are, how grave, and that no score may hold back a notice.
import { describe, expect, it } from 'vitest';
import { noNature, outcomeOf } from '#core/detection/outcome.ts';
import { type Nature, levels } from '#core/detection/rule.ts';
import { type Known, type SeverityLevel, severityOf } from '#core/detection/severity.ts';

type Part = keyof Nature;
type Case = {
  readonly id: string;
  /** Types of breach in the guidelines; those in brackets there are possible here. */
  readonly hurt: Partial<Nature>;
  readonly known: Omit<Known, 'nature' | 'unintelligible' | 'malicious'> & Partial<Known>;
  readonly score: readonly [dpc: number, ei: number, cb: number, se: number];
  /** Whom the guidelines have the controller tell. */
  readonly authority: boolean;
  readonly people: boolean;
  /** By which level people are called here: SE with its marks. */
  readonly calls: SeverityLevel;
};

const simple = { dataClasses: ['contact'] } as const;
const special = { dataClasses: ['special-category'] } as const;
/** Cards, accounts, ID numbers, profiles: no class of ours, so the controller's own floor. */
const raisedTo = (dpcFloor: NonNullable<Known['dpcFloor']>) => ({ dataClasses: ['contact'], dpcFloor }) as const;
const read = { confidentiality: 'likely' } as const;
const exposed = { confidentiality: 'possible' } as const;

const cases: readonly Case[] = [
  {
    id: 'EDPB-01 ransomware, a good backup, nothing left the house',
    hurt: { availability: 'likely', integrity: 'possible' },
    known: { ...simple, unintelligible: true, recovery: 'easy', malicious: true, people: 36 },
    score: [1, 0.25, 0.5, 0.75],
    ...{ authority: false, people: false, calls: 'low' },
  },
  {
    id: 'EDPB-02 ransomware, five days of typing from paper',
    hurt: { availability: 'likely', integrity: 'possible' },
    known: { ...simple, recovery: 'effort', malicious: true, people: 36 },
    score: [1, 1, 0.75, 1.75],
    ...{ authority: true, people: false, calls: 'medium' },
  },
  {
    id: 'EDPB-03 ransomware in a hospital, two days without',
    hurt: { availability: 'likely', integrity: 'possible' },
    known: { ...special, recovery: 'effort', malicious: true, people: 3_000 },
    score: [4, 1, 0.75, 4.75],
    ...{ authority: true, people: true, calls: 'very-high' },
  },
  {
    id: 'EDPB-04 ransomware, cards copied, the backup gone too',
    hurt: { ...read, availability: 'likely', integrity: 'possible' },
    known: { ...raisedTo(4), recovery: 'none', malicious: true, people: 4_000 },
    score: [4, 1, 1.5, 5.5],
    ...{ authority: true, people: true, calls: 'very-high' },
  },
  {
    id: 'EDPB-05 job applications copied from a website',
    hurt: { ...read, integrity: 'possible' },
    known: { ...raisedTo(2), malicious: true, people: 213 },
    score: [2, 1, 1, 3],
    ...{ authority: true, people: true, calls: 'very-high' },
  },
  {
    id: 'EDPB-06 hashed passwords copied',
    hurt: read,
    known: { ...simple, unintelligible: true, malicious: true, people: 1_200 },
    score: [1, 0.25, 1, 1.25],
    ...{ authority: false, people: false, calls: 'medium' },
  },
  {
    id: 'EDPB-07 stuffing at a bank',
    hurt: read,
    known: { ...raisedTo(4), malicious: true, people: 100_000 },
    score: [4, 1, 1, 5],
    ...{ authority: true, people: true, calls: 'very-high' },
  },
  {
    id: 'EDPB-08 an employee takes contacts along',
    hurt: read,
    known: { ...simple, recipients: 'known', malicious: true, people: 100 },
    score: [1, 1, 0.75, 1.75],
    ...{ authority: true, people: false, calls: 'medium' },
  },
  {
    id: 'EDPB-09 a file to a trusted agent by mistake',
    hurt: read,
    known: { ...simple, recipients: 'known', people: 24 },
    score: [1, 1, 0.25, 1.25],
    ...{ authority: false, people: false, calls: 'low' },
  },
  {
    id: 'EDPB-10 encrypted tablets stolen',
    hurt: { ...exposed, availability: 'possible' },
    known: { ...simple, unintelligible: true, recovery: 'easy', malicious: true, people: 30 },
    score: [1, 0.25, 0.5, 0.75],
    ...{ authority: false, people: false, calls: 'low' },
  },
  {
    id: 'EDPB-11 a notebook stolen, nothing encrypted',
    hurt: { ...exposed, availability: 'possible' },
    known: { ...simple, recovery: 'easy', malicious: true, people: 100_001 },
    score: [1, 1, 0.5, 1.5],
    ...{ authority: true, people: true, calls: 'medium' },
  },
  {
    id: 'EDPB-12 a log book of patients stolen',
    hurt: { ...exposed, availability: 'likely' },
    known: { ...special, recovery: 'none', malicious: true, people: 50 },
    score: [4, 1, 1, 5],
    ...{ authority: true, people: true, calls: 'very-high' },
  },
  {
    id: 'EDPB-13 two parcels mixed up',
    hurt: read,
    known: { ...simple, recipients: 'known', people: 2 },
    score: [1, 1, 0.25, 1.25],
    ...{ authority: false, people: false, calls: 'low' },
  },
  {
    id: 'EDPB-14 a list with social security numbers sent around',
    hurt: read,
    known: { ...raisedTo(2), recipients: 'unknown', people: 60_000 },
    score: [2, 1, 0.5, 2.5],
    ...{ authority: true, people: true, calls: 'high' },
  },
  {
    id: 'EDPB-15 a list of participants sent to the last course',
    hurt: read,
    known: { ...simple, recipients: 'known', people: 15 },
    score: [1, 1, 0.25, 1.25],
    ...{ authority: false, people: false, calls: 'low' },
  },
  {
    id: 'EDPB-16 two letters in one envelope',
    hurt: read,
    known: { ...simple, recipients: 'known', people: 1 },
    score: [1, 1, 0.25, 1.25],
    ...{ authority: true, people: false, calls: 'low' },
  },
  {
    id: 'EDPB-17 bills redirected by a caller',
    hurt: { ...read, integrity: 'possible' },
    known: { ...raisedTo(2), malicious: true, people: 1 },
    score: [2, 1, 1, 3],
    ...{ authority: true, people: true, calls: 'high' },
  },
  {
    id: 'EDPB-18 mails with payments forwarded for months',
    hurt: { ...read, integrity: 'possible' },
    known: { ...raisedTo(3), malicious: true, people: 99 },
    score: [3, 1, 1, 4],
    ...{ authority: true, people: true, calls: 'very-high' },
  },
];

const natureOf = ({ hurt }: Case): Nature => ({ ...noNature, ...hurt });
const scoreOf = (one: Case) => severityOf({ unintelligible: false, malicious: false, ...one.known, nature: natureOf(one) });

describe("the EDPB's cases", () => {
  it.each(cases)('$id: its score, part by part, and by which level people are called', (one) => {
    const { scores, se, escalation } = scoreOf(one);
    const { dpc, ei, confidentiality, integrity, availability, malice } = scores;
    const cb = confidentiality.value + integrity.value + availability.value + malice.value;
    expect([dpc.value, ei.value, cb, se]).toEqual(one.score);
    expect(escalation).toBe(one.calls);
  });

  it.each(cases)('$id: a breach, of which the controller hears whatever comes of it', (one) => {
    const nature = natureOf(one);
    const surely = (Object.keys(nature) as Part[]).some((part) => nature[part] === 'likely');
    for (const level of levels)
      expect(outcomeOf({ nature, personalData: 'likely', level })).toBe(surely ? 'suspected-breach' : 'breach-assessment');
  });

  it('are under-notified by a line at SE 2 and 3 in five of 18: no score may hold a notice back (R-301, R-302)', () => {
    const under = ({ authority, people, score: [, , , se] }: Case): boolean => (authority && se < 2) || (people && se < 3);
    expect(cases.filter(under).map(({ id }) => id.slice(0, 7))).toEqual(['EDPB-02', 'EDPB-08', 'EDPB-11', 'EDPB-14', 'EDPB-16']);
    const over = ({ authority, people, score: [, , , se] }: Case): boolean => (!authority && se >= 2) || (!people && se >= 3);
    expect(cases.filter(over)).toEqual([]);
  });

  it('are told to the authority in twelve, and to the people in nine', () => {
    expect(cases.filter(({ authority }) => authority)).toHaveLength(12);
    expect(cases.filter(({ people }) => people)).toHaveLength(9);
  });
});
