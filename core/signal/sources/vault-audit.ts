// Decides what an entry of the audit device of Vault or OpenBao says. Requests are attempts; only a response tells that something happened.
import { hashOf } from '../../kernel/hash.ts';
import { type Result, fail, ok } from '../../kernel/result.ts';
import { addressOf } from '../address.ts';
import { actorBy, draft, noTime } from '../draft.ts';
import { timeOf } from '../event-time.ts';
import { type Fields, at, fieldsAt, firstText, isFields, listOf, textOf } from '../fields.ts';
import { parseJson, tame } from '../json.ts';
import { shippedLine } from '../log-line.ts';
import type { Facts, RawEvent, ReadContext, Refusal, SignalOutcome, SourceReader } from '../signal.ts';
import { type Place, kindOf, placeOf } from './vault-kind.ts';

/** `kmip-request` and `kmip-response` are the only other ones known. */
const entryType = /^(?:[a-z]{1,20}-)?(?:request|response)$/;

const isEntry = (json: unknown): json is Fields =>
  isFields(json) && entryType.test(textOf(at(json, 'type')) ?? '') && isFields(at(json, 'request')) && typeof at(json, 'time') === 'string';

/** The device may put words before the entry (`@cee: `), and syslog its head. */
const entryIn = (text: string): Fields | undefined => {
  const start = /^[^{]{0,256}(?=\{)/.exec(text)?.[0].length;
  const value = start === undefined ? undefined : parseJson(text.slice(start))?.value;
  return isEntry(value) && tame(value) ? value : undefined;
};

const entryOf = ({ json, text }: RawEvent): Fields | undefined => {
  if (isEntry(json)) return json;
  if (json === undefined) return entryIn(text);
  const shipped = isFields(json) ? shippedLine(json) : undefined;
  return shipped && entryIn(shipped.line);
};

/** An address with or without a port: `192.0.2.1:40000`, `[2001:db8::1]:40000`. */
const remoteOf = (request: Fields): string | undefined => {
  const said = textOf(at(request, 'remote_address')) ?? '';
  return addressOf(said) ?? addressOf(/^\[?([^\]]{1,64}?)\]?:\d{1,5}$/.exec(said)?.[1]);
};

/** An error stands beside the response, or is all that its data hold; there it is hashed. */
const outcomeOf = (entry: Fields, type: string): SignalOutcome => {
  const data = fieldsAt(entry, 'response', 'data');
  const isError = textOf(at(entry, 'error')) !== undefined || (typeof at(data, 'error') === 'string' && Object.keys(data).length === 1);
  if (isError) return 'failure';
  return type.endsWith('response') ? 'success' : 'unknown';
};

/** Who asked. At a login that is who the answer says, else the name that was typed. */
const actorOf = (entry: Fields, kind: Facts['kind'], { rest }: Place): Facts['actor'] => {
  const answered = at(entry, 'response', 'auth');
  const auth = kind === 'auth.login' && isFields(answered) ? answered : fieldsAt(entry, 'auth');
  const typed = kind === 'auth.login' ? /^login\/(.+)$/.exec(rest)?.[1] : undefined;
  const id = textOf(at(auth, 'entity_id'));
  const name = firstText(at(auth, 'metadata', 'email'), at(auth, 'metadata', 'username'), at(auth, 'display_name'), typed);
  if (id === undefined && name === undefined) return undefined;
  const isRoot = listOf(at(auth, 'policies')).includes('root');
  const type = isRoot ? 'root' : textOf(at(auth, 'token_type'));
  return actorBy(id, name, type);
};

const targetOf = (request: Fields, { namespace, mount, path }: Place): Pick<Facts, 'target' | 'identifiers'> => {
  if (path === '') return { identifiers: [] };
  const within = namespace === undefined ? '' : `${namespace}/`;
  const named = `vault:${within}${path}`;
  const identifiers = mount === path ? [named] : [named, `vault:${within}${mount}`];
  return { target: { id: within + path, type: textOf(at(request, 'mount_type')) ?? 'vault-path' }, identifiers };
};

const factsOf = (entry: Fields, context: ReadContext): Facts => {
  const request = fieldsAt(entry, 'request');
  const place = placeOf(request);
  const type = textOf(at(entry, 'type')) ?? '';
  const kind = type === 'request' || type === 'response' ? kindOf(request, place) : 'unknown';
  const actor = actorOf(entry, kind, place);
  const ip = remoteOf(request);
  const { target, identifiers } = targetOf(request, place);
  // Two devices write the same entry, each with hashes of its own. `help` has no id.
  const id = textOf(at(request, 'id')) ?? hashOf(entry);
  const time = timeOf(at(entry, 'time'), context);
  const facts = draft({ eventId: `${id}/${type}`, identity: [id, type], kind, outcome: outcomeOf(entry, type) });
  if (time) facts.time = time.time;
  if (place.namespace !== undefined) facts.tenant = place.namespace;
  if (actor) facts.actor = actor;
  if (ip !== undefined) facts.src = { ip };
  if (target) facts.target = target;
  facts.identifiers = identifiers;
  facts.marks = time?.marks ?? noTime;
  return facts;
};

const read = (event: RawEvent, context: ReadContext): Result<Facts, Refusal> => {
  const entry = entryOf(event);
  if (entry) return ok(factsOf(entry, context));
  const { json } = event;
  if (!isFields(json)) return fail({ field: 'body', expected: 'an entry of the audit device in JSON, after its prefix if it has one' });
  if (!entryType.test(textOf(at(json, 'type')) ?? '')) return fail({ field: 'type', expected: 'request or response' });
  return fail(
    isFields(at(json, 'request'))
      ? { field: 'time', expected: 'the time of the entry as text' }
      : { field: 'request', expected: 'the request' },
  );
};

export const vaultAudit: SourceReader = {
  name: 'vault-audit',
  logsource: { product: 'vault', service: 'audit' },
  recognises: (event) => entryOf(event) !== undefined,
  vendorEvent: (event) => entryOf(event) ?? {},
  read,
};
