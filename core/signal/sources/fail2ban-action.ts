// Decides what a fail2ban action says that sends its tags as form fields or as JSON, by a shipper of ours (D-21) or of one's own.
import { type Result, fail, ok } from '../../kernel/result.ts';
import { type EventTime, timeOf } from '../event-time.ts';
import { type Fields, at, booleanOf, firstText } from '../fields.ts';
import type { ReadContext, Refusal } from '../signal.ts';
import type { Verb } from './fail2ban-line.ts';

export type Action = {
  readonly time: EventTime | undefined;
  readonly host: string | undefined;
  readonly jail: string;
  readonly verb: Verb;
  readonly id: string;
  readonly user: string | undefined;
};

const form = /^\s*[A-Za-z_][\w.-]{0,40}=[^&\s]*(?:&[A-Za-z_][\w.-]{0,40}=|\s*$)/;

/** Form fields of a body. The first value of a name counts, so that text appended later changes nothing. */
export const formFields = (text: string): Fields | undefined => {
  if (!form.test(text)) return undefined;
  const pairs = [...new URLSearchParams(text.trim())].reverse();
  return Object.fromEntries(pairs);
};

/** A tag that fail2ban did not fill: `<ip>` in a wrong hook, `$f2bV_matches` in single quotes (fail2ban issue 2590). */
const filled = (value: unknown): string | undefined => {
  const text = firstText(value);
  return text === undefined || /^<[\w.:/-]{1,40}>$/.test(text) || /^\$f2bV_/.test(text) ? undefined : text;
};

const firstFilled = (fields: Fields, ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    const text = Object.hasOwn(fields, name) ? filled(fields[name]) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
};

const has = (fields: Fields, ...names: readonly string[]): boolean => names.some((name) => Object.hasOwn(fields, name));

/** `name` is the jail's name only beside tags that nobody else has. */
export const isAction = (fields: Fields): boolean =>
  has(fields, 'ip', 'fid', 'id') &&
  (has(fields, 'jail') || (has(fields, 'name') && has(fields, 'failures', 'matches', 'bantime', 'restored')));

const verbOf = (fields: Fields): Verb | undefined => {
  const word =
    firstFilled(fields, 'action', 'verb', 'event')
      ?.toLowerCase()
      .replace(/^action/, '') ?? 'ban';
  if (word === 'ban') return booleanOf(at(fields, 'restored')) === true ? 'restore' : 'ban';
  const known: readonly Verb[] = ['restore', 'unban', 'reban', 'found', 'ignore'];
  return word === 'prolong' ? 'increase' : known.find((verb) => verb === word);
};

/**
 * `time` is that of the last failure, `banned` that of the ban, which the log knows too. A restored ban keeps the time of the first
 * one: told again at each restart, it is the same (cases.md 1).
 */
const claimedTime = (fields: Fields, verb: Verb): unknown =>
  (verb === 'restore' ? undefined : filled(at(fields, 'banned'))) ?? at(fields, 'time') ?? at(fields, 'timestamp');

export const readAction = (fields: Fields, context: ReadContext): Result<Action, Refusal> => {
  const jail = firstFilled(fields, 'jail', 'name');
  if (jail === undefined) return fail({ field: 'jail', expected: 'the name of a jail' });
  const id = firstFilled(fields, 'ip', 'fid', 'id');
  if (id === undefined) return fail({ field: 'ip', expected: 'an address, a host name or a user id, not an unfilled tag' });
  const verb = verbOf(fields);
  if (verb === undefined) return fail({ field: 'action', expected: 'ban, unban, reban, prolong, found or ignore' });
  const claimed = claimedTime(fields, verb);
  const time = timeOf(claimed, context);
  if (!time && filled(claimed) !== undefined) return fail({ field: 'time', expected: 'seconds since 1970 or an RFC 3339 instant' });
  const [host, user] = [firstFilled(fields, 'host', 'hostname'), firstFilled(fields, 'user', 'F-USER')];
  return ok({ jail, id, verb, time, host, user });
};
