// Decides what a GuardDuty finding says, in the EventBridge envelope or bare, and which deliveries are the same state of it.
import { type Result, fail, ok } from '../../kernel/result.ts';
import { addressOf } from '../address.ts';
import { type EventTime, firstTime, timeOf } from '../event-time.ts';
import { type Fields, at, fieldsAt, firstText, isFields, listOf, textOf } from '../fields.ts';
import { actorBy, draft, noTime } from '../draft.ts';
import type { Facts, Identity, RawEvent, ReadContext, Refusal, SignalMark, SignalOutcome, SourceReader } from '../signal.ts';
import { lastRead } from '../last-read.ts';
import { findingOf, isSample, severityOf } from './guardduty-finding.ts';
import { isScan, readScan, scanOf } from './guardduty-scan.ts';
import { resourceOf } from './guardduty-target.ts';

/** EventBridge always has `detail`; test events lack `source` or `detail-type`, or both. */
const isEnvelope = (json: Fields): boolean => isFields(at(json, 'detail')) && at(json, 'type') === undefined;

/** Read for its facts, then for the rules. */
const findingIn = lastRead((json: Fields): Fields => findingOf(isEnvelope(json) ? at(json, 'detail') : json));

/** The account that is hurt: the finding's own. The envelope names the delegated administrator (formats.md A3, trap 1). */
const accountOf = (finding: Fields): string | undefined =>
  textOf(at(finding, 'accountId')) ??
  /^arn:aws[a-z-]{0,20}:guardduty:[a-z0-9-]{0,30}:(\d{1,12}):/.exec(textOf(at(finding, 'arn')) ?? '')?.[1];

const actions = ['awsApiCallAction', 'networkConnectionAction', 'kubernetesApiCallAction', 'rdsLoginAttemptAction'];

const remoteIn = (part: unknown): string | undefined => {
  const remote = at(part, 'remoteIpDetails');
  return remote === undefined ? undefined : (addressOf(at(remote, 'ipAddressV4')) ?? addressOf(at(remote, 'ipAddressV6')));
};

/** Of the action, else of the first probe that has one. */
const addressIn = (finding: Fields): string | undefined => {
  const action = at(finding, 'service', 'action');
  if (action === undefined) return undefined;
  for (const name of actions) {
    const address = remoteIn(at(action, name));
    if (address !== undefined) return address;
  }
  for (const probe of listOf(at(action, 'portProbeAction', 'portProbeDetails'))) {
    const address = remoteIn(probe);
    if (address !== undefined) return address;
  }
  return undefined;
};

const actorOf = (finding: Fields): Facts['actor'] => {
  const key = fieldsAt(finding, 'resource', 'accessKeyDetails');
  const id = firstText(at(key, 'principalId'), at(key, 'accessKeyId'));
  const name = firstText(at(key, 'userName'), at(finding, 'resource', 'rdsDbUserDetails', 'user'));
  const type = textOf(at(key, 'userType'));
  return actorBy(id, name, type);
};

/** A call that was refused, a connection that was blocked: said by the finding, where it says so. */
const outcomeOf = (finding: Fields): SignalOutcome => {
  const action = fieldsAt(finding, 'service', 'action');
  if (textOf(at(action, 'awsApiCallAction', 'errorCode')) !== undefined) return 'failure';
  return mayBlock.some((name) => isBlocked(at(action, name, 'blocked'))) ? 'blocked' : 'unknown';
};

const mayBlock = ['networkConnectionAction', 'dnsRequestAction', 'portProbeAction'];
const isBlocked = (said: unknown): boolean => said === true || said === 'true';

/** When it last happened, else when it was last said; the envelope's time only where the finding has none. */
const timeIn = (finding: Fields, envelope: unknown, context: ReadContext): EventTime | undefined =>
  firstTime(
    [
      at(finding, 'service', 'eventLastSeen'),
      at(finding, 'updatedAt'),
      at(finding, 'createdAt'),
      at(finding, 'timestamp'),
      at(envelope, 'time'),
    ],
    context,
  );

/** Same id with a newer count is news of the same case, and another signal (cases.md 4). Archived, it keeps its time and count: still another state. */
const identityOf = (finding: Fields, id: string, archived: boolean): Identity => {
  const state = [id, textOf(at(finding, 'updatedAt')) ?? '', textOf(at(finding, 'service', 'count')) ?? ''];
  if (archived) state.push('archived');
  return state;
};

const marksOf = (finding: Fields, archived: boolean, time: EventTime | undefined): readonly SignalMark[] => {
  const marks: SignalMark[] = [];
  if (isSample(finding)) marks.push('sample');
  if (archived) marks.push('archived');
  marks.push(...(time?.marks ?? noTime));
  return marks;
};

const factsOf = (
  finding: Fields,
  id: string,
  { time, statedAt }: { readonly time: EventTime | undefined; readonly statedAt: EventTime | undefined },
): Facts => {
  const account = accountOf(finding);
  const severity = severityOf(finding);
  const actor = actorOf(finding);
  const ip = addressIn(finding);
  const { identifiers, target } = resourceOf(finding, account);
  const archived = at(finding, 'service', 'archived') === true;
  const facts = draft({
    eventId: id,
    identity: identityOf(finding, id, archived),
    finding: id,
    kind: 'finding',
    outcome: outcomeOf(finding),
  });
  if (time) facts.time = time.time;
  if (statedAt) facts.statedAt = statedAt.time;
  if (severity !== undefined) facts.severity = severity;
  if (account !== undefined) facts.tenant = account;
  if (actor) facts.actor = actor;
  if (ip !== undefined) facts.src = { ip };
  facts.identifiers = identifiers;
  if (target) facts.target = target;
  facts.marks = marksOf(finding, archived, time);
  return facts;
};

const read = ({ json }: RawEvent, context: ReadContext): Result<Facts, Refusal> => {
  if (!isFields(json)) return fail({ field: 'body', expected: 'a JSON object: a finding, or an EventBridge event with one as detail' });
  if (isScan(json)) return readScan(json, context);
  const source = isEnvelope(json) ? textOf(at(json, 'source')) : undefined;
  if (source !== undefined && source !== 'aws.guardduty') return fail({ field: 'source', expected: 'aws.guardduty' });
  const finding = findingIn(json);
  const id = textOf(at(finding, 'id'));
  if (id === undefined) return fail({ field: 'detail.id', expected: 'the id of the finding' });
  if (textOf(at(finding, 'type')) === undefined)
    return fail({ field: 'detail.type', expected: 'a finding type such as Recon:EC2/Portscan' });
  return ok(factsOf(finding, id, { time: timeIn(finding, json, context), statedAt: timeOf(at(finding, 'updatedAt'), context) }));
};

/** `Recon:EC2/Portscan`, `[beta] …`, and a blank for the slash. */
const findingType = /^(?:\[[^\]]{1,20}\] ?)?[A-Z][A-Za-z]{2,30}:[A-Z][A-Za-z0-9]{1,30}[/ ]\S/;

/** Looks at few fields and makes no copy. A bare Macie finding has such a type too, but an object as severity. */
const looksLikeFinding = (json: unknown): boolean => {
  const type = firstText(at(json, 'type'), at(json, 'Type'));
  const id = firstText(at(json, 'id'), at(json, 'Id'), at(json, 'finding_id'));
  const severity = at(json, 'severity') ?? at(json, 'Severity');
  return id !== undefined && findingType.test(type ?? '') && !isFields(severity);
};

const recognises = ({ json }: RawEvent): boolean => {
  if (!isFields(json)) return false;
  if (isScan(json)) return true;
  if (!isEnvelope(json)) return looksLikeFinding(json);
  if (Array.isArray(at(json, 'detail', 'findings'))) return false;
  const source = textOf(at(json, 'source'));
  if (source !== undefined) return source === 'aws.guardduty';
  return textOf(at(json, 'detail-type'))?.startsWith('GuardDuty') ?? looksLikeFinding(at(json, 'detail'));
};

export const guardduty: SourceReader = {
  name: 'guardduty',
  logsource: { product: 'aws', service: 'guardduty' },
  recognises,
  vendorEvent: ({ json }) => (!isFields(json) ? {} : isScan(json) ? scanOf(json) : findingIn(json)),
  read,
};
