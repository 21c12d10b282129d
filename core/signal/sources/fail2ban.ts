// Decides what fail2ban's words mean to us: a ban is a defence that held, a restored ban is an old one told again (cases.md 1).
import { type Result, fail, ok } from '../../kernel/result.ts';
import { instantOf } from '../../kernel/time.ts';
import { networkOf } from '../address.ts';
import { draft, noTime, srcBy } from '../draft.ts';
import { type Fields, isFields } from '../fields.ts';
import { type Shipped, shippedLine, shippedTime } from '../log-line.ts';
import type { Facts, RawEvent, ReadContext, Refusal, SignalKind, SignalOutcome, SourceReader } from '../signal.ts';
import { type Action, formFields, isAction, readAction } from './fail2ban-action.ts';
import { type Line, type Verb, readLine } from './fail2ban-line.ts';

/** What a line or an action says, so far as it does. */
type Said = { readonly [Part in keyof (Line & Action)]?: (Line & Action)[Part] | undefined } & Pick<Line, 'verb'>;

const meanings: Readonly<Record<Verb, readonly [SignalKind, SignalOutcome]>> = {
  ban: ['net.ban', 'blocked'],
  restore: ['net.ban', 'blocked'],
  // The firewall lost a rule and got it back: an old ban, like a restored one.
  reban: ['net.ban', 'blocked'],
  unban: ['net.unban', 'success'],
  found: ['net.failure', 'failure'],
  again: ['net.failure', 'failure'],
  increase: ['housekeeping', 'unknown'],
  ignore: ['housekeeping', 'unknown'],
  other: ['housekeeping', 'unknown'],
};

/** With F-ID it may be a user name or a session that somebody typed. */
const nameOf = ({ user, id = '' }: Said, src: Facts['src']): string | undefined =>
  user ?? (src || id === '' ? undefined : id.slice(0, 512).toWellFormed());

/** `uname` says `relay-1.example.com` where syslog says `relay-1`. */
const shortName = (host = ''): string => {
  const dot = host.indexOf('.');
  return (dot < 0 ? host : host.slice(0, dot)).toLowerCase();
};

const facts = (said: Said, context: ReadContext): Facts => {
  const { host, jail = '', verb, id = '', time } = said;
  const [kind, outcome] = meanings[verb];
  // Without a time, the second of receipt: an event told twice is the lesser harm than a new one taken for an old one.
  const second = Math.floor((time?.time ?? context.received) / 1_000);
  // An address or a network, or a host name, which `usedns = no` leaves.
  const src = srcBy(networkOf(id), id);
  const what = src?.ip ?? said.id ?? said.message ?? '';
  const told = draft({ identity: [shortName(host), jail, what, verb, second], kind, outcome });
  const name = nameOf(said, src);
  if (time) told.time = time.time;
  if (src) told.src = src;
  if (name !== undefined) told.actor = { name, type: 'user' };
  if (host !== undefined) told.target = { id: host, type: 'host' };
  told.identifiers = host === undefined ? [] : [`host:${host}`];
  const marks = time?.marks ?? noTime;
  told.marks = verb === 'restore' || verb === 'reban' ? ['restored', ...marks] : marks;
  return told;
};

const readShipped = (json: Fields, { line, host, program }: Shipped, context: ReadContext): Result<Said, Refusal> => {
  // The journal keeps the logger's name beside the message: with it, any message is a fail2ban line.
  const plain = readLine(line, context);
  const read = plain.ok || !program?.startsWith('fail2ban') ? plain : readLine(`fail2ban: ${line}`, context);
  if (!read.ok) return read;
  return ok({ ...read.value, host: read.value.host ?? host, time: read.value.time ?? shippedTime(json, context) });
};

const read = (event: RawEvent, context: ReadContext): Result<Said, Refusal> => {
  if (event.json === undefined) {
    const fields = formFields(event.text);
    return fields ? readAction(fields, context) : readLine(event.text, context);
  }
  if (!isFields(event.json)) return fail({ field: 'body', expected: 'an object with jail and ip, or a log line' });
  const shipped = isAction(event.json) ? undefined : shippedLine(event.json);
  return shipped ? readShipped(event.json, shipped, context) : readAction(event.json, context);
};

/** Only the names matter here, so any instant serves. */
const anytime: ReadContext = { received: instantOf(0) };

export const fail2ban: SourceReader = {
  name: 'fail2ban',
  logsource: { product: 'linux', service: 'fail2ban' },
  recognises: (event) => {
    if (event.json === undefined) {
      const fields = formFields(event.text);
      return fields ? isAction(fields) : readLine(event.text, anytime).ok;
    }
    // Action fields must look like fail2ban's own here: `name` and `id` alone are anybody's.
    return isFields(event.json) && (isAction(event.json) || shippedLine(event.json) !== undefined) && read(event, anytime).ok;
  },
  vendorEvent: (event) => {
    const said = read(event, anytime);
    const { jail, verb, id, host, message } = said.ok ? (said.value as Said) : ({ verb: 'other' } as Said);
    return { message: message ?? event.text, jail, verb, id, host };
  },
  read: (event, context) => {
    const said = read(event, context);
    return said.ok ? ok(facts(said.value, context)) : said;
  },
};
