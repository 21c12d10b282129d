// Decides which ids exist and how they are made: from content, so that a retry makes the same id and creating again is a no-op.
import { derived, keyed, mac } from './hash.ts';

type Id<Name extends string> = string & { readonly __id: Name };

export type IncidentId = Id<'incident'>;
export type DutyId = Id<'duty'>;
export type SignalId = Id<'signal'>;
export type ControllerId = Id<'controller'>;
export type PersonId = Id<'person'>;
export type AssetId = Id<'asset'>;

/** What a duty or a register chain is about: an incident, a source, a sink, a contact or a drill (D-10). */
export type SubjectId = Id<'subject'>;

export const controllerId = (text: string): ControllerId => text as ControllerId;
export const personId = (text: string): PersonId => text as PersonId;
export const assetId = (text: string): AssetId => text as AssetId;
/** A source of signals, by the name of its door: a word of ours or of the operator's. */
export const sourceSubject = (source: string): SubjectId => `source:${source}` as SubjectId;
/** Undefined for what is no source. */
export const sourceOfSubject = (subject: SubjectId): string | undefined => /^source:([a-z][a-z0-9-]{0,62})$/.exec(subject)?.[1];
/** A firing that waits for what must not come: the group in which both would stand, a keyed hash. */
export const absenceSubject = (group: string): SubjectId => `absence:${group}` as SubjectId;
/** A rule that can't decide, by its name. */
export const ruleSubject = (name: string): SubjectId => `rule:${name}` as SubjectId;
/** Undefined for what is no rule. */
export const ruleOfSubject = (subject: SubjectId): string | undefined => /^rule:(.+)$/s.exec(subject)?.[1];
/** All who get data: the list is one, and changes as one. */
export const recipientsSubject = 'recipients:all' as SubjectId;
/** Somebody who came in without the identity provider. */
export const accessSubject = (person: PersonId): SubjectId => `access:${person}` as SubjectId;
/** Undefined for what is no such coming in. */
export const accessOfSubject = (subject: SubjectId): PersonId | undefined =>
  /^access:([a-z][a-z0-9-]{0,62})$/.exec(subject)?.[1] as PersonId | undefined;
/** What belongs to no incident and to no source: a rule, a coming in, the recipients, what waits for what must not come. */
export const isOfHouse = (subject: SubjectId): boolean =>
  isAbsenceSubject(subject) ||
  ruleOfSubject(subject) !== undefined ||
  accessOfSubject(subject) !== undefined ||
  subject === recipientsSubject;
export const isAbsenceSubject = (subject: SubjectId): boolean => subject.startsWith('absence:');
export const incidentSubject = (id: IncidentId): SubjectId => id as string as SubjectId;

/** The operator's identity key (32 bytes). Made once, never rotated, never exported (D-3). */
export type IdKey = Uint8Array & { readonly __key?: 'id' };

/** Incident identity: HMAC over the dedupe fields and the case's number under that key (D-3). */
export const incidentId = (key: IdKey, dedupe: string, n: number): IncidentId => `inc-${keyed(key, ['incident', dedupe, n])}` as IncidentId;

/** Signal identity: the source's own event identity, never the delivery's. */
export const signalId = (key: IdKey, source: string, identity: readonly (string | number)[]): SignalId =>
  `sig-${mac(key, JSON.stringify(['signal', source, identity]))}` as SignalId;

/** Duty identity: subject, kind, recipient and step (D-10). */
export const dutyId = (subject: SubjectId, kind: string, recipient: string, step: string): DutyId =>
  `duty-${derived([subject, kind, recipient, step])}` as DutyId;

export type ReportReference = Id<'report'>;

/** What is said to whoever reports, so that it can be asked after before there is a case: made of the report's own id. */
export const reportReference = (id: string): ReportReference => `R-${derived(id).slice(0, 6).toUpperCase()}` as ReportReference;

/** What people say on the phone: `ART33-K7QF2MXA`. */
export const reference = (id: IncidentId): string => `ART33-${id.slice(4, 12).toUpperCase()}`;
