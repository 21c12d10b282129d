// Decides what the words of sshd mean to us: who got in, who was refused, who only knocked. The rest of auth.log is housekeeping.
import { type Result, fail, ok } from '../../kernel/result.ts';
import { instantOf } from '../../kernel/time.ts';
import { addressOf } from '../address.ts';
import { draft, noTime, srcBy } from '../draft.ts';
import { isFields, textOf } from '../fields.ts';
import { shippedLine, shippedTime } from '../log-line.ts';
import type { Facts, RawEvent, ReadContext, Refusal, SourceReader } from '../signal.ts';
import { type HostMessage, hostMessageOf } from './host-message.ts';
import { type Line, isSshd, readLine } from './sshd-line.ts';
import { type Message, messageOf } from './sshd-message.ts';

/** A line with the meaning of its message: of sshd's own, or of what another program says about the host. */
type Said = { readonly line: Line; readonly meaning?: Message; readonly onHost?: HostMessage };

/** What sshd says in words that we don't know is kept as such and counted. */
const unheard: Message = { event: 'other', kind: 'unknown', outcome: 'unknown' };

/** Whatever sshd says, in words that we know or not. */
const isOurs = ({ program }: Line): boolean => program === undefined || isSshd(program);

const meant = (line: Line): Said => {
  if (isOurs(line)) return { line, meaning: messageOf(line.message) ?? unheard };
  const onHost = hostMessageOf(line.program ?? '', line.message);
  return onHost ? { line, onHost } : { line };
};

/** A shipper that names the program sends the message alone, or the whole line; its name for the program holds. */
const readShipped = (json: RawEvent['json'], context: ReadContext): Result<Line, Refusal> => {
  const shipped = isFields(json) ? shippedLine(json) : undefined;
  if (!isFields(json) || !shipped)
    return fail({ field: 'body', expected: 'a line of auth.log, or an object that holds one as message, MESSAGE or log' });
  const { line, host, program } = shipped;
  const headed = readLine(line, context);
  // Beside a program's name only a date makes a head; without a name the head must say whose line it is: a message alone may be
  // any program's, with the text of a stranger in front.
  const isWhole = headed.ok && headed.value.program !== undefined && (program === undefined || headed.value.time !== undefined);
  const whole = isWhole ? headed.value : undefined;
  if (program === undefined && !whole) return fail({ field: 'message', expected: 'a line with time, host and program' });
  return ok({
    time: whole?.time ?? shippedTime(json, context),
    host: whole?.host ?? host,
    program: program ?? whole?.program,
    pid: whole?.pid,
    message: whole?.message ?? line,
  });
};

const lineOf = ({ text, json }: RawEvent, context: ReadContext): Result<Line, Refusal> =>
  json === undefined ? readLine(text, context) : readShipped(json, context);

const read = (event: RawEvent, context: ReadContext): Result<Said, Refusal> => {
  const line = lineOf(event, context);
  return line.ok ? ok(meant(line.value)) : line;
};

/** What other programs say about the host. */
const aside: Message = { ...unheard, kind: 'housekeeping' };

const facts = ({ line, meaning, onHost }: Said, context: ReadContext): Facts => {
  const { host, pid, message, time } = line;
  const { kind, outcome, user, from } = meaning ?? aside;
  // No id of its own. Without a time, the second of receipt, as with fail2ban.
  const second = Math.floor((time?.time ?? context.received) / 1_000);
  const told = draft({ identity: [host ?? '', pid ?? '', message, second], kind, outcome });
  const [name, src] = [textOf(user ?? onHost?.user), srcBy(addressOf(from), from)];
  if (time) told.time = time.time;
  if (name !== undefined) told.actor = { name, type: 'user' };
  if (src) told.src = src;
  if (host !== undefined) told.target = { id: host, type: 'host' };
  told.identifiers = host === undefined ? [] : [`host:${host}`];
  told.marks = time?.marks ?? noTime;
  return told;
};

/** Only the words matter here, so any instant serves. */
const anytime: ReadContext = { received: instantOf(0) };

export const sshd: SourceReader = {
  name: 'sshd',
  logsource: { product: 'linux', service: 'sshd' },
  recognises: (event) => {
    const line = lineOf(event, anytime);
    return line.ok && isOurs(line.value);
  },
  vendorEvent: (event) => {
    const said = read(event, anytime);
    if (!said.ok) return { message: event.text };
    const { line, meaning, onHost } = said.value;
    const { message, program, pid, host } = line;
    if (onHost) return { message, program, pid, host, ...onHost };
    const { event: form, method, user, from, port } = meaning ?? { event: 'other' };
    return { message, program, pid, host, event: form, method, user, from, port };
  },
  read: (event, context) => {
    const said = read(event, context);
    return said.ok ? ok(facts(said.value, context)) : said;
  },
};
