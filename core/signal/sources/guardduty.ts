// Decides what a GuardDuty finding says, in the EventBridge envelope or bare, and which deliveries are the same state of it.
import { type Result, fail, ok } from '../../kernel/result.ts';
import { addressOf } from '../address.ts';
import { type EventTime, timeOf } from '../event-time.ts';
import { type Fields, at, fieldsAt, firstText, isFields, listOf, textOf } from '../fields.ts';
import type { Facts, RawEvent, ReadContext, Refusal, SignalMark, SignalOutcome, SourceReader } from '../signal.ts';
import { findingOf, isSample, severityOf } from './guardduty-finding.ts';
import { isScan, readScan, scanOf } from './guardduty-scan.ts';
import { resourceOf } from './guardduty-target.ts';

/** EventBridge always has `detail`; test events lack `source` or `detail-type`, or both. */
const isEnvelope = (json: Fields): boolean => isFields(at(json, 'detail')) && at(json, 'type') === undefined;

const inside = (json: unknown): unknown => (isFields(json) && isEnvelope(json) ? at(json, 'detail') : json);

/** The account that is hurt: the finding's own. The envelope names the delegated administrator (formats.md A3, trap 1). */
const accountOf = (finding: Fields): string | undefined =>
  textOf(at(finding, 'accountId')) ??
  /^arn:aws[a-z-]{0,20}:guardduty:[a-z0-9-]{0,30}:(\d{1,12}):/.exec(textOf(at(finding, 'arn')) ?? '')?.[1];

const actions = ['awsApiCallAction', 'networkConnectionAction', 'kubernetesApiCallAction', 'rdsLoginAttemptAction'];

const remotesOf = (finding: Fields): readonly unknown[] => {
  const action = fieldsAt(finding, 'service', 'action');
  const probes = listOf(at(action, 'portProbeAction', 'portProbeDetails'));
  return [...actions.map((name) => at(action, name)), ...probes].map((part) => at(part, 'remoteIpDetails'));
};

const addressIn = (finding: Fields): string | undefined => {
  const told = remotesOf(finding).flatMap((remote) => [at(remote, 'ipAddressV4'), at(remote, 'ipAddressV6')]);
  return told.map(addressOf).find((address) => address !== undefined);
};

const actorOf = (finding: Fields): Facts['actor'] => {
  const key = fieldsAt(finding, 'resource', 'accessKeyDetails');
  const id = firstText(at(key, 'principalId'), at(key, 'accessKeyId'));
  const name = firstText(at(key, 'userName'), at(finding, 'resource', 'rdsDbUserDetails', 'user'));
  const type = textOf(at(key, 'userType'));
  if (id === undefined && name === undefined) return undefined;
  return { ...(id !== undefined && { id }), ...(name !== undefined && { name }), ...(type !== undefined && { type }) };
};

/** A call that was refused, a connection that was blocked: said by the finding, where it says so. */
const outcomeOf = (finding: Fields): SignalOutcome => {
  const action = fieldsAt(finding, 'service', 'action');
  if (textOf(at(action, 'awsApiCallAction', 'errorCode')) !== undefined) return 'failure';
  const told = ['networkConnectionAction', 'dnsRequestAction', 'portProbeAction'].map((name) => at(action, name, 'blocked'));
  return told.includes(true) || told.includes('true') ? 'blocked' : 'unknown';
};

/** When it last happened, else when it was last said; the envelope's time only where the finding has none. */
const timeIn = (finding: Fields, envelope: unknown, context: ReadContext): EventTime | undefined => {
  const told = [at(finding, 'service', 'eventLastSeen'), at(finding, 'updatedAt'), at(finding, 'createdAt'), at(finding, 'timestamp')];
  return [...told, at(envelope, 'time')].map((value) => timeOf(value, context)).find((time) => time !== undefined);
};

const facts = (
  finding: Fields,
  id: string,
  { time, statedAt }: { readonly time: EventTime | undefined; readonly statedAt: EventTime | undefined },
): Facts => {
  const account = accountOf(finding);
  const [severity, actor, ip] = [severityOf(finding), actorOf(finding), addressIn(finding)];
  // Same id with a newer count is news of the same case, and another signal (cases.md 4).
  const archived = at(finding, 'service', 'archived') === true;
  // Archived, it keeps its time and count: still another state of it.
  const state = [at(finding, 'updatedAt'), at(finding, 'service', 'count')]
    .map((value) => textOf(value) ?? '')
    .concat(archived ? ['archived'] : []);
  const marks: readonly SignalMark[] = [
    ...(isSample(finding) ? (['sample'] as const) : []),
    ...(archived ? (['archived'] as const) : []),
    ...(time?.marks ?? ['no-time' as const]),
  ];
  return {
    eventId: id,
    identity: JSON.stringify([id, ...state]),
    finding: id,
    kind: 'finding',
    outcome: outcomeOf(finding),
    ...(time && { time: time.time }),
    ...(statedAt && { statedAt: statedAt.time }),
    ...(severity !== undefined && { severity }),
    ...(account !== undefined && { tenant: account }),
    ...(actor && { actor }),
    ...(ip !== undefined && { src: { ip } }),
    ...resourceOf(finding, account),
    marks,
  };
};

const read = ({ json }: RawEvent, context: ReadContext): Result<Facts, Refusal> => {
  if (!isFields(json)) return fail({ field: 'body', expected: 'a JSON object: a finding, or an EventBridge event with one as detail' });
  if (isScan(json)) return readScan(json, context);
  const source = isEnvelope(json) ? textOf(at(json, 'source')) : undefined;
  if (source !== undefined && source !== 'aws.guardduty') return fail({ field: 'source', expected: 'aws.guardduty' });
  const finding = findingOf(inside(json));
  const id = textOf(at(finding, 'id'));
  if (id === undefined) return fail({ field: 'detail.id', expected: 'the id of the finding' });
  if (textOf(at(finding, 'type')) === undefined)
    return fail({ field: 'detail.type', expected: 'a finding type such as Recon:EC2/Portscan' });
  return ok(facts(finding, id, { time: timeIn(finding, json, context), statedAt: timeOf(at(finding, 'updatedAt'), context) }));
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
  vendorEvent: ({ json }) => (isFields(json) && isScan(json) ? scanOf(json) : findingOf(inside(json))),
  read,
};
