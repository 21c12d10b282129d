// Decides what a deployment is told: a closed list of settings, read once, every fault at once, a mistyped one answered with the right name.

/** D-22: the closed list. */
export const regions = ['eu-central-1', 'eu-west-1', 'eu-west-3', 'eu-north-1', 'eu-south-1', 'eu-south-2'] as const;
export type Region = (typeof regions)[number];

/** Where AWS's global services speak, whatever region one works in. Only `signin-us-east-1` stands there. */
export const globalRegion = 'us-east-1';

export const stageNames = ['dev', 'staging', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

/** Those of core/signal/sources.ts; a test holds the two equal. */
export const signalSources = [
  'fail2ban',
  'sshd',
  'vault-audit',
  'auth0',
  'guardduty',
  'cloudtrail',
  'securityhub',
  'google-alert-center',
  'subprocessor-mail',
  'person-report',
  'controller-report',
  'public-report',
  'macie',
  'access-analyzer',
  'aws-health',
  'inspector',
  'cloudwatch-alarm',
  'aws-backup',
  'rds',
  'aws-waf',
  'gcp-scc',
  'whatsapp',
  'atlassian',
  'slack-audit',
  'passbolt',
  'iptables',
] as const;

export type Settings = {
  readonly stage: StageName;
  readonly region: Region;
  /** Without it the stacks may be deployed to whatever account is signed in. */
  readonly account?: string;
  /** Domain or address that SES has verified beforehand in this region; notices are sent from it. */
  readonly mailIdentity: string;
  /** Mails a second that SES takes from this account. `npm run deploy` asks SES. */
  readonly mailRate: number;
  /** OpenID provider of the console; without both everybody gets 401 (D-11). */
  readonly jwt?: { readonly issuer: string; readonly audience: string };
  /** Who hears alarms by mail. */
  readonly alarmMail?: string;
  /** Name of Auth0's partner event source, which is also that of its bus. */
  readonly auth0EventSource?: string;
  /** Bucket, and beginning of the keys, into which CloudTrail writes its files. */
  readonly trail?: { readonly bucket: string; readonly prefix: string };
  /** Address whose mails are signals: sub-processors write there (P-22). SES takes it in. */
  readonly inboundMail?: string;
  /** Log groups of this account whose lines are signals, and the source of each. */
  readonly logGroups: Readonly<Record<string, string>>;
  /** Further hosts that the console answers to, beside its own. */
  readonly consoleHosts: readonly string[];
  /** Partitions of the due index; may be raised, never lowered. */
  readonly shards: number;
  /** Whether a rule in us-east-1 hands home what AWS tells only there. */
  readonly globalSignIns: boolean;
  /** While a restored ledger is reconciled: signals are taken in, nobody is called (docs/restore.md). */
  readonly frozen: boolean;
  /** A table that was restored, in place of the state stack's own. */
  readonly ledgerTable?: string;
  /** Where the night kit goes, and who can open it (P-13). */
  readonly vault?: VaultSettings;
};

export type VaultSettings = { readonly account: string; readonly region: Region; readonly recipients: readonly string[] };

export type SettingsResult = { readonly ok: true; readonly value: Settings } | { readonly ok: false; readonly error: readonly string[] };

/** Settings stand in the CDK's context under this prefix: `-c art33:stage=prod`. */
const prefix = 'art33:';

type Reading = { readonly pattern: RegExp; readonly right: string };

const readings: Readonly<Record<string, Reading>> = {
  stage: { pattern: /^(dev|staging|prod)$/, right: `one of ${stageNames.join(', ')}` },
  region: { pattern: new RegExp(`^(${regions.join('|')})$`), right: `one of ${regions.join(', ')}: signals and notices stay in the EU` },
  account: { pattern: /^\d{12}$/, right: 'twelve digits' },
  mailIdentity: {
    pattern: /^([^\s@]+@)?([a-z0-9-]+\.)+[a-z]{2,}$/i,
    right: 'a domain or address that SES has verified, such as notices.example.com',
  },
  mailRate: { pattern: /^[1-9]\d{0,2}$/, right: 'mails a second that SES takes from this account, a whole number from 1 to 999' },
  // A provider on loopback can only be a test's: API Gateway itself could not reach it.
  jwtIssuer: {
    pattern: /^(https:\/\/\S+|http:\/\/127\.0\.0\.1:\d+\/?)$/,
    right: 'an https URL, as in the provider’s openid-configuration',
  },
  jwtAudience: { pattern: /^\S+$/, right: 'the client id that tokens are made for' },
  alarmMail: { pattern: /^[^\s@]+@([a-z0-9-]+\.)+[a-z]{2,}$/i, right: 'a mail address' },
  auth0EventSource: { pattern: /^aws\.partner\/auth0\.com\/\S+$/, right: 'aws.partner/auth0.com/…, as EventBridge lists it' },
  trailBucket: {
    pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w.=/-]{1,512})?$/,
    right: 'name of a bucket, and after a slash the beginning of the keys: my-trail/AWSLogs',
  },
  inboundMail: { pattern: /^[^\s@]+@([a-z0-9-]+\.)+[a-z]{2,}$/i, right: 'a mail address of a domain that SES has verified' },
  logGroups: {
    // Our own groups begin so: their lines would come round for ever.
    pattern: new RegExp(`^((?!art33-)[\\w./#-]{1,512}=(${signalSources.join('|')})(,(?!$)|$))+$`),
    right: `/group=source with commas between them, no group of Art33 itself, each source one of ${signalSources.join(', ')}`,
  },
  consoleHosts: { pattern: /^[a-z0-9.:-]+(,[a-z0-9.:-]+)*$/i, right: 'host names with commas between them' },
  globalSignIns: { pattern: /^(true|false)$/, right: 'true, or false where your organisation bars us-east-1' },
  frozen: { pattern: /^(true|false)$/, right: 'true or false' },
  ledgerTable: { pattern: /^[A-Za-z0-9_.-]{3,255}$/, right: 'the name of a table of DynamoDB' },
  exportAccount: { pattern: /^\d{12}$/, right: 'twelve digits' },
  exportRegion: { pattern: new RegExp(`^(${regions.join('|')})$`), right: `one of ${regions.join(', ')}` },
  exportRecipients: {
    pattern: /^age1[02-9ac-hj-np-z]{58}(,age1[02-9ac-hj-np-z]{58})+$/,
    right: 'public keys of two people or more, as age-keygen prints them: age1…,age1…',
  },
  shards: { pattern: /^([1-9]|[1-9]\d|1[01]\d|12[0-8])$/, right: 'a whole number from 1 to 128' },
};

const names = Object.keys(readings);

/** What would stand in the template for all to read: these have their place in the secret of the sinks. */
const secretNames: Readonly<Record<string, string>> = { heartbeatUrl: 'ART33_HEARTBEAT' };

/** Edit distance with neighbours swapped as one step: what a slip of the fingers makes. */
const distance = (a: string, b: string): number => {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (rows[i - 1]?.[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : change;
      row.push(Math.min(change, swap, (rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
};

const nearest = (word: string): string =>
  names.reduce((best, name) =>
    distance(word.toLowerCase(), name.toLowerCase()) < distance(word.toLowerCase(), best.toLowerCase()) ? name : best,
  );

/** What `-c` and cdk.json can say of a setting; anything else is no value. */
const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

const faultOf = (key: string, value: unknown): readonly string[] => {
  const name = key.startsWith(prefix) ? key.slice(prefix.length) : key;
  const reading = Object.hasOwn(readings, name) ? readings[name] : undefined;
  const secretName = Object.hasOwn(secretNames, name) ? secretNames[name] : undefined;
  if (secretName !== undefined)
    return [`${key}: this address is a secret and no setting; put it into the secret of the sinks, as ${secretName}`];
  if (!key.startsWith(prefix)) return reading ? [`${key}: settings begin with ${prefix}; write -c ${prefix}${name}=…`] : [];
  if (!reading) return [`${key}: no such setting; did you mean ${prefix}${nearest(name)}? There are ${names.join(', ')}`];
  return reading.pattern.test(textOf(value)) ? [] : [`${key}: ${reading.right} was expected`];
};

type Given = Readonly<Record<string, string | undefined>>;

const pairsOf = (text = ''): readonly (readonly [string, string])[] =>
  text.split(',').flatMap((pair) => {
    const [group, source] = pair.split('=');
    return group && source ? [[group, source] as const] : [];
  });

const twice = (groups: readonly string[]): readonly string[] => groups.filter((group, i) => groups.indexOf(group) !== i);

const exportNames = ['exportAccount', 'exportRegion', 'exportRecipients'] as const;

/** A night kit in the account that is hit, or for one person alone, is none (P-13). */
const exporting = (given: Given): readonly string[] => {
  const missing = exportNames.filter((name) => given[name] === undefined);
  if (missing.length === exportNames.length) return [];
  const recipients = given['exportRecipients']?.split(',') ?? [];
  return [
    ...missing.map((name) => `${prefix}${name}: missing; ${exportNames.map((one) => prefix + one).join(', ')} belong together`),
    ...(given['account'] === undefined ? [`${prefix}account: missing; the vault has to know who may write into it`] : []),
    ...(given['exportAccount'] !== undefined && given['exportAccount'] === given['account']
      ? [`${prefix}exportAccount: another account than ${prefix}account was expected: who holds this one would hold the kit too`]
      : []),
    ...(given['exportRegion'] !== undefined && given['exportRegion'] === (given['region'] ?? 'eu-central-1')
      ? [`${prefix}exportRegion: another region than ${prefix}region was expected`]
      : []),
    ...(new Set(recipients).size === recipients.length ? [] : [`${prefix}exportRecipients: the same key stands there twice`]),
  ];
};

/** What only makes sense together, and what a stage that mails real people can't be without. */
const together = (given: Given): readonly string[] => [
  ...((given['jwtIssuer'] === undefined) === (given['jwtAudience'] === undefined)
    ? []
    : [`${prefix}jwtIssuer and ${prefix}jwtAudience belong together; one of them is missing`]),
  ...twice(pairsOf(given['logGroups']).map(([group]) => group)).map((group) => `${prefix}logGroups: ${group} is named twice`),
  ...exporting(given),
  ...(given['stage'] === 'prod'
    ? ['mailIdentity', 'alarmMail', 'jwtIssuer', 'account']
        .filter((name) => given[name] === undefined)
        .map((name) => `${prefix}${name}: missing, and stage prod needs it: ${readings[name]?.right}`)
    : []),
];

/** Reads the context. Other tools' keys are left alone; ours are all checked. */
export const readSettings = (context: Readonly<Record<string, unknown>>): SettingsResult => {
  const given: Given = Object.fromEntries(
    Object.entries(context).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), textOf(value)]] : [])),
  );
  const faults = [...Object.entries(context).flatMap(([key, value]) => faultOf(key, value)), ...together(given)];
  return faults.length > 0 ? { ok: false, error: faults } : { ok: true, value: settled(given) };
};

const vaultOf = ({ exportAccount, exportRegion, exportRecipients }: Given): Pick<Settings, 'vault'> =>
  exportAccount === undefined || exportRegion === undefined || exportRecipients === undefined
    ? {}
    : { vault: { account: exportAccount, region: exportRegion as Region, recipients: exportRecipients.split(',') } };

const trailOf = ({ trailBucket }: Given): Pick<Settings, 'trail'> => {
  const [, bucket, prefix = ''] = /^([^/]+)(?:\/(.*))?$/.exec(trailBucket ?? '') ?? [];
  return bucket === undefined ? {} : { trail: { bucket, prefix } };
};

const settled = (given: Given): Settings => ({
  stage: (given['stage'] ?? 'dev') as StageName,
  region: (given['region'] ?? 'eu-central-1') as Region,
  mailIdentity: given['mailIdentity'] ?? 'notices.example.com',
  mailRate: Number(given['mailRate'] ?? 14),
  consoleHosts: given['consoleHosts']?.split(',') ?? [],
  logGroups: Object.fromEntries(pairsOf(given['logGroups'])),
  shards: Number(given['shards'] ?? 8),
  globalSignIns: given['globalSignIns'] !== 'false',
  frozen: given['frozen'] === 'true',
  ...(given['ledgerTable'] === undefined ? {} : { ledgerTable: given['ledgerTable'] }),
  ...vaultOf(given),
  ...trailOf(given),
  ...(given['inboundMail'] === undefined ? {} : { inboundMail: given['inboundMail'] }),
  ...(given['account'] === undefined ? {} : { account: given['account'] }),
  ...(given['alarmMail'] === undefined ? {} : { alarmMail: given['alarmMail'] }),
  ...(given['auth0EventSource'] === undefined ? {} : { auth0EventSource: given['auth0EventSource'] }),
  ...(given['jwtIssuer'] === undefined || given['jwtAudience'] === undefined
    ? {}
    : { jwt: { issuer: given['jwtIssuer'], audience: given['jwtAudience'] } }),
});
