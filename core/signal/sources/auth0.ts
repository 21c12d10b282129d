// Decides what an Auth0 log event says, from a webhook stream, the Management API or EventBridge (formats.md A2).
import { canonical } from '../../kernel/hash.ts';
import { type Result, fail, ok } from '../../kernel/result.ts';
import { addressOf } from '../address.ts';
import { actorBy, draft, noTime } from '../draft.ts';
import { type EventTime, timeOf } from '../event-time.ts';
import { type Fields, at, booleanOf, fieldsAt, isFields, textOf } from '../fields.ts';
import { lastRead } from '../last-read.ts';
import type { Facts, RawEvent, ReadContext, Refusal, SourceReader } from '../signal.ts';
import { meaningOf } from './auth0-types.ts';

type Log = { readonly id: string | undefined; readonly data: Fields; readonly envelope: Fields };

/** Collectors write None and null as text; an event that says "None" says nothing. */
const saysNothing = (text: string): boolean => (text.length === 4 || text.length === 9) && /^(?:none|null|undefined)$/i.test(text);

const told = (...values: readonly unknown[]): string | undefined => {
  for (const value of values) {
    const text = textOf(value);
    if (text !== undefined && !saysNothing(text)) return text;
  }
  return undefined;
};

const flags = ['isMobile', 'is_mobile'] as const;

/** Flags as booleans: "False" of a collector would be true to a rule that asks whether there is any text. */
const flagged = (data: Fields): Fields => {
  const real = flags.flatMap((name) => {
    const value = booleanOf(at(data, name));
    return value === undefined ? [] : [[name, value] as const];
  });
  return real.length === 0 ? data : { ...data, ...Object.fromEntries(real) };
};

/** The log inside its envelope: `detail.data` (EventBridge), `data` (webhook), or the object itself (Management API). */
const logIn = lastRead((json: Fields): Log => {
  const detail = at(json, 'detail');
  const item = isFields(detail) ? detail : json;
  const inner = at(item, 'data');
  const data = isFields(inner) ? inner : item;
  const id = told(at(item, 'log_id'), at(data, 'log_id'), at(data, '_id'), at(item, '_id'));
  return { data, envelope: json, id };
});
const logOf = (json: unknown): Log | undefined => (isFields(json) ? logIn(json) : undefined);

const partnerSource = /^aws\.partner\/auth0\.com\/([\w.-]{1,128}?)(?:-[0-9a-f]{8})?(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/auth0\.logs$/i;

/** Whose world: the organization, else the tenant, else its host name, else what the partner source is called. */
const worlds = ({ data, envelope }: Log) => {
  const organization = told(at(data, 'organization_id'));
  const source = textOf(at(envelope, 'source'));
  const partner = source === undefined ? undefined : partnerSource.exec(source)?.[1];
  const names: string[] = [];
  for (const name of [organization, told(at(data, 'tenant_name'), at(data, 'tenant'), partner), told(at(data, 'hostname'))])
    if (name !== undefined && !names.includes(name)) names.push(name);
  return { organization, names };
};

const actorOf = (data: Fields): Facts['actor'] => {
  const admin = fieldsAt(data, 'details', 'request', 'auth', 'user');
  const id = told(at(data, 'user_id'), at(admin, 'user_id'));
  const name = told(at(data, 'user_name'), at(admin, 'email'), at(admin, 'name'));
  const client = told(at(data, 'client_id'));
  if (id === undefined && name === undefined) return client === undefined ? undefined : { id: client, type: 'client' };
  const type = id?.endsWith('@clients') ? 'client' : 'user';
  return actorBy(id, name, type);
};

const addressIn = (data: Fields): string | undefined =>
  addressOf(at(data, 'ip')) ?? addressOf(at(data, 'client_ip')) ?? addressOf(at(data, 'details', 'request', 'ip'));

const timeIn = ({ data, envelope }: Log, context: ReadContext): Result<EventTime | undefined, Refusal> => {
  const claimed = at(data, 'date');
  const time = timeOf(claimed, context);
  if (!time && told(claimed) !== undefined) return fail({ field: 'data.date', expected: 'an RFC 3339 instant' });
  return ok(time ?? timeOf(at(envelope, 'time'), context));
};

const factsOf = (log: Log, type: string, time: EventTime | undefined): Facts => {
  const { organization, names } = worlds(log);
  const [tenant] = names;
  const actor = actorOf(log.data);
  const ip = addressIn(log.data);
  // Without an id of the vendor's the content is the identity: the same event told twice stays one.
  const identity = log.id === undefined ? ['content', canonical(flagged(log.data))] : [log.id];
  const { kind, outcome } = meaningOf(type);
  const facts = draft({ eventId: log.id, identity, kind, outcome });
  if (time) facts.time = time.time;
  if (tenant !== undefined) {
    facts.tenant = tenant;
    facts.target = { id: tenant, type: organization === undefined ? 'tenant' : 'organization' };
  }
  if (actor) facts.actor = actor;
  if (ip !== undefined) facts.src = { ip };
  // A named organization is whose world this is: one that the directory does not know is to be identified, not guessed (P-15).
  facts.identifiers = organization === undefined ? names.map((name) => `auth0:${name}`) : [`auth0:${organization}`];
  facts.marks = time?.marks ?? noTime;
  return facts;
};

const read = (event: RawEvent, context: ReadContext): Result<Facts, Refusal> => {
  const log = logOf(event.json);
  if (!log) return fail({ field: 'body', expected: 'a JSON object {log_id, data} of an Auth0 log stream' });
  const source = textOf(at(log.envelope, 'source'));
  if (at(log.envelope, 'detail-type') !== undefined && source !== undefined && !source.startsWith('aws.partner/auth0.com/')) {
    return fail({ field: 'source', expected: 'aws.partner/auth0.com/…' });
  }
  const type = told(at(log.data, 'type'));
  if (type === undefined) return fail({ field: 'data.type', expected: 'a type code such as s, fp or limit_wc' });
  const time = timeIn(log, context);
  return time.ok ? ok(factsOf(log, type, time.value)) : time;
};

const code = /^[a-z][a-z0-9_]{0,63}$/;

/** Strict where `read` is lenient: an id and a type code, and nothing that another vendor's envelope has. */
/** Bot and risk assessments are Auth0's alone: they tell a log by themselves, even one that lost its id on the way. */
const isAssessed = (data: unknown): boolean => {
  const details = at(data, 'details');
  return at(data, 'date') !== undefined && [at(details, 'riskAssessment'), at(details, 'anomalyDetection')].some(isFields);
};

const recognises = ({ json }: RawEvent): boolean => {
  const log = logOf(json);
  if (!log || !code.test(textOf(at(log.data, 'type')) ?? '')) return false;
  if (at(log.envelope, 'detail-type') !== undefined)
    return textOf(at(log.envelope, 'source'))?.startsWith('aws.partner/auth0.com/') ?? false;
  // `_id` alone is what any document store writes.
  const flat = at(log.data, 'log_id') !== undefined || (at(log.data, 'date') !== undefined && at(log.data, 'user_agent') !== undefined);
  return (log.id !== undefined && (isFields(at(json, 'data')) || flat)) || isAssessed(log.data);
};

export const auth0: SourceReader = {
  name: 'auth0',
  logsource: { product: 'auth0' },
  recognises,
  vendorEvent: ({ json }) => {
    const log = logOf(json);
    return log ? { ...(log.id !== undefined && { log_id: log.id }), data: flagged(log.data) } : {};
  },
  read,
};
