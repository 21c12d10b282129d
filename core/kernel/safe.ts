// Decides which text may leave the house: only text built from literals, numbers, times, ids and the operator's own configuration.
// Nothing that came in with a signal can become `Safe`, because no constructor here takes a plain string from outside (TH-18).
import {
  type AssetId,
  type ControllerId,
  type DutyId,
  type IncidentId,
  type ReportReference,
  type SubjectId,
  reference,
  ruleOfSubject,
  sourceOfSubject,
} from './ids.ts';
import { type Duration, type Instant, durationText, instantOf, localText, rfc3339 } from './time.ts';

declare const safeBrand: unique symbol;

/** Text that may go outward: by mail, chat, ticket, log line. */
export type Safe = string & { readonly [safeBrand]: true };

/** What may stand in a hole of a `safe` template. */
type SafePart = Safe | number;

/** Builds outward text: the literal parts are ours, the holes are `Safe` or numbers. */
export const safe = (literals: TemplateStringsArray, ...parts: readonly SafePart[]): Safe => {
  let text = '';
  for (const [i, literal] of literals.entries()) text += literal + (i < parts.length ? String(parts[i]) : '');
  return text as Safe;
};

export const safeJoin = (parts: readonly Safe[], between: Safe): Safe => parts.join(between) as Safe;
export const safeReference = (id: IncidentId): Safe => reference(id) as Safe;
export const safeId = (id: IncidentId | DutyId | ControllerId | AssetId | ReportReference): Safe => id as string as Safe;
/** The name of a source as its door has it, which is a word of ours or of the operator's; what is no such name is not said. */
export const safeSource = (subject: SubjectId): Safe => (sourceOfSubject(subject) ?? 'of no known name') as Safe;
/** A rule by the name that its author gave it; what is no plain word is not said. */
export const safeRule = (subject: SubjectId): Safe =>
  (/^[\w.-]{1,120}$/.exec(ruleOfSubject(subject) ?? '')?.[0] ?? 'of no plain name') as Safe;
/** To the second: for people, who read it in a mail or a page. */
export const safeInstant = (at: Instant): Safe => rfc3339(instantOf(Math.floor(at / 1_000) * 1_000)) as Safe;
export const safeLocal = (at: Instant, zone: string, language: 'en' | 'de' = 'en'): Safe => localText(at, zone, language) as Safe;
export const safeDuration = (of: Duration): Safe => durationText(of) as Safe;

// C0, C1, ESC, line separators, bidirectional overrides and isolates, zero-width marks (TH-09).
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Control and direction marks become a blank: what we print can't move the cursor or reverse the line. */
export const printable = (text: string): string => text.replace(unprintable, ' ');

/**
 * Text of the operator's own configuration (names, titles, addresses): trusted by origin, still stripped of control marks.
 * Never call this with anything that arrived in a signal, a webhook or a form: the walls test lists who may.
 */
export const fromConfiguration = (text: string): Safe => printable(text).normalize('NFC').trim() as Safe;

/** One of a closed list of our own words. */
export const safeWord = <const Words extends readonly string[]>(word: Words[number], words: Words): Safe => {
  if (!words.includes(word)) throw new Error(`not one of ours: ${words.join(', ')}`);
  return word as Safe;
};
