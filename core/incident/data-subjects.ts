// Decides how many people are affected for each controller: counted from a list or estimated, and not confirmed until a second person checked it (D-14).
import type { ControllerId, IncidentId } from '../kernel/ids.ts';
import { type Result, fail, ok } from '../kernel/result.ts';
import { type Instant, latest } from '../kernel/time.ts';
import type { Count } from './data-subject-list.ts';
import type { Actor, Incident } from './incident.ts';

type Person = Extract<Actor, { readonly by: 'person' }>;

/** Where a list lies sealed: SHA-256 of its ciphertext, which tells nobody what it holds, and the incident under whose name it was sealed. */
export type SealedList = { readonly hash: string; readonly incident: IncidentId };

/** Art. 33(3)(a), for one controller. */
export type DataSubjectCount = {
  readonly count: Count;
  /** `both`: of two cases that were merged; who is in both lists is not known, so the bounds are wide. */
  readonly basis: 'list' | 'estimate' | 'both';
  /** What the estimate rests on, in the words of a person; for the register, never outward. */
  readonly why?: string;
  readonly asOf: Instant;
  /** Who counted, and when: names this count, where a later one may stand instead. */
  readonly at: Instant;
  readonly actor: Person;
  readonly lists: readonly SealedList[];
  readonly checked?: { readonly at: Instant; readonly actor: Person };
};

export type DataSubjectCounts = Readonly<Record<string, DataSubjectCount>>;

export type DataSubjectCommand =
  | {
      readonly type: 'CountDataSubjects';
      readonly at: Instant;
      readonly actor: Person;
      readonly controller: ControllerId;
      readonly count: Count;
      readonly asOf: Instant;
      /** From a list, or else why so many. */
      readonly from: { readonly list: string } | { readonly why: string };
    }
  | {
      readonly type: 'CheckDataSubjects';
      readonly at: Instant;
      readonly actor: Person;
      readonly controller: ControllerId;
      /** The `at` of the count that was looked at. */
      readonly countedAt: Instant;
      readonly how: string;
    }
  | { readonly type: 'ViewPersonalData'; readonly at: Instant; readonly actor: Person; readonly reason: string; readonly of: Viewed };

/** What was looked at: handles of the case, or a controller's list. */
export type Viewed = { readonly handles: readonly string[] } | { readonly controller: ControllerId; readonly lists: readonly string[] };

export type DataSubjectEvent =
  | ({ readonly type: 'DataSubjectsCounted'; readonly controller: ControllerId } & Omit<DataSubjectCount, 'checked'>)
  | {
      readonly type: 'DataSubjectsChecked';
      readonly at: Instant;
      readonly actor: Person;
      readonly controller: ControllerId;
      readonly countedAt: Instant;
      readonly how: string;
    }
  | { readonly type: 'PersonalDataViewed'; readonly at: Instant; readonly actor: Person; readonly reason: string; readonly of: Viewed };

type Refusal = { readonly kind: 'already' | 'wrong-state' | 'invalid'; readonly field?: string; readonly message: string };
type Decision = Result<readonly DataSubjectEvent[], Refusal>;
type Of<T extends DataSubjectCommand['type']> = Extract<DataSubjectCommand, { readonly type: T }>;

const refuse = (kind: Refusal['kind'], message: string, field?: string): Decision =>
  fail(field === undefined ? { kind, message } : { kind, message, field });

const isCount = ({ min, best, max }: Count): boolean =>
  [min, best, max].every((n) => Number.isSafeInteger(n) && n >= 0) && min <= best && best <= max;

/** Why no count can be given for this controller, if so. */
export const cannotCount = (incident: Incident, controller: ControllerId): Refusal | undefined => {
  if (incident.state === 'closed') return { kind: 'wrong-state', message: 'This incident is closed.' };
  if (incident.controllers.includes(controller)) return undefined;
  return { kind: 'invalid', field: 'controller', message: 'This controller is not on the incident. Add it first, with a reason.' };
};

const counted = (incident: Incident, command: Of<'CountDataSubjects'>): Decision => {
  const { at, actor, controller, count, asOf, from } = command;
  const cannot = cannotCount(incident, controller);
  if (cannot) return fail(cannot);
  if (!isCount(count)) return refuse('invalid', 'Give whole numbers: at least <= best <= at most.', 'best');
  if (asOf > at) return refuse('invalid', 'Nobody can have counted after now. Give an earlier time.', 'asOf');
  if ('why' in from && from.why.trim() === '')
    return refuse('invalid', 'Say what the numbers rest on, such as rows of a table in reach.', 'why');
  const basis = 'list' in from ? ('list' as const) : ('estimate' as const);
  const lists = 'list' in from ? [{ hash: from.list, incident: incident.id }] : [];
  return ok([
    { type: 'DataSubjectsCounted', at, actor, controller, count, basis, asOf, lists, ...('why' in from ? { why: from.why.trim() } : {}) },
  ]);
};

const checked = (incident: Incident, { at, actor, controller, countedAt, how }: Of<'CheckDataSubjects'>): Decision => {
  const known = incident.dataSubjects?.[controller];
  if (incident.state === 'closed') return refuse('wrong-state', 'This incident is closed.');
  if (!known) return refuse('invalid', 'Nobody has counted the people of this controller yet.', 'controller');
  if (known.at !== countedAt)
    return refuse('invalid', 'It was counted anew meanwhile. Look at the new count, and check that.', 'countedAt');
  if (known.checked) return refuse('already', 'A second person has checked this count already.');
  if (known.actor.person === actor.person) return refuse('invalid', 'Whoever counted can’t check it: a second person does.', 'actor');
  if (how.trim() === '') return refuse('invalid', 'Say how it was checked: against what.', 'how');
  return ok([{ type: 'DataSubjectsChecked', at, actor, controller, countedAt, how: how.trim() }]);
};

const viewed = ({ at, actor, reason, of }: Of<'ViewPersonalData'>): Decision =>
  reason.trim() === ''
    ? refuse('invalid', 'Say why you need to see it: the register keeps it under your name.', 'reason')
    : ok([{ type: 'PersonalDataViewed', at, actor, reason: reason.trim(), of }]);

export const decideDataSubjects = (command: DataSubjectCommand, incident: Incident): Decision => {
  switch (command.type) {
    case 'CountDataSubjects':
      return counted(incident, command);
    case 'CheckDataSubjects':
      return checked(incident, command);
    case 'ViewPersonalData':
      return viewed(command);
  }
};

/** What the counts are after an event: the latest of each controller stands, a look changes nothing. */
export const countsAfter = (counts: DataSubjectCounts | undefined, event: DataSubjectEvent): DataSubjectCounts | undefined => {
  if (event.type === 'PersonalDataViewed') return counts;
  if (event.type === 'DataSubjectsCounted') {
    const { type: _, controller, ...count } = event;
    return { ...counts, [controller]: count };
  }
  const known = counts?.[event.controller];
  if (known?.at !== event.countedAt) return counts;
  return { ...counts, [event.controller]: { ...known, checked: { at: event.at, actor: event.actor } } };
};

/** Who stands in both lists is not known: no fewer than either says, no more than both together. Nobody has checked that. */
const ofBoth = (a: DataSubjectCount, b: DataSubjectCount): DataSubjectCount => {
  const later = a.at >= b.at ? a : b;
  return {
    count: {
      min: Math.max(a.count.min, b.count.min),
      best: Math.max(a.count.best, b.count.best),
      max: a.count.max + b.count.max,
    },
    basis: 'both',
    asOf: latest(a.asOf, b.asOf),
    at: later.at,
    actor: later.actor,
    lists: [...a.lists, ...b.lists],
  };
};

/** The counts of two cases that are one. */
export const countsTogether = (a: DataSubjectCounts | undefined, b: DataSubjectCounts | undefined): DataSubjectCounts | undefined => {
  if (!a || !b) return a ?? b;
  const both = Object.entries(b).map(([id, count]) => [id, a[id] ? ofBoth(a[id], count) : count] as const);
  return { ...a, ...Object.fromEntries(both) };
};
