// Decides what an alert of Google Workspace says, and which deliveries are the same state of it (formats.md A5).
import { type Result, fail, ok } from '../../kernel/result.ts';
import { addressOf } from '../address.ts';
import { draft, noTime } from '../draft.ts';
import { firstTime } from '../event-time.ts';
import { type Fields, at, booleanOf, fieldsAt, firstText, isFields, listOf, textOf } from '../fields.ts';
import type { Facts, Identity, RawEvent, ReadContext, Refusal, SignalOutcome, SourceReader } from '../signal.ts';
import { meaningOf } from './google-alert-types.ts';

const severities: Readonly<Record<string, 2 | 3 | 4>> = { LOW: 2, MEDIUM: 3, HIGH: 4 };

const severityOf = (alert: Fields): Facts['severity'] => severities[(textOf(at(alert, 'metadata', 'severity')) ?? '').toUpperCase()];

/** `C03ek00234` of the directory is `03ek00234` here. */
const customerOf = (alert: Fields): string | undefined =>
  firstText(at(alert, 'customerId'), at(alert, 'metadata', 'customerId'))?.replace(/^C(?=[0-9a-z]{5,}$)/, '');

/** Whose account it is about, or who did it. What comes from outside (a sender of phishing) is no actor of ours. */
const actorOf = (data: Fields): Facts['actor'] => {
  const name =
    firstText(at(data, 'email'), at(data, 'actorEmail')) ??
    firstText(at(data, 'ruleViolationInfo', 'triggeringUserEmail'), at(data, 'primaryAdminChangedEvent', 'updatedAdminEmail'));
  return name === undefined ? undefined : { name, type: 'user' };
};

/** A rule that blocks, quarantines or deletes held back what it saw; one that warns or only tells did not. */
const held = (data: Fields): boolean =>
  listOf(at(data, 'ruleViolationInfo', 'triggeredActionTypes')).some((action) =>
    /BLOCK|QUARANTINE|DELETE|REJECT/i.test(textOf(action) ?? ''),
  );

const outcomeOf = (meant: SignalOutcome, data: Fields): SignalOutcome => (meant === 'unknown' && held(data) ? 'blocked' : meant);

/** A closed alert, or one in the bin, is done at the source. */
const isShut = (alert: Fields): boolean => booleanOf(at(alert, 'deleted')) === true || textOf(at(alert, 'metadata', 'status')) === 'CLOSED';

/** Every change has a new etag; the one of the metadata lags behind. */
const identityOf = (alert: Fields, id: string): Identity => [
  id,
  firstText(at(alert, 'etag'), at(alert, 'metadata', 'etag'), at(alert, 'updateTime')) ?? '',
];

const factsOf = (alert: Fields, id: string, type: string, context: ReadContext): Facts => {
  const data = fieldsAt(alert, 'data');
  const customer = customerOf(alert);
  const actor = actorOf(data);
  const severity = severityOf(alert);
  const ip = addressOf(at(data, 'loginDetails', 'ipAddress'));
  const claimed = [at(alert, 'startTime'), at(alert, 'createTime'), at(alert, 'updateTime')];
  const time = firstTime(claimed, context);
  const stated = firstTime([at(alert, 'metadata', 'updateTime'), at(alert, 'updateTime')], context);
  const { kind, outcome } = meaningOf(type);
  const facts = draft({ eventId: id, identity: identityOf(alert, id), finding: id, kind, outcome: outcomeOf(outcome, data) });
  if (time) facts.time = time.time;
  if (stated) facts.statedAt = stated.time;
  if (severity !== undefined) facts.severity = severity;
  if (customer !== undefined) {
    facts.tenant = customer;
    facts.target = { id: customer, type: 'workspace' };
  }
  if (actor) facts.actor = actor;
  if (ip !== undefined) facts.src = { ip };
  facts.identifiers = customer === undefined ? [] : [`google:${customer}`];
  facts.marks = isShut(alert) ? ['archived', ...(time?.marks ?? noTime)] : (time?.marks ?? noTime);
  return facts;
};

const read = ({ json }: RawEvent, context: ReadContext): Result<Facts, Refusal> => {
  if (!isFields(json)) return fail({ field: 'body', expected: 'a JSON object: an alert of the Alert Center' });
  const id = textOf(at(json, 'alertId'));
  if (id === undefined) return fail({ field: 'alertId', expected: 'the id of the alert' });
  const type = textOf(at(json, 'type'));
  if (type === undefined) return fail({ field: 'type', expected: 'a type of alert such as Leaked password' });
  return ok(factsOf(json, id, type, context));
};

const trimmed = (fields: Fields, name: string): Fields => {
  const value = at(fields, name);
  return typeof value === 'string' ? { ...fields, [name]: value.trim() } : fields;
};

export const googleAlertCenter: SourceReader = {
  name: 'google-alert-center',
  logsource: { product: 'gcp', service: 'google_workspace.alert' },
  recognises: ({ json }) =>
    isFields(json) && ['alertId', 'type', 'source', 'createTime'].every((name) => textOf(at(json, name)) !== undefined),
  /** The alert as sent; blanks at the end of `type` and `@type` are gone. */
  vendorEvent: ({ json }) => {
    if (!isFields(json)) return {};
    const alert = trimmed(json, 'type');
    return isFields(at(alert, 'data')) ? { ...alert, data: trimmed(fieldsAt(alert, 'data'), '@type') } : alert;
  },
  read,
};
