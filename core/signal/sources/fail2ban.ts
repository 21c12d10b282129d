// Decides what fail2ban's words mean to us: a ban is a defence that held, a restored ban is an old one told again (cases.md 1).
import { derived, hashOf } from '../../kernel/hash.ts';
import { type Result, fail, ok } from '../../kernel/result.ts';
import { instantOf } from '../../kernel/time.ts';
import { hostNameOf, networkOf } from '../address.ts';
import { isFields } from '../fields.ts';
import { type Shipped, shippedLine } from '../log-line.ts';
import type { Facts, RawEvent, ReadContext, Refusal, SignalKind, SignalMark, SignalOutcome, SourceReader } from '../signal.ts';
import { type Action, formFields, isAction, readAction } from './fail2ban-action.ts';
import { type Line, type Verb, readLine } from './fail2ban-line.ts';

type Said = Partial<Action> & Pick<Line, 'verb'> & { readonly message?: string };

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

/** The banned id: an address, a network, a host name, or (F-ID) a user name or session that somebody typed. */
const whoIs = (said: Said): Pick<Facts, 'src' | 'actor'> => {
  const id = said.id ?? '';
  const ip = networkOf(id);
  // `usedns = no` leaves names.
  const host = ip === undefined ? hostNameOf(id) : undefined;
  const name = said.user ?? (ip === undefined && host === undefined && id !== '' ? id.slice(0, 512).toWellFormed() : undefined);
  return {
    ...(ip !== undefined && { src: { ip } }),
    ...(host !== undefined && { src: { host } }),
    ...(name !== undefined && { actor: { name, type: 'user' } }),
  };
};

/** `uname` says `relay-1.example.com` where syslog says `relay-1`. */
const shortName = (host = ''): string => host.toLowerCase().replace(/\..*$/, '');

const facts = (said: Said, context: ReadContext): Facts => {
  const [kind, outcome] = meanings[said.verb];
  // Without a time, the second of receipt: an event told twice is the lesser harm than a new one taken for an old one.
  const second = Math.floor((said.time?.time ?? context.received) / 1_000);
  const who = whoIs(said);
  const id = who.src?.ip ?? said.id ?? hashOf(said.message ?? '');
  const identity = JSON.stringify([shortName(said.host), said.jail ?? '', id, said.verb, second]);
  const old = said.verb === 'restore' || said.verb === 'reban';
  const marks: readonly SignalMark[] = [...(old ? (['restored'] as const) : []), ...(said.time?.marks ?? ['no-time' as const])];
  return {
    eventId: `f2b-${derived(identity)}`,
    identity,
    kind,
    outcome,
    ...(said.time && { time: said.time.time }),
    ...who,
    ...(said.host !== undefined && { target: { id: said.host, type: 'host' } }),
    identifiers: said.host === undefined ? [] : [`host:${said.host}`],
    marks,
  };
};

const readShipped = ({ line, host, program, time: told }: Shipped, context: ReadContext): Result<Said, Refusal> => {
  // The journal keeps the logger's name beside the message: with it, any message is a fail2ban line.
  const plain = readLine(line, context);
  const read = plain.ok || !program?.startsWith('fail2ban') ? plain : readLine(`fail2ban: ${line}`, context);
  if (!read.ok) return read;
  const time = read.value.time ?? told;
  return ok({ ...(host !== undefined && { host }), ...read.value, ...(time && { time }) });
};

const read = (event: RawEvent, context: ReadContext): Result<Said, Refusal> => {
  if (event.json === undefined) {
    const fields = formFields(event.text);
    return fields ? readAction(fields, context) : readLine(event.text, context);
  }
  if (!isFields(event.json)) return fail({ field: 'body', expected: 'an object with jail and ip, or a log line' });
  const shipped = isAction(event.json) ? undefined : shippedLine(event.json, context);
  return shipped ? readShipped(shipped, context) : readAction(event.json, context);
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
    return isFields(event.json) && (isAction(event.json) || shippedLine(event.json, anytime) !== undefined) && read(event, anytime).ok;
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
