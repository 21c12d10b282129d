// Decides how a controller is told how many people are concerned (Art. 33(3)(a), R-410): least, best, most, and whether anybody checked it.
import type { Language } from '../directory/directory.ts';
import type { DataSubjectCount } from '../incident/data-subjects.ts';
import { type Safe, safe, safeInstant } from '../kernel/safe.ts';

type Numbers = {
  readonly label: Safe;
  readonly records: Safe;
  readonly range: (count: DataSubjectCount['count']) => Safe;
  /** Said plainly, so that nobody takes an estimate for a finding (D-14). */
  readonly estimated: Safe;
  readonly confirmed: Safe;
  readonly asOf: Safe;
  /** What is left open once the people are counted. */
  readonly unknown: Safe;
};

const texts: Readonly<Record<Language, Numbers>> = {
  en: {
    label: safe`People concerned`,
    records: safe`Records concerned`,
    range: ({ min, best, max }) => (min === max ? safe`${best}` : safe`${best} (at least ${min}, at most ${max})`),
    estimated: safe`estimated, not yet checked by a second person`,
    confirmed: safe`checked by a second person`,
    asOf: safe`as of`,
    unknown: safe`What we do not know yet\n  The cause, the extent, and the number of records concerned.`,
  },
  de: {
    label: safe`Betroffene Personen`,
    records: safe`Betroffene Datensätze`,
    range: ({ min, best, max }) => (min === max ? safe`${best}` : safe`${best} (mindestens ${min}, höchstens ${max})`),
    estimated: safe`geschätzt, noch von keiner zweiten Person geprüft`,
    confirmed: safe`von einer zweiten Person geprüft`,
    asOf: safe`Stand`,
    unknown: safe`Was wir noch nicht wissen\n  Die Ursache, den Umfang und die Zahl der betroffenen Datensätze.`,
  },
};

export type NumbersText = { readonly people: Safe; readonly label: Safe; readonly records: Safe; readonly unknown: Safe };

/** Undefined where nobody has counted: then it is to be determined. */
export const numbersText = (known: DataSubjectCount | undefined, language: Language): NumbersText | undefined => {
  if (!known) return undefined;
  const { label, records, range, estimated, confirmed, asOf, unknown } = texts[language];
  const status = known.checked ? confirmed : estimated;
  return { label, records, unknown, people: safe`${range(known.count)}; ${status}; ${asOf} ${safeInstant(known.asOf)}` };
};
