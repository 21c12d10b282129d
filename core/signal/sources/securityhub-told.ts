// Decides what a finding of Security Hub tells, by one set of words for both of its formats: ASFF, and OCSF of the new Security Hub.
import { addressOf } from '../address.ts';
import { type Fields, at, booleanOf, fieldsAt, firstText, isFields, listOf, numberOf, textOf } from '../fields.ts';
import type { Facts } from '../signal.ts';
import { type Resource, resourcesOf } from '../aws-resource.ts';
import { declaredOfEach } from '../declared.ts';

export type Told = {
  readonly id: string | undefined;
  /** `TTPs/Defense Evasion/Stealth:IAMUser-…` in ASFF; in OCSF what the product itself calls it. */
  readonly type: string | undefined;
  readonly account: string | undefined;
  readonly severity: Facts['severity'];
  /** When the finding last changed, as written. */
  readonly updated: string | undefined;
  /** Times, the best first. */
  readonly times: readonly unknown[];
  readonly ip: string | undefined;
  readonly actor: Facts['actor'];
  readonly resource: Resource;
  /** A setting that fails its check, a hole that nobody used, data found where it lies: backlog, no attack. */
  readonly isBacklog: boolean;
  readonly isEnded: boolean;
  readonly isSample: boolean;
  /** What people and automation change without a newer stamp. */
  readonly state: readonly string[];
};

export const isAsff = (finding: Fields): boolean =>
  at(finding, 'SchemaVersion') === '2018-10-08' || (textOf(at(finding, 'ProductArn')) !== undefined && isFields(at(finding, 'Severity')));

const words = (...values: readonly unknown[]): readonly string[] => values.map((value) => textOf(value) ?? '');

const ends: ReadonlySet<string> = new Set(['ARCHIVED', 'DELETED', 'PASS', 'PASSED', 'RESOLVED', 'SUPPRESSED']);
const hasEnded = (state: readonly string[]): boolean => state.some((word) => ends.has(word.toUpperCase()));

const accountIn = (...values: readonly unknown[]): string | undefined => {
  for (const value of values) {
    const text = textOf(value);
    if (text !== undefined && /^\d{1,12}$/.test(text)) return text;
  }
  return undefined;
};

const addressIn = (values: readonly unknown[]): string | undefined => {
  for (const value of values) {
    const address = addressOf(value);
    if (address !== undefined) return address;
  }
  return undefined;
};

const backlog = /^(?:Software and Configuration Checks|Sensitive Data Identifications)(?:\/|$)|^SensitiveData:|^Policy:/i;

type Severity = 1 | 2 | 3 | 4 | 5;
const labels: Readonly<Record<string, Severity>> = { INFORMATIONAL: 1, LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 };

/** Normalized 0 to 100 by the bands of ASFF; `Product` is each product's own scale. */
const normalized = (value: unknown): Severity | undefined => {
  const number = numberOf(value);
  if (number === undefined) return undefined;
  if (number >= 90) return 5;
  if (number >= 70) return 4;
  if (number >= 40) return 3;
  return number >= 1 ? 2 : 1;
};

const asffSeverity = (finding: Fields): Severity | undefined => {
  const label = firstText(at(finding, 'Severity', 'Label'), at(finding, 'FindingProviderFields', 'Severity', 'Label')) ?? '';
  return labels[label.toUpperCase()] ?? normalized(at(finding, 'Severity', 'Normalized'));
};

/** 0 is unknown, 6 fatal, 99 other. */
const ocsfSeverity = (finding: Fields): Severity | undefined => {
  const id = numberOf(at(finding, 'severity_id')) ?? 0;
  return id === 1 || id === 2 || id === 3 || id === 4 || id === 5 ? id : id === 6 ? 5 : undefined;
};

const actorOf = (id: unknown, name: string | undefined, type: unknown): Facts['actor'] => {
  const [whose, kind] = [textOf(id), textOf(type)];
  if (whose === undefined && name === undefined) return undefined;
  return { ...(whose !== undefined && { id: whose }), ...(name !== undefined && { name }), ...(kind !== undefined && { type: kind }) };
};

/** Products put what they know under a prefix of their own; old findings of GuardDuty have none. */
const productAddresses = (fields: Fields): readonly unknown[] =>
  Object.keys(fields)
    .filter((key) => key.includes('remoteIpDetails/') && /(?:^|\/)remoteIpDetails\/ipAddressV[46]$/.test(key))
    .map((key) => fields[key]);

/** What their tags say that the resources hold. */
const withDeclared = (resource: Resource, tags: readonly unknown[]): Resource => {
  const declared = declaredOfEach(tags);
  return declared.length === 0 ? resource : { ...resource, identifiers: [...resource.identifiers, ...declared] };
};

const asff = (finding: Fields): Told => {
  const workflow = firstText(at(finding, 'Workflow', 'Status'), at(finding, 'WorkflowState'));
  const state = words(at(finding, 'RecordState'), workflow, at(finding, 'Compliance', 'Status'));
  const account = accountIn(at(finding, 'AwsAccountId'));
  const type = firstText(...listOf(at(finding, 'Types')).slice(0, 10));
  const resources = listOf(at(finding, 'Resources'));
  const key = resources.map((one) => at(one, 'Details', 'AwsIamAccessKey')).find(isFields);
  return {
    id: textOf(at(finding, 'Id')),
    type,
    account,
    severity: asffSeverity(finding),
    updated: textOf(at(finding, 'UpdatedAt')),
    times: [at(finding, 'LastObservedAt'), at(finding, 'UpdatedAt'), at(finding, 'CreatedAt')],
    ip: addressIn([
      ...productAddresses(fieldsAt(finding, 'ProductFields')),
      at(finding, 'Network', 'SourceIpV4'),
      at(finding, 'Network', 'SourceIpV6'),
    ]),
    actor: actorOf(at(key, 'PrincipalId'), firstText(at(key, 'PrincipalName'), at(key, 'UserName')), at(key, 'PrincipalType')),
    resource: withDeclared(
      resourcesOf(
        resources.map((one) => [at(one, 'Type'), at(one, 'Id')]),
        account,
      ),
      resources.map((one) => at(one, 'Tags')),
    ),
    isBacklog: isFields(at(finding, 'Compliance')) || backlog.test(type?.replace(/^TTPs\/(?=Policy:)/, '') ?? ''),
    isEnded: hasEnded(state),
    isSample: booleanOf(at(finding, 'Sample')) === true,
    state,
  };
};

/** 2002 vulnerability, 2003 compliance (OCSF). */
const backlogClasses: ReadonlySet<number | undefined> = new Set([2002, 2003]);

const ocsf = (finding: Fields): Told => {
  const [info, unmapped] = [fieldsAt(finding, 'finding_info'), fieldsAt(finding, 'unmapped')];
  const state = words(at(finding, 'status'), at(finding, 'status_id'), at(finding, 'compliance', 'status'), at(unmapped, 'RecordState'));
  const resources = listOf(at(finding, 'resources'));
  const account = accountIn(at(finding, 'cloud', 'account', 'uid'), at(resources[0], 'owner', 'account', 'uid'));
  const type = firstText(...listOf(at(info, 'types')).slice(0, 10));
  const user = resources.map((one) => at(one, 'user')).find(isFields);
  // status_id 3 suppressed, 4 resolved, 5 archived, 6 deleted; activity_id 3 close.
  const isClosed = [3, 4, 5, 6].includes(numberOf(at(finding, 'status_id')) ?? 0) || numberOf(at(finding, 'activity_id')) === 3;
  return {
    id: textOf(at(info, 'uid')),
    type,
    account,
    severity: ocsfSeverity(finding),
    updated: firstText(at(info, 'modified_time_dt'), at(info, 'modified_time'), at(finding, 'time_dt'), at(finding, 'time')),
    times: [at(info, 'last_seen_time_dt'), at(info, 'last_seen_time'), at(finding, 'time_dt'), at(finding, 'time')],
    ip: addressIn(listOf(at(finding, 'evidences')).map((one) => at(one, 'src_endpoint', 'ip'))),
    actor: actorOf(at(user, 'uid'), textOf(at(user, 'name')), at(user, 'type')),
    resource: withDeclared(
      resourcesOf(
        resources.map((one) => [at(one, 'type'), at(one, 'uid')]),
        account,
      ),
      resources.map((one) => at(one, 'tags') ?? at(one, 'labels')),
    ),
    isBacklog: backlogClasses.has(numberOf(at(finding, 'class_uid'))) || backlog.test(type ?? ''),
    isEnded: isClosed || hasEnded(state),
    isSample: booleanOf(at(unmapped, 'Sample')) === true || /^\[SAMPLE\]/.test(textOf(at(info, 'title')) ?? ''),
    state,
  };
};

export const toldBy = (finding: Fields): Told => (isAsff(finding) ? asff(finding) : ocsf(finding));
