// Decides whether whoever uses a service heard that it was away, and nobody else, and that it is back; and that no word of it was a notice (P-23).
import { disturbanceTerms } from '#core/clock/disturbance.ts';
import type { Configuration, Controller } from '#core/directory/directory.ts';
import type { Duty } from '#core/duty/duty.ts';
import { type Disturbance, ownDisturbances } from '#core/incident/disturbance.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { Delivered, Outside } from './outside.ts';
import { type Problem, broken, short } from './promises.ts';

const minute = 60_000;

/** To a technical contact of its own controller, which uses the service; it bears the name of no notice and of nobody else. */
export const wordProblems = (one: Delivered, duty: Duty, incident: Incident, { directory }: Configuration): readonly Problem[] => {
  const own = [...directory.controllers.values()].find(({ id }) => id === duty.recipient);
  const users = ownDisturbances(incident).flatMap(({ controllers }) => controllers);
  const named = [...directory.controllers.values()].find(
    (other) => other !== own && (one.text.includes(other.name) || one.text.includes(other.id)),
  );
  return [
    ...broken(!users.some((id) => id === duty.recipient), 'P-23', () => `told of a service that it does not use: ${short(duty)}`),
    ...broken(
      !(own?.technical ?? own?.contacts ?? []).some(({ mail }) => mail === one.to),
      'I-25',
      () => `a disturbance told to somebody else: ${short(duty)}`,
    ),
    ...broken(named !== undefined, 'I-26', () => `the word to ${duty.recipient} names ${named?.id ?? ''}`),
    ...broken(/breach|Art\. 33/i.test(one.subject), 'P-23', () => `a disturbance that looks like a notice: ${one.subject}`),
    ...broken(
      !one.text.includes('It is no notification of a personal data breach'),
      'P-23',
      () => `a disturbance that does not say what it is not: ${short(duty)}`,
    ),
  ];
};

export type Told = {
  readonly outside: Outside;
  readonly duties: readonly Duty[];
  readonly configuration: Configuration;
  readonly now: number;
  readonly quietFrom: number;
  /** The sign that it is back was sent, and taken. */
  readonly isBack: boolean;
  /** What happened then met no fault that may delay it. */
  readonly inTime: (at: number) => boolean;
};

type Word = Delivered & { readonly step: string };

const wordsTo = ({ outside, duties }: Told, incident: Incident, controller: Controller): readonly Word[] =>
  outside.delivered.flatMap((one): readonly Word[] => {
    const duty = duties.find(({ id }) => id === one.duty);
    return duty?.kind === 'disturbance' && one.incident === incident.id && duty.recipient === controller.id
      ? [{ ...one, step: duty.step }]
      : [];
  });

const reaches = ({ outside }: Told, { technical, contacts }: Controller): boolean =>
  (technical ?? contacts).some(({ mail }) => ['takes', 'bounces', 'silent', 'suppressed'].includes(outside.fateOf(mail)));

const problemsOf = (told: Told, incident: Incident, about: Disturbance, controller: Controller): readonly Problem[] => {
  const terms = disturbanceTerms(about, told.configuration);
  if (!terms || !reaches(told, controller)) return [];
  const words = wordsTo(told, incident, controller);
  const end = words.find(({ step }) => step === 'end');
  const until = about.restored?.at ?? told.now;
  const settled = told.now > Math.max(about.heardAt, about.restored?.heardAt ?? 0) + 20 * minute;
  const counts = settled && until - about.since >= terms.after;
  const hourly = words.filter(({ step, at }) => step.startsWith('update') && at > told.quietFrom);
  const quiet = told.now - Math.max(told.quietFrom, about.heardAt);
  return [
    ...broken(counts && words.length === 0, 'P-23', () => `${controller.id} never heard that it was away`),
    ...broken(
      about.restored !== undefined && words.length > 0 && end === undefined && settled,
      'P-23',
      () => `${controller.id} never heard that it is back`,
    ),
    ...broken(end !== undefined && about.restored === undefined, 'P-23', () => `${controller.id} heard that it is back, and it is not`),
    ...broken(
      about.restored === undefined && quiet > 2 * terms.every && hourly.length === 0,
      'P-23',
      () => `${controller.id} waits for the next word`,
    ),
    ...broken(
      about.restored !== undefined && words.some(({ step, at }) => step !== 'end' && end !== undefined && at > end.at),
      'P-23',
      () => `${controller.id} heard that it is away after its end`,
    ),
  ];
};

/** Away for its hour and not known to be back: suspected then, whoever is still looking. */
const suspectedLate = (told: Told, incident: Incident, { since, heardAt, restored }: Disturbance, after: number): boolean => {
  const due = Math.max(since + after, heardAt + 15 * minute);
  if (incident.outcome === 'security-incident' || (restored && restored.heardAt <= due) || !told.inTime(heardAt) || !told.inTime(due))
    return false;
  return incident.state === 'open' ? told.now > due + 5 * minute : (incident.suspectedAt ?? 0) > due + 5 * minute;
};

/** When all faults have ended and time has passed. */
export const disturbanceProblems = (told: Told, incidents: readonly Incident[]): readonly Problem[] =>
  incidents.flatMap((incident) =>
    ownDisturbances(incident).flatMap((about) => {
      const terms = disturbanceTerms(about, told.configuration);
      const late = terms !== undefined && suspectedLate(told, incident, about, terms.suspectAfter);
      return [
        ...broken(late, 'P-23', () => 'away for so long, and no loss was suspected in time'),
        ...broken(told.isBack && about.restored === undefined, 'P-23', () => 'it is back, and nobody knows'),
        ...about.controllers
          .flatMap((id) => told.configuration.directory.controllers.get(id) ?? [])
          .flatMap((one) => problemsOf(told, incident, about, one)),
      ];
    }),
  );
