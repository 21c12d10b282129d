// Decides what one fail2ban log line says, in every form that versions 0.8 to 1.1, syslog and the journal write (formats.md A1).
// Each step eats from the start of the line: what a user typed into a name stands further right and never looks like a ban.
import { type Result, fail, ok } from '../../kernel/result.ts';
import type { EventTime } from '../event-time.ts';
import { type Eaten, eat, leadingTime, startsWithDate, withoutFileName } from '../log-line.ts';
import type { ReadContext, Refusal } from '../signal.ts';

export type Verb = 'ban' | 'restore' | 'unban' | 'reban' | 'again' | 'found' | 'increase' | 'ignore' | 'other';

export type Line = {
  readonly time: EventTime | undefined;
  readonly host: string | undefined;
  readonly logger: string | undefined;
  readonly jail: string | undefined;
  readonly verb: Verb;
  readonly id: string | undefined;
  readonly message: string;
};

type Head = Omit<Line, 'jail' | 'verb' | 'id'>;

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
  // Behind the daemon's name that of the logger.
  if (first.found === undefined || !first.rest.startsWith('fail2ban')) return first;
  const second = eat(first.rest, tag);
  return second.found === undefined ? first : second;
};

/** The host, where one stands before the tag, and what follows it. */
const hostAndTags = (text: string): { readonly host: string | undefined; readonly tags: Eaten } => {
  const tags = tagsOf(text);
  const named = tags.found === undefined ? eat(text, host) : undefined;
  return named?.found === undefined ? { host: undefined, tags } : { host: named.found, tags: tagsOf(named.rest) };
};

const timeAt = (text: string, context: ReadContext): { readonly time?: EventTime; readonly rest: string } | undefined => {
  const { found, time, rest } = leadingTime(text, context);
  if (found === undefined) return brokenTime.test(text) ? undefined : { rest: text };
  return time && { time, rest };
};

const headOf = (text: string, context: ReadContext): Head | undefined => {
  const bare = withoutFileName(text);
  const dated = timeAt(bare.startsWith('<') ? eat(bare, priority).rest : bare, context);
  if (!dated) return undefined;
  const { host: name, tags: tagged } = hostAndTags(dated.rest);
  // rsyslog sends its own time first; a format with `datetime=on` brings fail2ban's after it, with milliseconds.
  const inside = tagged.found === undefined || !startsWithDate.test(tagged.rest) ? undefined : timeAt(tagged.rest, context);
  const logged = inside ? tagsOf(inside.rest) : tagged;
  const graded = eat(logged.rest, level);
  return {
    time: dated.time ?? inside?.time,
    host: name,
    logger: logged.found ?? tagged.found,
    message: graded.rest.trimEnd(),
  };
};

/** By the first word; `already banned` has its verb last. */
const verbs: readonly (readonly [begins: string, pattern: RegExp, verb: Verb])[] = [
  ['Restore Ban ', /^Restore Ban (.+)$/, 'restore'],
  ['Ban ', /^Ban (.+)$/, 'ban'],
  ['Unban ', /^Unban (.+)$/, 'unban'],
  ['Reban ', /^Reban (.+), action '[^']*'$/, 'reban'],
  ['Increase ', /^Increase Ban (.+?) \(\d+ # .*\)$/, 'increase'],
  ['Found ', /^Found (.+), bad - \d{4}-.*$/, 'found'],
  ['Found ', /^Found (.+) - \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, 'found'],
  ['Found ', /^Found (.+)$/, 'found'],
  ['Ignore ', /^Ignore (.+) (?:by |expired )[\w ]{1,40}$/, 'ignore'],
  ['', /^(.+) already banned$/, 'again'],
];

const verbOf = (rest: string): { readonly verb: Verb; readonly id?: string } => {
  for (const [begins, pattern, verb] of verbs) {
    const id = rest.startsWith(begins) ? pattern.exec(rest)?.[1]?.trim() : undefined;
    if (id) return { verb, id };
  }
  return { verb: 'other' };
};

/** A ban in form, whatever follows. */
const bans = /^(?:Restore |Un|Re|Increase )?[Bb]an\b/;
const ofJail = /^\[([^\][\r\n]{1,64})\] +(.*)$/;

/** The line's facts, or why it is none. */
export const readLine = (text: string, context: ReadContext): Result<Line, Refusal> => {
  const head = headOf(text, context);
  if (!head) return fail(expectedTime);
  const [, jail, words = ''] = ofJail.exec(head.message) ?? [];
  const { verb, id } = verbOf(words);
  // Without a logger's name only the exact form of a jail's line is one of ours (journalctl -o cat).
  if (head.logger === undefined && verb === 'other') return fail(expectedLine);
  if (id === undefined && bans.test(words)) {
    return fail({ field: 'id', expected: 'an address, a host name or a user id after the verb' });
  }
  const { time, host: name, logger, message } = head;
  return ok({ time, host: name, logger, jail, verb, id, message });
};
