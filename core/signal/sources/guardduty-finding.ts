// Decides what one GuardDuty finding looks like to us, whoever wrote its keys: EventBridge, SDK, Athena or a connector (formats.md A3).
import { type Fields, at, booleanOf, isFields, listOf, numberOf, reach, textOf } from '../fields.ts';
import { parseJson, tame } from '../json.ts';

// Athena tables know lower case only; these are the keys that we or the rules read.
const athena: ReadonlyMap<string, string> = new Map(
  [
    'accountId createdAt updatedAt schemaVersion resourceType instanceDetails instanceId accessKeyDetails accessKeyId principalId',
    'userName userType s3BucketDetails rdsDbInstanceDetails dbInstanceIdentifier rdsDbUserDetails eksClusterDetails ecsClusterDetails',
    'containerDetails lambdaDetails functionName actionType awsApiCallAction networkConnectionAction portProbeAction portProbeDetails',
    'dnsRequestAction kubernetesApiCallAction rdsLoginAttemptAction remoteIpDetails ipAddressV4 ipAddressV6 additionalInfo',
    'eventFirstSeen eventLastSeen resourceRole serviceName detectorId errorCode',
  ].flatMap((line) => line.split(' ').map((key) => [key.toLowerCase(), key] as const)),
);

/** `UpdatedAt` and `updatedat` are `updatedAt`; a key that is data (`AWS::S3::Bucket`, a tag's name with signs) stays. */
const spelt = (key: string): string =>
  /^[A-Z][A-Za-z0-9]*$/.test(key) ? key.charAt(0).toLowerCase() + key.slice(1) : (athena.get(key) ?? key);

/** Keys as they were met: a few hundred, and each comes with every finding. */
const met = new Map<string, string>();
const [mostMet, longestMet] = [1_000, 64];

const camelKey = (key: string): string => {
  const known = met.get(key);
  if (known !== undefined || key.length > longestMet) return known ?? spelt(key);
  if (met.size >= mostMet) met.clear();
  const name = spelt(key);
  met.set(key, name);
  return name;
};

/** The fields that stand before this one. */
const before = (fields: Fields, key: string): Record<string, unknown> => {
  const copy: Record<string, unknown> = {};
  for (const one of Object.keys(fields)) {
    if (one === key) break;
    copy[one] = fields[one];
  }
  return copy;
};

/** Copied from where something must change: what EventBridge sends needs no copy. */
const camelFields = (fields: Fields): Fields => {
  let copy: Record<string, unknown> | undefined;
  for (const key in fields) {
    const name = camelKey(key);
    const given = fields[key];
    const value = given !== null && typeof given === 'object' ? camel(given) : given;
    // This one key would be a prototype and no data.
    const isLeftOut = key === '__proto__';
    if (isLeftOut || name !== key || value !== given) copy ??= before(fields, key);
    if (copy && !isLeftOut) copy[name] = value;
  }
  return copy ?? fields;
};

const camelList = (list: readonly unknown[]): readonly unknown[] => {
  const camels = list.map(camel);
  return camels.some((one, i) => one !== list[i]) ? camels : list;
};

/** Depth is bounded by the door's guard (json.ts). */
const camel = (value: unknown): unknown => (Array.isArray(value) ? camelList(value) : isFields(value) ? camelFields(value) : value);

/** `{"value": "<JSON>", "type": "default"}` of new findings says the same as the object of old ones: rules see one form. */
const additionalInfo = (info: Fields): Fields => {
  const text = at(info, 'value');
  const inside = typeof text === 'string' ? parseJson(text)?.value : undefined;
  const opened = isFields(inside) && tame(inside) ? { ...info, ...inside } : info;
  return told(opened, { sample: booleanOf(at(opened, 'sample')) });
};

/** With what is told, and the same object where it said so already. What is not told changes nothing. */
const told = (fields: Fields, more: Fields): Fields => {
  let copy: Record<string, unknown> | undefined;
  for (const key in more) {
    if (more[key] === undefined || more[key] === at(fields, key)) continue;
    copy ??= { ...fields };
    copy[key] = more[key];
  }
  return copy ?? fields;
};

const service = (said: Fields): Fields => {
  const info = at(said, 'additionalInfo');
  return told(said, {
    archived: booleanOf(at(said, 'archived')),
    count: numberOf(at(said, 'count')),
    additionalInfo: isFields(info) ? additionalInfo(info) : undefined,
  });
};

/** `[beta] Recon:EC2 Portscan` is the type `Recon:EC2/Portscan`: rules name a type once, and a mark of AWS's hides nothing from them. */
const typeOf = (text: string): string => {
  const type = text.trim();
  // Most have neither.
  if (!type.includes(' ') && !type.startsWith('[')) return type;
  return type.replace(/^\[[^\]]{1,20}\] ?/, '').replace(/^([A-Za-z]{2,30}:[A-Za-z0-9]{1,30}) (?=\S)/, '$1/');
};

/** The finding with camelCase keys and real booleans and numbers: what rules and `read` see. */
export const findingOf = (raw: unknown): Fields => {
  const finding = camel(raw);
  if (!isFields(finding)) return {};
  const type = textOf(at(finding, 'type'));
  const said = at(finding, 'service');
  return told(finding, {
    id: textOf(at(finding, 'id')) ?? textOf(at(finding, 'finding_id')),
    severity: numberOf(at(finding, 'severity')),
    type: type === undefined ? undefined : typeOf(type),
    service: isFields(said) ? service(said) : undefined,
  });
};

const labels: Readonly<Record<string, 2 | 3 | 4 | 5>> = { LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 };

/** Low from 1.0, medium from 4.0, high from 7.0, critical from 9.0 (AWS user guide); some connectors write the label. */
export const severityOf = (finding: Fields): 1 | 2 | 3 | 4 | 5 | undefined => {
  const number = numberOf(at(finding, 'severity'));
  if (number === undefined) return labels[(textOf(at(finding, 'severity')) ?? '').toUpperCase()];
  if (number >= 9) return 5;
  if (number >= 7) return 4;
  if (number >= 4) return 3;
  return number >= 1 ? 2 : 1;
};

const generated = (value: unknown): boolean => typeof value === 'string' && value.startsWith('GeneratedFinding');

// Only what AWS assigns: an attacker may call a user, a database or a tag `GeneratedFinding…`, and must not vanish by it.
const assigned: readonly (readonly string[])[] = [
  ['resource', 'accessKeyDetails', 'accessKeyId'],
  ['resource', 'accessKeyDetails', 'principalId'],
  ['service', 'action', 'awsApiCallAction', 'api'],
  ['service', 'action', 'awsApiCallAction', 'remoteIpDetails', 'organization', 'asnOrg'],
  ['service', 'action', 'networkConnectionAction', 'remoteIpDetails', 'organization', 'asnOrg'],
  ['service', 'action', 'rdsLoginAttemptAction', 'remoteIpDetails', 'organization', 'asnOrg'],
];

/** Sample findings, by all four ways in which they are marked. */
export const isSample = (finding: Fields): boolean => {
  if (at(finding, 'service', 'additionalInfo', 'sample') === true) return true;
  if (/^(?:\[SAMPLE\]|SAMPLE\s)/.test(textOf(at(finding, 'title')) ?? '')) return true;
  if (at(finding, 'resource', 'instanceDetails', 'instanceId') === 'i-99999999') return true;
  const threats = listOf(at(finding, 'service', 'evidence', 'threatIntelligenceDetails'));
  return (
    assigned.some((path) => generated(reach(finding, path))) || threats.some((threat) => listOf(at(threat, 'threatNames')).some(generated))
  );
};
