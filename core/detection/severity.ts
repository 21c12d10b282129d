// Decides how grave a breach looks by ENISA's method of 2013 (SE = DPC × EI + CB): for whom to wake and in which order, never for a notice.
import type { Nature } from './rule.ts';
import type { DataClass } from '../signal/signal.ts';

/** Data processing context, ease of identification, and the circumstances: confidentiality, integrity, availability, malice. */
export type Dpc = 1 | 2 | 3 | 4;
export type Ei = 0.25 | 0.5 | 0.75 | 1;
export type Circumstance = 0 | 0.25 | 0.5;
export type Scored<T> = { readonly value: T; readonly reason: string };

export type Scores = {
  readonly dpc: Scored<Dpc>;
  readonly ei: Scored<Ei>;
  readonly confidentiality: Scored<Circumstance>;
  readonly integrity: Scored<Circumstance>;
  readonly availability: Scored<Circumstance>;
  readonly malice: Scored<0 | 0.5>;
};

export const severityLevels = ['low', 'medium', 'high', 'very-high'] as const;
export type SeverityLevel = (typeof severityLevels)[number];

export type Severity = {
  readonly method: 'ENISA 1.0 (2013)';
  readonly scores: Scores;
  readonly se: number;
  readonly level: SeverityLevel;
  /** Within 0.25 of a boundary: the higher level counts for waking people. */
  readonly borderline: boolean;
  /** `more-than-100` raises escalation by one level; `unintelligible` is shown and closes nothing. */
  readonly flags: readonly ('more-than-100' | 'unintelligible')[];
  readonly escalation: SeverityLevel;
};

const boundaries = [2, 3, 4] as const;
const margin = 0.25;

const levelOf = (se: number): SeverityLevel => severityLevels[boundaries.filter((one) => se >= one).length] ?? 'low';

const raised = (level: SeverityLevel): SeverityLevel =>
  severityLevels[Math.min(severityLevels.indexOf(level) + 1, severityLevels.length - 1)] ?? level;

export type Circumstances = { readonly people?: number; readonly unintelligible: boolean };

/** Quarters throughout, so the sum is exact. */
export const scored = (scores: Scores, { people, unintelligible }: Circumstances): Severity => {
  const { dpc, ei, confidentiality, integrity, availability, malice } = scores;
  const se = dpc.value * ei.value + confidentiality.value + integrity.value + availability.value + malice.value;
  const many = people !== undefined && people > 100;
  const upper = levelOf(se + margin);
  return {
    method: 'ENISA 1.0 (2013)',
    scores,
    se,
    level: levelOf(se),
    borderline: boundaries.some((one) => Math.abs(se - one) <= margin),
    flags: [...(many ? (['more-than-100'] as const) : []), ...(unintelligible ? (['unintelligible'] as const) : [])],
    escalation: many ? raised(upper) : upper,
  };
};

const of = <T>(value: T, reason: string): Scored<T> => ({ value, reason });

/** Base of each class. Message content is unstructured: 2 at least. Credentials are worth what they open: messages here. */
const bases: Readonly<Record<DataClass, Scored<Dpc>>> = {
  contact: of(1, 'simple data: who somebody is, and how to reach them'),
  account: of(2, 'credentials are worth what they open: messages'),
  'message-content': of(2, 'message content is unstructured: 2 at least'),
  'log-with-identifiers': of(2, 'behaviour: who did what, and when'),
  metadata: of(2, 'behaviour: who wrote to whom, and when'),
  'special-category': of(4, 'special categories of Art. 9'),
  operational: of(1, 'no data of persons by its class'),
  public: of(1, 'public by its class'),
};

const contextOf = ({ dataClasses, uncharted, dpcFloor: floor }: Known): Scored<Dpc> => {
  const unknown = of<Dpc>(2, 'nobody wrote down what it holds: as message content');
  const known = dataClasses.map((one) => bases[one]);
  const base = [...known, ...(uncharted || known.length === 0 ? [unknown] : [])].reduce((a, b) => (b.value > a.value ? b : a));
  return floor !== undefined && floor > base.value
    ? of(floor, `the field of an affected controller makes its data worth more (dpcFloor ${floor})`)
    : base;
};

/** What is known of a case. Where nothing is known, the worse of what is usual is taken. */
export type Known = {
  readonly nature: Nature;
  readonly dataClasses: readonly DataClass[];
  /** Part of what was hit is written down nowhere. */
  readonly uncharted?: boolean;
  /** Of the affected controllers the highest: health, law, dating, politics, religion, trade union, banking, minors are 4. */
  readonly dpcFloor?: Dpc | undefined;
  readonly unintelligible: boolean;
  /** Names and numbers replaced by codes that nobody outside can resolve. */
  readonly pseudonymous?: boolean;
  readonly recipients?: 'none' | 'known' | 'unknown';
  readonly recovery?: 'easy' | 'effort' | 'none';
  readonly malicious: boolean;
  readonly people?: number;
};

const identificationOf = ({ unintelligible, pseudonymous }: Known): Scored<Ei> => {
  if (unintelligible) return of(0.25, 'ciphertext whose keys lie elsewhere');
  return pseudonymous ? of(0.25, 'codes that nobody outside can resolve') : of(1, 'taken to hold names, numbers or addresses');
};

const confidentialityOf = ({ nature, recipients }: Known): Scored<Circumstance> => {
  if (nature.confidentiality === 'none' || recipients === 'none') return of(0, 'nobody is seen to have read it');
  if (recipients === 'known') return of(0.25, 'read by a known number of people');
  if (recipients === 'unknown') return of(0.5, 'read by an unknown number of people');
  return nature.confidentiality === 'likely'
    ? of(0.5, 'likely read, and nobody knows by how many')
    : of(0, 'exposed; no evidence of a reader');
};

const integrityOf = ({ nature, recovery }: Known): Scored<Circumstance> => {
  if (nature.integrity === 'none') return of(0, 'nothing is seen to be altered');
  if (nature.integrity === 'possible') return of(0, 'altered perhaps; no wrong use is seen');
  return recovery === 'none' ? of(0.5, 'altered, and cannot be put right') : of(0.25, 'altered, and can be put right');
};

const availabilityOf = ({ nature, recovery }: Known): Scored<Circumstance> => {
  if (nature.availability === 'none') return of(0, 'nothing is seen to be gone');
  if (recovery === 'easy') return of(0, 'back without difficulty');
  if (recovery === 'none') return of(0.5, 'gone, and nobody can bring it back');
  return nature.availability === 'likely' || recovery === 'effort'
    ? of(0.25, 'gone for a time, or back with effort')
    : of(0, 'gone perhaps; it is not seen yet');
};

/** Scores of what is known so far. All three parts are always scored (ENISA: none may be left out). */
export const severityOf = (known: Known): Severity =>
  scored(
    {
      dpc: contextOf(known),
      ei: identificationOf(known),
      confidentiality: confidentialityOf(known),
      integrity: integrityOf(known),
      availability: availabilityOf(known),
      malice: known.malicious ? of(0.5, 'taken as meant, until it is known better') : of(0, 'nothing says that anybody meant it'),
    },
    { ...(known.people !== undefined && { people: known.people }), unintelligible: known.unintelligible },
  );

/** Categories of ours in which nobody meant harm; every other one is somebody's deed until it is known better. */
const unmeant: ReadonlySet<string> = new Set(['availability', 'backup', 'data-exposure', 'service-stopped']);

export const isMeant = (categories: readonly string[]): boolean => categories.some((one) => !unmeant.has(one));
