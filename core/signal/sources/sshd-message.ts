// Decides what one message of sshd says. Its first words are sshd's own; a user name may hold any text, that of a login too (formats.md A8).
import type { SignalKind, SignalOutcome } from '../signal.ts';

export type Message = {
  /** Our word for the form, for rules. */
  readonly event: string;
  readonly kind: SignalKind;
  readonly outcome: SignalOutcome;
  readonly method?: string | undefined;
  readonly user?: string | undefined;
  /** Address or host name as written. */
  readonly from?: string | undefined;
  readonly port?: string | undefined;
};

type Meaning = readonly [SignalKind, SignalOutcome];
/** `words`: what the message may begin with, letters only. */
type Written = readonly [words: string, event: string, meaning: Meaning, pattern: RegExp];

const login = ['auth.login', 'success'] as const;
const refused = ['auth.login', 'failure'] as const;
const dropped = ['net.failure', 'failure'] as const;
const blocked = ['net.failure', 'blocked'] as const;
const left = ['auth.logout', 'success'] as const;
const quiet = ['housekeeping', 'unknown'] as const;

// Where a user name stands before an address, `.*` takes as much as it can: the last well-formed tail is sshd's own. In `Accepted`
// the first one counts: the name is that of an account, while the key's certificate behind it may carry any text.
const written: readonly Written[] = [
  [
    'Accepted',
    'accepted',
    login,
    /^Accepted (?<method>[a-z][a-z\d/_-]{0,40}) for (?<user>.*?) from (?<from>\S+) port (?<port>\d+)(?: ssh2?)?(?:: .*)?$/s,
  ],
  [
    'Partial',
    'partial',
    ['auth.mfa.challenge', 'unknown'],
    /^Partial (?<method>[a-z][a-z\d/_-]{0,40}) for (?<user>.*?) from (?<from>\S+) port (?<port>\d+)(?: ssh2?)?(?:: .*)?$/s,
  ],
  [
    'Failed',
    'failed',
    refused,
    /^Failed (?<method>[a-z][a-z\d/_-]{0,40}) for (?:(?:invalid|illegal) user )?(?<user>.*) from (?<from>\S+) port (?<port>\d+)(?: ssh2?)?(?:: \S+(?: \S+(?:(?: ID|,) .*)?)?)?$/s,
  ],
  [
    'Failed',
    'failed',
    refused,
    /^Failed (?<method>[a-z][a-z\d/_-]{0,40}) for (?:(?:invalid|illegal) user )?(?<user>.*) from (?<from>\S+)(?: ssh2?)?$/s,
  ],
  ['Failed', 'failed', refused, /^Failed (?<method>[a-z][a-z\d/_-]{0,40}) for /],
  ['Invalid Illegal', 'invalid-user', refused, /^(?:Invalid|Illegal) user (?<user>.*) from (?<from>\S+)(?: port (?<port>\d+))?$/s],
  ['Invalid Illegal', 'invalid-user', refused, /^(?:Invalid|Illegal) user /],
  ['User', 'not-allowed', refused, /^User (?<user>.*) from (?<from>\S+) not allowed because .*$/s],
  ['User', 'not-allowed', refused, /^User (?<user>.*) not allowed because .*$/s],
  ['ROOT', 'not-allowed', refused, /^ROOT LOGIN REFUSED FROM (?<from>\S+)(?: port (?<port>\d+))?$/],
  [
    'maximum',
    'too-many',
    refused,
    /^maximum authentication attempts exceeded for (?:(?:invalid|illegal) user )?(?<user>.*) from (?<from>\S+) port (?<port>\d+)(?: ssh2?)?$/s,
  ],
  ['PAM', 'pam', refused, /^PAM: [^:]{1,100} for (?:(?:invalid|illegal) user )?(?<user>.*) from (?<from>\S+)(?: via \S+)?$/s],
  [
    'pam PAM',
    'pam',
    refused,
    /^(?:pam_\w+\(sshd:auth\): authentication failure|PAM \d+ more authentication failures?); logname=\S* uid=\d* euid=\d* tty=\S* ruser=\S* rhost=(?<from>\S*)(?:\s+user=(?<user>.*))?$/s,
  ],
  [
    'pam',
    'locked',
    ['auth.block', 'blocked'],
    /^pam_faillock\(sshd:auth\): Consecutive login failures for user (?<user>.*) account temporarily locked$/s,
  ],
  ['pam', 'logout', left, /^pam_\w+\(sshd:session\): session closed for user (?<user>.*)$/s],
  [
    'Disconnected Connection',
    'logout',
    left,
    /^(?:Disconnected from|Connection (?:closed|reset) by) user (?<user>.*) (?<from>\S+) port (?<port>\d+)$/s,
  ],
  [
    'Connection Disconnected Disconnecting',
    'left-early',
    dropped,
    /^(?:Connection (?:closed|reset) by|Disconnected from|Disconnecting) [a-z]{1,20} user (?<user>.*) (?<from>\S+) port (?<port>\d+)(?:: .*)?$/s,
  ],
  ['Disconnecting', 'too-many', dropped, /^Disconnecting: Too many authentication failures(?: for (?<user>.*))?$/s],
  [
    'Connection Disconnected Received',
    'disconnect',
    dropped,
    /^(?:Connection (?:closed|reset) by|Disconnected from|Received disconnect from) (?<from>\S+) port (?<port>\d+)(?::.*)?$/s,
  ],
  [
    'Connection Disconnected Received',
    'disconnect',
    dropped,
    /^(?:Connection (?:closed|reset) by|Disconnected from|Received disconnect from) (?<from>[\w.:]+?)(?:: \d+:.*)?$/s,
  ],
  ['Unable', 'no-agreement', dropped, /^Unable to negotiate with (?<from>\S+) port (?<port>\d+): .*$/s],
  ['Unable', 'no-agreement', dropped, /^Unable to negotiate with (?<from>\S+): .*$/s],
  ['banner', 'bad-banner', dropped, /^banner exchange: Connection from (?<from>\S+) port (?<port>\d+): .*$/s],
  ['Bad', 'bad-banner', dropped, /^Bad protocol version identification .* from (?<from>\S+) port (?<port>\d+)$/s],
  ['Did', 'bad-banner', dropped, /^Did not receive identification string from (?<from>\S+)(?: port (?<port>\d+))?$/],
  ['kex', 'bad-banner', dropped, /^kex_exchange_identification: /],
  [
    'Timeout',
    'timeout',
    dropped,
    /^Timeout before authentication for (?:connection from )?(?<from>[^\s,]+)(?: port (?<port>\d+)| to .*)?$/s,
  ],
  ['Magic', 'broken', dropped, /^Magic value check failed \(\d+\) on obfuscated handshake from (?<from>\S+) port (?<port>\d+)$/],
  ['ssh Connection', 'broken', dropped, /^(?:ssh_dispatch_run_fatal: )?Connection from (?<from>\S+) port (?<port>\d+): .*$/s],
  ['drop', 'too-many', blocked, /^drop connection #\d+ from \[(?<from>[^\]\s]+)\]:(?<port>\d+) on .*$/s],
  ['refused', 'refused-connect', blocked, /^refused connect from (?:.* \((?<from>\S+)\)|\S+)$/s],
  ['input', 'other', dropped, /^input_userauth_request: (?:invalid|illegal) user (?<user>.*)$/s],
  ['Address', 'other', quiet, /^Address (?<from>\S+) maps to \S+, but this does not map back to the address\b/],
  ['reverse', 'other', quiet, /^reverse mapping checking getaddrinfo for \S+ \[(?<from>[^\]\s]+)\] failed\b/],
  ['Connection', 'other', quiet, /^Connection from (?<from>\S+) port (?<port>\d+) on \S+ port \d+/],
  [
    'Server Received Exiting Postponed Starting Accepted Close',
    'other',
    quiet,
    /^(?:Server listening on|Received signal \d|Exiting on signal \d|Postponed [a-z]|Starting session: |Accepted key |Close session: )/,
  ],
  ['pam', 'other', quiet, /^pam_\w+\(sshd:(?:session\): session opened for user |auth\): check pass; user unknown$)/],
];

/** Which group of a form's pattern holds what; 0: none. */
type Groups = Readonly<Record<'method' | 'user' | 'from' | 'port', number>>;
type Form = { readonly event: string; readonly meaning: Meaning; readonly pattern: RegExp; readonly groups: Groups };

/** All groups of a form are named; matched without their names it costs a third. */
const formOf = ([, event, meaning, { source, flags }]: Written): Form => {
  const names = [...source.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name);
  const group = (name: keyof Groups): number => names.indexOf(name) + 1;
  return {
    event,
    meaning,
    pattern: new RegExp(source.replaceAll(/\(\?<\w+>/g, '('), flags),
    groups: { method: group('method'), user: group('user'), from: group('from'), port: group('port') },
  };
};

const inGroup = (found: RegExpExecArray, group: number): string | undefined => (group === 0 ? undefined : found[group]);

/** By the first word, in their order. */
const forms: ReadonlyMap<string, readonly Form[]> = Map.groupBy(
  written.flatMap((one) => one[0].split(' ').map((word) => ({ word, ...formOf(one) }))),
  ({ word }) => word,
);

// A certificate's id and a host's claims follow the address of a key: with two tails nobody can tell which one sshd wrote.
const isKey = (method = ''): boolean => method.startsWith('publickey') || method.startsWith('hostbased');
const isDoubtful = (event: string, method: string | undefined, text: string): boolean =>
  (event === 'failed' && isKey(method) && (text.match(/ from \S+ port \d/g)?.length ?? 0) > 1) ||
  (event === 'left-early' && /: /.test(text) && (text.match(/ \S+ port \d+(?:: |$)/g)?.length ?? 0) > 1);

const levels: ReadonlySet<string> = new Set(['error', 'fatal', 'info', 'debug']);
const level = /^(?:(?:error|fatal|info|debug\d): ){1,2}/;
const repeated = /^message repeated \d+ times: \[ (.*)\]$/s;
const before = ' [preauth]';

/** Bit 32 makes a small letter of a capital one. */
const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;

/** The letters that the text begins with. */
const firstWord = (text: string): string => {
  let end = 0;
  while (isLetter(text.charCodeAt(end))) end += 1;
  return text.slice(0, end);
};

/** What the message says; undefined for words that are none of sshd's known ones. */
export const messageOf = (text: string): Message | undefined => {
  const said = (text.startsWith('message repeated ') ? (repeated.exec(text)?.[1] ?? text) : text).trimEnd();
  const word = firstWord(said);
  const words = levels.has(word) ? said.replace(level, '') : said;
  const isBefore = words.endsWith(before);
  const plain = isBefore ? words.slice(0, -before.length).trimEnd() : words;
  for (const { event, meaning, pattern, groups } of forms.get(words === said ? word : firstWord(plain)) ?? []) {
    const m = pattern.exec(plain);
    if (!m) continue;
    // After the login a connection ends as it should.
    const [kind, outcome] = event === 'disconnect' && !isBefore ? quiet : meaning;
    const method = inGroup(m, groups.method);
    if (isDoubtful(event, method, plain)) return { event, kind, outcome, method };
    return { event, kind, outcome, method, user: inGroup(m, groups.user), from: inGroup(m, groups.from), port: inGroup(m, groups.port) };
  }
  return undefined;
};
