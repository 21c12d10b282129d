// Decides what a controller reads when its matter goes on under another reference: the old one, the new one, and that nothing else changed (P-14).
import type { Configuration, Controller, Language } from '../directory/directory.ts';
import type { Incident } from '../incident/incident.ts';
import { type Safe, safe, safeJoin, safeReference } from '../kernel/safe.ts';
import type { Instant } from '../kernel/time.ts';
import { earlierReferences } from './earlier.ts';
import { addressee, subjectFor } from './for-whom.ts';
import { type Notice, contact, inTheirLanguages, item, time } from './notice.ts';
import type { Wording } from './wording.ts';

/** Raised with every change of the wording: part of the record (law.md 0, R-009). */
export const referenceVersion = safe`reference-1`;

type Words = Readonly<Record<'title' | 'what' | 'both' | 'stays' | 'disclaimer', Safe>>;

const words: Readonly<Record<Language, Words>> = {
  en: {
    title: safe`Your matter goes on under a new reference`,
    what: safe`What we told you under the earlier reference goes on under the new one. We treat what\nconcerns you as a case of its own from now on.`,
    both: safe`A part of it goes on under the earlier reference as well. Both hold.`,
    stays: safe`What this changes for you\n  Nothing but the reference. What we told you stands, no time begins anew, and the next\n  word comes by the hour that we named. Please give the new reference from now on; with\n  the earlier one you reach us too.`,
    disclaimer: safe`This message reports nothing new and is no assessment of your legal duties.\nIt holds no personal data of the people concerned.`,
  },
  de: {
    title: safe`Ihr Vorgang läuft unter einem neuen Zeichen weiter`,
    what: safe`Was wir Ihnen unter dem bisherigen Zeichen mitgeteilt haben, läuft unter dem neuen\nweiter. Was Sie betrifft, behandeln wir von nun an als eigenen Vorgang.`,
    both: safe`Ein Teil davon läuft auch unter dem bisherigen Zeichen weiter. Beide gelten.`,
    stays: safe`Was sich für Sie ändert\n  Nur das Zeichen. Was wir Ihnen mitgeteilt haben, gilt weiter, keine Frist beginnt neu,\n  und die nächste Nachricht kommt bis zur genannten Stunde. Bitte nennen Sie von nun an\n  das neue Zeichen; unter dem bisherigen erreichen Sie uns auch.`,
    disclaimer: safe`Diese Nachricht meldet nichts Neues und ist keine Bewertung Ihrer rechtlichen Pflichten.\nSie enthält keine personenbezogenen Daten der Betroffenen.`,
  },
};

export type ReferenceInput = {
  readonly incident: Incident;
  readonly controller: Controller;
  readonly configuration: Configuration;
  readonly now: Instant;
};

const comma = ', ' as Safe;
const line = '\n' as Safe;
const gap = '\n\n' as Safe;

const body = (input: ReferenceInput, of: Wording): Safe => {
  const { incident, controller, configuration, now } = input;
  const own = words[of.language];
  const header = [
    own.title,
    '' as Safe,
    item(of.reference, safeReference(incident.id)),
    item(of.earlierReference, safeJoin(earlierReferences(incident, controller.id).map(safeReference), comma)),
    item(of.forController, controller.name),
    ...addressee(controller, configuration.directory, of.language),
    item(of.from, configuration.directory.operator.name),
    item(of.thisNotice, time(now, input, of)),
  ];
  const isBoth = incident.splitFrom?.both.includes(controller.id) ?? false;
  return safeJoin([safeJoin(header, line), own.what, ...(isBoth ? [own.both] : []), own.stays, contact(input, of), own.disclaimer], gap);
};

export const referenceLetter = (input: ReferenceInput): Notice => ({
  subject: subjectFor(words.en.title, input.controller, input.incident.id),
  text: inTheirLanguages(input.controller, (of) => body(input, of)),
});
