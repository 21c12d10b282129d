// Decides which part of a log line is sshd's message, under every head that syslog, RFC 5424, the journal and rotation give it (formats.md A8).
import { type Result, fail, ok } from '../../kernel/result.ts';
import { type EventTime, timeOf } from '../event-time.ts';
import { eat, leadingTime, withoutFileName } from '../log-line.ts';
import type { ReadContext, Refusal } from '../signal.ts';
import { messageOf } from './sshd-message.ts';

/** `program` is absent where only the message came (`journalctl -o cat`). */
export type Line = {
  readonly time: EventTime | undefined;
  readonly host: string | undefined;
  readonly program: string | undefined;
  readonly pid: string | undefined;
  readonly message: string;
};

const expectedLine = { field: 'line', expected: 'a line of auth.log (time, host, program with pid, message), or a message of sshd alone' };
const expectedTime = { field: 'time', expected: 'a date and time of day that exist, such as Mar 14 02:59:26 or 2026-03-14T02:59:26+01:00' };

/** OpenSSH 9.8 splits off `sshd-session`, 10 `sshd-auth`; RHEL 4 wrote `sshd(pam_unix)`. */
const daemon = /^sshd(?:-[a-z]{1,20})?(?:\([\w.-]{1,40}\))?$/;
export const isSshd = (program: string): boolean => program === 'sshd' || daemon.test(program);

// A host, unless the line begins with the tag: `sshd[581]:`, `/usr/sbin/sshd[581]:`, `[sshd]:` of metalog; busybox puts `auth.info` between.
const tagged =
  /^(?:([^\s:[\]]{1,255}) +(?:[a-z0-9]{1,10}\.[a-z]{1,10} +)?)?(?:(?:[^\s:[\]]{0,200}\/)?([A-Za-z_][\w.-]{0,60}(?:\([\w.-]{1,40}\))?)(?:\[(\d{1,10})\])?:|\[(sshd[a-z-]{0,20})\]:?)(?: +|$)/;
// Solaris names the message after the program.
const messageId = /^\[ID \d{1,10} [\w.]{1,20}\] /;

const headed = (text: string, time: EventTime | undefined): Line | undefined => {
  const m = tagged.exec(text);
  if (!m) return undefined;
  const [all, host, program, pid, bracketed] = m;
  const rest = text.slice(all.length);
  const message = rest.startsWith('[ID ') ? eat(rest, messageId).rest : rest;
  // fail2ban begins its lines with the jail's name in such brackets.
  if (bracketed !== undefined && !messageOf(message)) return undefined;
  return { time, host, program: program ?? bracketed, pid, message };
};

// Version, time, host, program, process, message id, structured data whose values may hold `\]` and `\"`, message.
const modern =
  /^(?:<\d{1,3}>)?1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) \S{1,32} (?:-|(?:\[(?:[^\]"\\]|"(?:[^"\\]|\\.)*")*\])+)(?: \uFEFF?(.*))?$/s;

const priority = /^<\d{1,3}>/;

const given = (field: string | undefined): string | undefined => (field === '-' ? undefined : field);

const readModern = (m: RegExpExecArray, context: ReadContext): Result<Line, Refusal> => {
  const [said, host, program, pid] = m.slice(1, 5).map(given);
  const time = timeOf(said, context);
  if (said !== undefined && !time) return fail(expectedTime);
  const named = program === undefined ? undefined : eat(program, /^\S*\//).rest;
  return ok({ time, host, program: named, pid, message: (m[5] ?? '').trimEnd() });
};

/** Head and message of one line of auth.log, whatever program wrote it. */
export const readLine = (text: string, context: ReadContext): Result<Line, Refusal> => {
  const start = withoutFileName(text).trimEnd();
  const m = start.startsWith('<') || start.startsWith('1 ') ? modern.exec(start) : null;
  if (m) return readModern(m, context);
  const { found, time, rest } = leadingTime(start.startsWith('<') ? eat(start, priority).rest : start, context);
  if (found !== undefined && !time) return fail(expectedTime);
  // Without a date a message may begin like a head: what a user typed into it must not be taken for one.
  if (!time && messageOf(rest)) return ok({ time, host: undefined, program: undefined, pid: undefined, message: rest });
  const line = headed(rest, time);
  return !line || (!time && !isSshd(line.program ?? '')) ? fail(expectedLine) : ok(line);
};
