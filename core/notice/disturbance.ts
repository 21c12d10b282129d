// Decides what the technical contacts of a controller read while a service is away: which, since when, what comes next; and that it is no notice of a breach (P-23).
import type { Configuration, Contact, Controller } from '../directory/directory.ts';
import type { Word } from '../duty/turn.ts';
import type { Disturbance } from '../incident/disturbance.ts';
import type { IncidentId } from '../kernel/ids.ts';
import { type Safe, safe, safeDuration, safeJoin, safeReference } from '../kernel/safe.ts';
import { type Instant, between } from '../kernel/time.ts';
import { type DisturbanceWording, disturbanceWording } from './disturbance-wording.ts';
import { addressee, subjectFor } from './for-whom.ts';
import { type Notice, inTheirLanguages, item, time } from './notice.ts';
import type { Wording } from './wording.ts';

/** Raised with every change of the wording: nobody reads such a message before it leaves, so the wording itself is what was approved. */
export const disturbanceVersion = safe`disturbance-1`;

export type DisturbanceInput = {
  readonly incident: IncidentId;
  readonly controller: Controller;
  readonly configuration: Configuration;
  readonly about: Disturbance;
  readonly word: Word;
  readonly now: Instant;
};

const line = '\n' as Safe;
const gap = '\n\n' as Safe;
const comma = ', ' as Safe;

/** Whom to write to about it: those named for that, in their order; where nobody is, the contacts of the contract. */
export const technicalContacts = ({ technical = [], contacts }: Controller): readonly Contact[] =>
  technical.length > 0 ? technical : contacts;

/** Only what holds this controller's data, by its configured name. */
const servicesOf = ({ about, controller, configuration }: DisturbanceInput): readonly Safe[] =>
  configuration.directory.assets
    .filter(({ id, controllers }) => about.assets.includes(id) && controllers.includes(controller.id))
    .map(({ name }) => name);

const numbered = ({ word }: DisturbanceInput, own: DisturbanceWording): Safe =>
  word.what === 'update' ? safe`${own.update} ${word.nth}` : own[word.what];

const header = (input: DisturbanceInput, of: Wording, own: DisturbanceWording): Safe =>
  safeJoin(
    [
      own.title[input.word.what],
      '' as Safe,
      item(of.reference, safeReference(input.incident)),
      item(of.forController, input.controller.name),
      ...addressee(input.controller, input.configuration.directory, of.language),
      item(of.from, input.configuration.directory.operator.name),
      item(own.message, numbered(input, own)),
      item(own.kind, own.operational),
    ],
    line,
  );

const facts = (input: DisturbanceInput, of: Wording, own: DisturbanceWording): Safe => {
  const { about, word, now } = input;
  const names = servicesOf(input);
  const { restored } = about;
  const over = word.what === 'end' && restored !== undefined;
  return safeJoin(
    [
      own.what[word.what],
      '' as Safe,
      item(own.service, names.length === 0 ? own.someService : safeJoin(names, comma)),
      item(own.since, time(about.since, input, of)),
      item(own.known, time(about.heardAt, input, of)),
      ...(over
        ? [item(own.back, time(restored.at, input, of)), item(own.lasted, safeDuration(between(about.since, restored.at)))]
        : [item(own.asOf, time(now, input, of))]),
    ],
    line,
  );
};

/** what it meant for people, as far as somebody said; and what is to be expected of us now. */
const after = (input: DisturbanceInput, of: Wording, own: DisturbanceWording): readonly Safe[] => {
  const { word, about } = input;
  if (word.what === 'end')
    return [
      safeJoin([own.effectTitle, own.effect[about.restored?.effect ?? 'unsaid']], line),
      safeJoin([own.nextTitle, own.nothingMore], line),
    ];
  const next = word.next === undefined ? [own.nextByPerson] : [own.next, item(own.nextBy, time(word.next, input, of))];
  return [safeJoin([own.nextTitle, ...next], line)];
};

const contact = ({ configuration }: DisturbanceInput, of: Wording, own: DisturbanceWording): Safe =>
  safeJoin([own.contactTitle, item(of.phone, configuration.directory.operator.supportPhone), of.verify], line);

const body = (input: DisturbanceInput, of: Wording): Safe => {
  const own = disturbanceWording[of.language];
  return safeJoin(
    [
      header(input, of, own),
      facts(input, of, own),
      ...after(input, of, own),
      safeJoin([own.noBreachTitle, own.noBreach], line),
      contact(input, of, own),
      own.disclaimer,
    ],
    gap,
  );
};

/** An on-call desk sorts by the subject: what it is about stands there, and never Art. 33. */
const titleOf = (input: DisturbanceInput): Safe => {
  const names = servicesOf(input);
  const title = disturbanceWording.en.title[input.word.what];
  return names.length === 0 ? title : safe`${title}: ${safeJoin(names, comma)}`;
};

export const disturbanceLetter = (input: DisturbanceInput): Notice => ({
  subject: subjectFor(titleOf(input), input.controller, input.incident),
  text: inTheirLanguages(input.controller, (of) => body(input, of)),
});
