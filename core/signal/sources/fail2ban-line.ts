// Decides what one fail2ban log line says, in every form that versions 0.8 to 1.1, syslog and the journal write (formats.md A1).
// Each step eats from the start of the line: what a user typed into a name stands further right and never looks like a ban.
import { type Result, fail, ok } from '../../kernel/result.ts';
import type { EventTime } from '../event-time.ts';
import { type Eaten, eat, leadingTime, startsWithDate, withoutFileName } from '../log-line.ts';
import type { ReadContext, Refusal } from '../signal.ts';

export type Verb = 'ban' | 'restore' | 'unban' | 'reban' | 'again' | 'found' | 'increase' | 'ignore' | 'other';

export type Line = {
  readonly time?: EventTime;
  readonly host?: string;
  readonly logger?: string;
  readonly level?: string;
  readonly jail?: string;
  readonly verb: Verb;
  readonly id?: string;
  readonly message: string;
};

type Head = Pick<Line, 'time' | 'host' | 'logger' | 'level'> & { readonly message: string };

const expectedLine = { field: 'line', expected: 'a fail2ban log line: time, logger fail2ban.*, level, message' };
const expectedTime = { field: 'time', expected: 'a date and time of day that exist, such as 2026-03-14 02:59:26,123' };

const priority = /^<\d{1,3}>(?:1 )?/;
// A daemon or logger name: `fail2ban-server[11524]:`, `fail2ban.actions        [123]:`, `fail2ban.actions:` (0.8).
const tag = /^(fail2ban[\w.-]{0,40}) {0,40}(?:\[\d{1,10}\])?: */;
const host = /^(\S{1,255}) +(?=fail2ban[\w.-]{0,40} {0,40}(?:\[\d{1,10}\])?:)/;
const level = /^(CRITICAL|ERROR|WARNING|NOTICE|INFO|DEBUG|TRACEDEBUG|HEAVYDEBUG|MSG) +/;

/** Something like a date stands where the date belongs. */
const brokenTime = /^(?:[\d][\d\-/.:,TZ+]{5,40}|[A-Z][a-z]{2} {1,2}\d{1,3})(?: [\d:.,]{5,20})? +(?:\S{1,255} +)?fail2ban/;

const tagsOf = (text: string): Eaten => {
  const first = eat(text, tag);
  if (first.found === undefined) return first;
  const second = eat(first.rest, tag);
  return second.found === undefined ? first : second;
};

const timeAt = (text: string, context: ReadContext): { readonly time?: EventTime; readonly rest: string } | undefined => {
  const { found, time, rest } = leadingTime(text, context);
  if (found === undefined) return brokenTime.test(text) ? undefined : { rest: text };
  return time && { time, rest };
};

const headOf = (text: string, context: ReadContext): Head | undefined => {
  const start = eat(withoutFileName(text), priority).rest;
  const dated = timeAt(start, context);
  if (!dated) return undefined;
  const named = eat(dated.rest, tag).found === undefined ? eat(dated.rest, host) : { rest: dated.rest };
  const tagged = tagsOf(named.rest);
  // rsyslog sends its own time first; a format with `datetime=on` brings fail2ban's after it, with milliseconds.
  const inside = tagged.found === undefined || !startsWithDate.test(tagged.rest) ? undefined : timeAt(tagged.rest, context);
  const logged = inside ? tagsOf(inside.rest) : tagged;
  const graded = eat(logged.rest, level);
  const time = dated.time ?? inside?.time;
  const logger = logged.found ?? tagged.found;
  return {
    message: graded.rest.trimEnd(),
    ...(time && { time }),
    ...(named.found !== undefined && { host: named.found }),
    ...(logger !== undefined && { logger }),
    ...(graded.found !== undefined && { level: graded.found }),
  };
};

const verbs: readonly (readonly [RegExp, Verb])[] = [
  [/^Restore Ban (.+)$/, 'restore'],
  [/^Ban (.+)$/, 'ban'],
  [/^Unban (.+)$/, 'unban'],
  [/^Reban (.+), action '[^']*'$/, 'reban'],
  [/^Increase Ban (.+?) \(\d+ # .*\)$/, 'increase'],
  [/^Found (.+), bad - \d{4}-.*$/, 'found'],
  [/^Found (.+) - \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, 'found'],
  [/^Found (.+)$/, 'found'],
  [/^Ignore (.+) (?:by |expired )[\w ]{1,40}$/, 'ignore'],
  [/^(.+) already banned$/, 'again'],
];

const verbOf = (rest: string): { readonly verb: Verb; readonly id?: string } => {
  for (const [pattern, verb] of verbs) {
    const id = pattern.exec(rest)?.[1]?.trim();
    if (id) return { verb, id };
  }
  return { verb: 'other' };
};

/** The line's facts, or why it is none. */
export const readLine = (text: string, context: ReadContext): Result<Line, Refusal> => {
  const head = headOf(text, context);
  if (!head) return fail(expectedTime);
  const said = /^\[([^\][\r\n]{1,64})\] +(.*)$/.exec(head.message);
  const { verb, id } = said ? verbOf(said[2] ?? '') : { verb: 'other' as const, id: undefined };
  // Without a logger's name only the exact form of a jail's line is one of ours (journalctl -o cat).
  if (head.logger === undefined && verb === 'other') return fail(expectedLine);
  if (said && /^(?:Restore |Un|Re|Increase )?[Bb]an\b/.test(said[2] ?? '') && id === undefined) {
    return fail({ field: 'id', expected: 'an address, a host name or a user id after the verb' });
  }
  return ok({ ...head, ...(said?.[1] !== undefined && { jail: said[1] }), verb, ...(id !== undefined && { id }) });
};
