// Decides what a controller is told: facts, times, what is unknown, whom to ask. Built from one controller's view only.
import { awareFor, suspectedFor, updateWithin } from '../clock/deadline.ts';
import { noNature, worstNature } from '../detection/outcome.ts';
import type { Likelihood, Nature } from '../detection/rule.ts';
import type { Configuration, Contact, Controller, Language } from '../directory/directory.ts';
import type { Incident, RuleFinding } from '../incident/incident.ts';
import { type Safe, safe, safeInstant, safeJoin, safeLocal, safeReference } from '../kernel/safe.ts';
import { type Instant, plus } from '../kernel/time.ts';
import { numbersText } from './numbers.ts';
import { earlierReferences } from './earlier.ts';
import { aboutOneAlone, addressee, passingOn, subjectFor } from './for-whom.ts';
import { type Wording, german, english } from './wording.ts';

/** Raised with every change of the wording: part of the record (law.md 0, R-009). */
export const templateVersion = safe`preliminary-4`;

export type NoticeInput = {
  readonly incident: Incident;
  readonly controller: Controller;
  readonly configuration: Configuration;
  readonly as: 'suspected' | 'confirmed';
  readonly now: Instant;
};

export type Notice = { readonly subject: Safe; readonly text: Safe };

const line = '\n' as Safe;
const gap = '\n\n' as Safe;

/** Set off by two blanks, so that a plain mail reads as a list. */
export const item = (label: Safe, value: Safe): Safe => safe`  ${label}: ${value}`;

export const time = (at: Instant | undefined, input: Pick<NoticeInput, 'controller'>, words: Wording): Safe =>
  at === undefined ? words.notYetKnown : safe`${safeInstant(at)} (${safeLocal(at, input.controller.zone, words.language)})`;

const likelihood = (how: Likelihood, words: Wording): Safe => words.likelihood[how];

/** The letters that it has bear those. */
const earlier = ({ incident, controller }: NoticeInput): readonly Safe[] => earlierReferences(incident, controller.id).map(safeReference);

const header = (input: NoticeInput, words: Wording): Safe =>
  safeJoin(
    [
      words.title[input.as],
      '' as Safe,
      item(words.reference, safeReference(input.incident.id)),
      ...earlier(input).map((id) => item(words.earlierReference, id)),
      item(words.forController, input.controller.name),
      ...addressee(input.controller, input.configuration.directory, words.language),
      item(words.from, input.configuration.directory.operator.name),
      item(words.version, safe`1 (${words.preliminary})`),
    ],
    line,
  );

const times = (input: NoticeInput, words: Wording): Safe => {
  const { incident, controller, now } = input;
  const suspectedAt = suspectedFor(incident, controller);
  return safeJoin(
    [
      words.times,
      item(words.firstSign, time(incident.occurredFrom, input, words)),
      item(words.lastSign, time(incident.occurredTo, input, words)),
      item(words.ended, words.notYetKnown),
      item(words.detected, time(incident.openedAt, input, words)),
      // Confirmed at once: there was no suspicion to date.
      ...(suspectedAt === undefined ? [] : [item(words.suspected, time(suspectedAt, input, words))]),
      ...(input.as === 'confirmed' ? [item(words.aware, time(awareFor(incident, controller), input, words))] : []),
      item(words.thisNotice, time(now, input, words)),
    ],
    line,
  );
};

/** Findings that touch this controller's data: what others suffered is not this controller's to read. */
const ownFindings = ({ incident, controller }: NoticeInput): readonly RuleFinding[] =>
  incident.findings.filter((f) => f.touched.includes(controller.id));

/** A controller whom people named has no finding of its own: then the incident's nature is what we know. */
const natureFor = (input: NoticeInput): Nature => {
  const own = ownFindings(input);
  return own.length === 0 ? input.incident.nature : own.reduce((all, f) => worstNature(all, f.nature), noNature);
};

const nature = (input: NoticeInput, words: Wording): Safe => {
  const { confidentiality, integrity, availability } = natureFor(input);
  return safeJoin(
    [
      words.nature,
      item(words.confidentiality, likelihood(confidentiality, words)),
      item(words.integrity, likelihood(integrity, words)),
      item(words.availability, likelihood(availability, words)),
    ],
    line,
  );
};

/** Only assets that hold this controller's data, by their configured names. */
const systems = (input: NoticeInput): readonly Safe[] => {
  const touched = new Set(ownFindings(input).flatMap((f) => f.assets));
  return input.configuration.directory.assets
    .filter((asset) => touched.has(asset.id) && asset.controllers.includes(input.controller.id))
    .map((asset) => asset.name);
};

const comma = ', ' as Safe;
const listed = (names: readonly Safe[], otherwise: Safe): Safe => (names.length === 0 ? otherwise : safeJoin(names, comma));

const counted = ({ incident, controller }: NoticeInput, words: Wording) =>
  numbersText(incident.dataSubjects?.[controller.id], words.language);

const numbers = (input: NoticeInput, words: Wording): readonly Safe[] => {
  const known = counted(input, words);
  if (!known) return [item(words.numbers, words.toBeDetermined)];
  return [item(known.label, known.people), item(known.records, words.toBeDetermined)];
};

const affected = (input: NoticeInput, words: Wording): Safe => {
  const { operator } = input.configuration.directory;
  return safeJoin(
    [
      words.affected[input.as],
      item(words.systems, listed(systems(input), words.notYetKnown)),
      item(words.people, listed(operator.peopleCategories, words.notYetKnown)),
      item(words.data, listed(operator.dataCategories, words.notYetKnown)),
      ...numbers(input, words),
      words.categoriesNote,
    ],
    line,
  );
};

/** The next word comes at this hour, changed or not. */
const nextUpdate = (now: Instant): Instant => plus(now, updateWithin);

const unknown = (input: NoticeInput, words: Wording): Safe =>
  safeJoin(
    [counted(input, words)?.unknown ?? words.unknown, safe`${words.updatePromise} ${time(nextUpdate(input.now), input, words)}.`],
    line,
  );

const consequences = (input: NoticeInput, words: Wording): Safe => {
  const own = natureFor(input);
  const hurt = (['confidentiality', 'integrity', 'availability'] as const).filter((part) => own[part] !== 'none');
  return safeJoin([words.consequences, ...hurt.map((part) => words.consequence[part]), words.consequencesNote], line);
};

export const contact = (input: Pick<NoticeInput, 'configuration'>, words: Wording): Safe => {
  const { operator } = input.configuration.directory;
  return safeJoin(
    [
      words.contact,
      item(words.phone, operator.supportPhone),
      item(words.dpo, safe`${operator.dpo.name}, ${operator.dpo.mail}`),
      words.verify,
    ],
    line,
  );
};

const body = (input: NoticeInput, words: Wording): Safe =>
  safeJoin(
    [
      header(input, words),
      words.what[input.as],
      ...aboutOneAlone(input.controller, words.language),
      times(input, words),
      nature(input, words),
      affected(input, words),
      unknown(input, words),
      consequences(input, words),
      words.measures,
      passingOn(input.controller, words.language) ?? words.yourPart[input.as],
      contact(input, words),
      words.disclaimer,
    ],
    gap,
  );

const rule = safe`----------------------------------------------------------------------`;

/** English binds, a courtesy text stands below it for German speakers. */
export const inTheirLanguages = ({ language }: Pick<Controller, 'language'>, bodyIn: (words: Wording) => Safe): Safe => {
  const courtesy: Readonly<Record<Language, () => Safe | undefined>> = { en: () => undefined, de: () => bodyIn(german) };
  const second = courtesy[language]();
  const first = bodyIn(english);
  return second === undefined ? safe`${first}\n` : safe`${german.below}\n\n${first}\n\n${rule}\n\n${german.courtesy}\n\n${second}\n`;
};

export const noticeOf = (input: NoticeInput): Notice => ({
  subject: subjectFor(english.title[input.as], input.controller, input.incident.id),
  text: inTheirLanguages(input.controller, (words) => body(input, words)),
});

/** Whom to write to: the contacts of the contract, in their order. */
export const recipientsOf = (controller: Controller): readonly Contact[] => controller.contacts;
