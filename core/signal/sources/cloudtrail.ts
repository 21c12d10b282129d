// Decides what a CloudTrail record says, in the EventBridge envelope or as a record of the S3 object (formats.md A4).
import { type Result, fail, ok } from '../../kernel/result.ts';
import { addressOf } from '../address.ts';
import { actorBy, draft, noTime } from '../draft.ts';
import { type EventTime, firstTime } from '../event-time.ts';
import { type Fields, at, fieldsAt, firstText, isFields, textOf } from '../fields.ts';
import type { Facts, RawEvent, ReadContext, Refusal, SignalOutcome, SourceReader } from '../signal.ts';
import { kindOf } from './cloudtrail-kind.ts';
import { opensTo } from './cloudtrail-opens.ts';
import { opensPort } from './cloudtrail-ports.ts';
import { accountIn, resourceOf, userIn } from './cloudtrail-target.ts';

const isDelivery = (json: Fields): boolean => / via CloudTrail$/.test(textOf(at(json, 'detail-type')) ?? '');

/** EventBridge has `detail`; the S3 object has bare records. */
const recordOf = (json: Fields): Fields =>
  isFields(at(json, 'detail')) && at(json, 'eventName') === undefined ? fieldsAt(json, 'detail') : json;

const isInsight = (record: Fields): boolean => at(record, 'eventType') === 'AwsCloudTrailInsight';

/** Root has no user name; a role is named by its issuer; a service by itself. */
const actorOf = (record: Fields): Facts['actor'] => {
  const identity = fieldsAt(record, 'userIdentity');
  const type = textOf(at(identity, 'type'));
  const id = userIn(at(identity, 'principalId')) ?? userIn(at(identity, 'onBehalfOf', 'userId')) ?? userIn(at(identity, 'arn'));
  const name =
    userIn(at(identity, 'userName')) ??
    userIn(at(identity, 'sessionContext', 'sessionIssuer', 'userName')) ??
    userIn(at(identity, 'invokedBy'));
  return actorBy(id, name, type);
};

/** A call by a service on somebody's behalf has the service's name where the address would stand. */
const srcOf = (record: Fields): Facts['src'] => {
  const from = textOf(at(record, 'sourceIPAddress'));
  const ip = addressOf(from);
  if (ip !== undefined) return { ip };
  return from !== undefined && /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,20}$/.test(from) ? { host: from } : undefined;
};

const said: Readonly<Record<string, SignalOutcome>> = { Success: 'success', Failure: 'failure' };

/** A sign-in says its result under its own name; every other record says only what failed. */
const outcomeOf = (record: Fields, kind: Facts['kind']): SignalOutcome => {
  if (firstText(at(record, 'errorCode'), at(record, 'errorMessage')) !== undefined) return 'failure';
  if (isInsight(record)) return 'unknown';
  const name = textOf(at(record, 'eventName')) ?? '';
  const result = firstText(at(record, 'responseElements', name), at(record, 'serviceEventDetails', name)) ?? '';
  if (Object.hasOwn(said, result)) return said[result] ?? 'unknown';
  return at(record, 'eventType') === 'AwsConsoleSignIn' || kind === 'auth.login' ? 'unknown' : 'success';
};

/**
 * One action that two accounts recorded (a role of one assumed from the other) shares an id. Start and end of an insight share it too:
 * they are two states of one finding.
 */
const identityOf = (record: Fields, id: string): Pick<Facts, 'identity' | 'finding'> => {
  const shared = textOf(at(record, 'sharedEventID'));
  if (isInsight(record)) return { identity: [id], finding: shared ?? id };
  return { identity: [shared ?? id] };
};

const factsOf = (record: Fields, id: string, time: EventTime | undefined, envelope: Fields): Facts => {
  const account = accountIn(record, envelope);
  const actor = actorOf(record);
  const src = srcOf(record);
  const { identity, finding } = identityOf(record, id);
  const { target, identifiers } = resourceOf(record, account);
  const kind = isInsight(record) ? 'finding' : kindOf(record);
  const facts = draft({ eventId: id, identity, kind, outcome: outcomeOf(record, kind) });
  if (finding !== undefined) facts.finding = finding;
  if (time) facts.time = time.time;
  if (account !== undefined) facts.tenant = account;
  if (actor) facts.actor = actor;
  if (src) facts.src = src;
  if (target) facts.target = target;
  facts.identifiers = identifiers;
  facts.marks = time?.marks ?? noTime;
  return facts;
};

const named = ['eventName', 'eventSource'];

const read = ({ json }: RawEvent, context: ReadContext): Result<Facts, Refusal> => {
  if (!isFields(json))
    return fail({ field: 'body', expected: 'a JSON object: a CloudTrail record, or an EventBridge event with one as detail' });
  const record = recordOf(json);
  const id = textOf(at(record, 'eventID'));
  if (id === undefined) return fail({ field: 'eventID', expected: 'the id of the record' });
  if (!isInsight(record)) {
    const missing = named.find((name) => textOf(at(record, name)) === undefined);
    if (missing !== undefined)
      return fail({ field: missing, expected: 'what was called, such as StopLogging of cloudtrail.amazonaws.com' });
  }
  return ok(factsOf(record, id, firstTime([at(record, 'eventTime'), at(json, 'time')], context), json));
};

/** A notice of S3 or SQS also has `eventSource` and `eventName`, but no identity, and `aws:s3` for a source. */
const looksLikeRecord = (record: Fields): boolean => {
  if (textOf(at(record, 'eventID')) === undefined || textOf(at(record, 'eventTime')) === undefined) return false;
  if (isInsight(record)) return isFields(at(record, 'insightDetails'));
  const isNamed = typeof at(record, 'eventName') === 'string' && typeof at(record, 'eventSource') === 'string';
  return isNamed && isFields(at(record, 'userIdentity'));
};

export const cloudtrail: SourceReader = {
  name: 'cloudtrail',
  logsource: { product: 'aws', service: 'cloudtrail' },
  recognises: ({ json }) => isFields(json) && (looksLikeRecord(recordOf(json)) || (isDelivery(json) && isFields(at(json, 'detail')))),
  /** The record, and beside its own fields `opensTo`, `opensToAccount` and `opensPort`: policies are nested too deep for a rule to tell an Allow from a Deny. */
  vendorEvent: ({ json }) => {
    if (!isFields(json)) return {};
    const record = recordOf(json);
    return { ...record, opensToAccount: undefined, ...opensTo(record, accountIn(record, json)), opensPort: opensPort(record) };
  },
  read,
};
