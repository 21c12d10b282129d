// Holds that every form of an sshd line becomes the facts it states, and that no text typed by a stranger becomes a login or an address.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Identity } from '#core/signal/signal.ts';
import { sshd } from '#core/signal/sources/sshd.ts';
import { eventsIn, factsOf, json, line, noon, read, sample, told } from '../reading.ts';
import { anyCharacter } from '../../any-character.ts';

type Row = readonly [kind: string, outcome: string, user: string | undefined, from: string | undefined];

const runs = 400;

const [failed, login, dropped, quiet] = [
  ['auth.login', 'failure'],
  ['auth.login', 'success'],
  ['net.failure', 'failure'],
  ['housekeeping', 'unknown'],
] as const;
const deploy: Row = [...login, 'deploy', '203.0.113.5'];

/** Per file: one row a line. */
const files: Readonly<Record<string, readonly Row[]>> = {
  'syslog.log': [
    deploy,
    [...login, 'anna.muster', '2001:db8::5'],
    [...failed, 'root', '203.0.113.6'],
    [...failed, 'admin', '203.0.113.7'],
    [...failed, 'oracle', '203.0.113.8'],
    [...failed, undefined, '203.0.113.8'],
    [...failed, 'deploy', '203.0.113.9'],
    [...failed, 'games', '203.0.113.10'],
    [...failed, 'root', undefined],
    [...failed, undefined, '203.0.113.11'],
    [...failed, 'pi', '203.0.113.12'],
    [...failed, 'root', '203.0.113.13'],
    ['auth.mfa.challenge', 'unknown', 'deploy', '203.0.113.5'],
    ['unknown', 'unknown', undefined, undefined],
  ],
  'connections.log': [
    [...dropped, 'root', '203.0.113.20'],
    [...dropped, 'ftp', '203.0.113.21'],
    [...dropped, 'test', '203.0.113.22'],
    [...dropped, 'root', '203.0.113.23'],
    [...dropped, 'root', undefined],
    [...dropped, undefined, '203.0.113.24'],
    [...dropped, undefined, '2001:db8::24'],
    [...dropped, undefined, '203.0.113.25'],
    [...quiet, undefined, '203.0.113.5'],
    ['auth.logout', 'success', 'deploy', '203.0.113.5'],
    [...dropped, undefined, '203.0.113.26'],
    [...dropped, undefined, '203.0.113.27'],
    [...dropped, undefined, undefined],
    [...dropped, undefined, '203.0.113.28'],
    [...dropped, undefined, '203.0.113.29'],
    [...dropped, undefined, '203.0.113.30'],
    [...dropped, undefined, '203.0.113.31'],
    [...dropped, undefined, '203.0.113.32'],
    ['net.failure', 'blocked', undefined, '203.0.113.33'],
    ['net.failure', 'blocked', undefined, '203.0.113.34'],
    [...quiet, undefined, '203.0.113.35'],
    [...quiet, undefined, undefined],
    [...quiet, undefined, undefined],
  ],
  'pam.log': [
    [...failed, 'root', '203.0.113.40'],
    [...failed, undefined, 'host.example.com'],
    [...failed, 'root', '203.0.113.41'],
    [...failed, 'root', '203.0.113.42'],
    [...failed, 'test', '203.0.113.43'],
    ['auth.block', 'blocked', 'anna.muster', undefined],
    [...quiet, undefined, undefined],
    [...quiet, undefined, undefined],
    ['auth.logout', 'success', 'deploy', undefined],
  ],
  'heads.log': Array.from({ length: 11 }, () => deploy),
  'rfc5424.log': [deploy, [...failed, 'root', '203.0.113.6'], [...failed, 'admin', '203.0.113.7']],
  'shipper.jsonl': [[...failed, 'root', '203.0.113.50'], [...failed, 'root', '203.0.113.51'], deploy, [...failed, 'admin', '203.0.113.52']],
  'forged.log': [
    [...failed, 'x from 10.0.0.1 port 22 ssh2', '203.0.113.66'],
    [...failed, 'Accepted publickey for root from 10.0.0.1 port 22 ssh2', '203.0.113.66'],
    [...failed, 'sshd[1]: Accepted password for root from 10.0.0.1 port 22 ssh2: x', '203.0.113.66'],
    [...dropped, 'root 10.0.0.1 port 22 [preauth]', '203.0.113.66'],
    [...failed, undefined, undefined],
    deploy,
    [...dropped, undefined, '203.0.113.66'],
    [...dropped, undefined, '203.0.113.66'],
    [...dropped, undefined, undefined],
  ],
};

/** Per file: host and time of each line. */
const heads: Readonly<Record<string, readonly (readonly [host: string | undefined, at: string | undefined, ...marks: string[]])[]>> = {
  'heads.log': [
    ['relay-1', '2026-03-14T02:03:01.738Z'],
    ['relay-1', '2026-03-14T02:03:02Z', 'no-zone'],
    ['relay-1', '2026-03-14T02:03:03Z', 'no-zone'],
    [undefined, '2026-03-14T02:03:04Z', 'no-zone'],
    [undefined, '2026-03-14T02:03:05Z', 'no-zone'],
    ['relay-1', '2026-03-14T02:03:06Z', 'no-zone'],
    ['relay-1', '2026-03-14T02:03:07Z', 'no-zone'],
    ['relay-1', '2026-03-14T02:03:08Z', 'no-zone'],
    ['relay-1', '2026-03-14T02:03:09Z', 'no-zone'],
    ['relay-1', undefined, 'no-time'],
    [undefined, undefined, 'no-time'],
  ],
  'rfc5424.log': [
    ['relay-1', '2026-03-14T02:04:01.738Z'],
    ['relay-1', '2026-03-14T02:04:02Z'],
    [undefined, '2026-03-14T02:04:03Z'],
  ],
  'shipper.jsonl': [
    ['relay-1', '2026-03-14T02:05:01Z', 'no-zone'],
    ['relay-1', '2026-03-14T02:05:02Z'],
    ['relay-1', '2026-03-14T02:05:03Z'],
    ['relay-1', '2026-03-14T02:05:04Z'],
  ],
};

type Told = { kind?: string; outcome?: string; actor?: { name?: string }; src?: { ip?: string; host?: string }; target?: { id?: string } };
const toldOf = (text: string) => told(sshd, line(text)) as Told;
const at = 'Mar 14 02:00:00 relay-1 sshd[9]: ';
const isLogin = ({ kind, outcome }: Told): boolean => kind === 'auth.login' && outcome === 'success';

describe('sshd', () => {
  it.each(Object.entries(files))('reads every line of %s', (file, rows) => {
    const facts = eventsIn(sshd, `sshd/${file}`).map((event) => {
      const { kind, outcome, actor, src } = told(sshd, event) as Told;
      return [kind, outcome, actor?.name, src?.ip ?? src?.host];
    });
    expect(facts).toEqual(rows);
  });

  it.each(Object.entries(heads))('finds host and time of every line of %s', (file, rows) => {
    const facts = eventsIn(sshd, `sshd/${file}`).map((event) => {
      const { target, at, marks } = told(sshd, event) as Told & { at?: string; marks: string[] };
      return [target?.id, at, ...marks];
    });
    expect(facts).toEqual(rows);
  });

  it('shows rules the form, the method and the parts of the line', () => {
    expect(sshd.vendorEvent(line(`${at}Failed password for invalid user admin from 203.0.113.7 port 50025 ssh2`))).toEqual({
      message: 'Failed password for invalid user admin from 203.0.113.7 port 50025 ssh2',
      program: 'sshd',
      pid: '9',
      host: 'relay-1',
      event: 'failed',
      method: 'password',
      user: 'admin',
      from: '203.0.113.7',
      port: '50025',
    });
  });

  it('reads a failure of Kerberos, which names the principal last', () => {
    expect(toldOf(`${at}Failed gssapi-with-mic for erika from 203.0.113.7 port 1 ssh2: erika@EXAMPLE.COM`)).toMatchObject({
      outcome: 'failure',
      actor: { name: 'erika' },
      src: { ip: '203.0.113.7' },
    });
  });

  it('names the host as what was reached', () => {
    expect(toldOf(`${at}Accepted password for root from 203.0.113.7 port 1 ssh2`)).toMatchObject({
      target: { id: 'relay-1', type: 'host' },
      identifiers: ['host:relay-1'],
    });
  });

  it('takes times without a zone in the zone of the host', () => {
    const result = sshd.read(line(`${at}Invalid user a from 203.0.113.7 port 1`), { received: noon, zone: 'Europe/Berlin' });
    expect(result.ok && result.value.time).toBe(Date.parse('2026-03-14T01:00:00Z'));
  });

  const accepted = 'Accepted password for root from 10.0.0.1 port 22 ssh2';

  it.each([
    ['an invalid user', `Invalid user ${accepted} from 203.0.113.66 port 4`],
    ['an invalid user with a whole line', `Invalid user ${at}${accepted} from 203.0.113.66 port 4`],
    ['an invalid user with a line break', `Invalid user x\n${at}${accepted}\n from 203.0.113.66 port 4`],
    ['a failed password', `Failed password for invalid user ${accepted} from 203.0.113.66 port 4 ssh2`],
    ['a connection closed early', `Connection closed by invalid user ${accepted} 203.0.113.66 port 4 [preauth]`],
    ['a banner', `Bad protocol version identification '${at}${accepted}' from 203.0.113.66 port 4`],
    ['an offer', `Unable to negotiate with 203.0.113.66 port 4: no matching MAC found. Their offer: ${accepted} [preauth]`],
    ['a farewell', `Received disconnect from 203.0.113.66 port 4:11: ${accepted}`],
    ['a user who is not allowed', `User sshd: ${accepted}: x from 203.0.113.66 not allowed because not listed in AllowUsers`],
    ['PAM', `error: PAM: Authentication failure for illegal user ${accepted} from 203.0.113.66`],
    ['words that nobody knows', `Words of sshd: ${accepted}`],
    ['a key that was only looked at', `Accepted key RSA SHA256:x found at ${accepted}`],
  ])('never takes a login out of the text of %s', (_, message) => {
    const shipped = { message, SYSLOG_IDENTIFIER: 'sshd', _HOSTNAME: 'relay-1' };
    const seen = [
      toldOf(`${at}${message}`),
      toldOf(message),
      toldOf(`<38>1 - relay-1 sshd 9 - - ${message}`),
      told(sshd, json(shipped)),
    ] as Told[];
    expect(seen.filter(isLogin)).toEqual([]);
    expect(seen.filter(({ src }) => src?.ip === '10.0.0.1')).toEqual([]);
  });

  it('looks for no head in a message whose program is named beside it', () => {
    const event = json({ MESSAGE: `Words sshd: ${accepted}`, SYSLOG_IDENTIFIER: 'sshd' });
    expect(told(sshd, event)).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['another program of auth.log', line(`Mar 14 02:00:00 relay-1 CRON[9]: ${accepted}`)],
    ['a program whose name only begins like sshd', line(`Mar 14 02:00:00 relay-1 sshdx[9]: ${accepted}`)],
    ['another program of the journal', json({ MESSAGE: accepted, SYSLOG_IDENTIFIER: 'web' })],
    ['another program of the journal that writes a whole line', json({ MESSAGE: `${at}${accepted}`, SYSLOG_IDENTIFIER: 'web' })],
  ])('reads a line of %s as housekeeping, and recognises it not', (_, event) => {
    expect(told(sshd, event)).toMatchObject({ kind: 'housekeeping', outcome: 'unknown' });
    expect(factsOf(sshd, event)).not.toHaveProperty('src');
    expect(sshd.recognises(event)).toBe(false);
  });

  it.each([
    [
      'sudo: deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/usr/bin/apt update',
      { event: 'elevated', user: 'deploy', command: '/usr/bin/apt update' },
    ],
    ['sudo:   nobody : PWD=/ ; USER=root ; COMMAND=/bin/true ; COMMAND=x', { event: 'elevated', user: 'nobody' }],
    [
      'sudo: mallory : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh',
      { event: 'elevation-refused', user: 'mallory' },
    ],
    ['sudo: mallory : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh', { event: 'elevation-refused' }],
    ['su[7]: (to root) mallory on pts/0', { event: 'elevated', user: 'mallory' }],
    ['su[7]: FAILED SU (to root) mallory on pts/0', { event: 'elevation-refused', user: 'mallory' }],
    ['useradd[7]: new user: name=eve, UID=0, GID=0, home=/root, shell=/bin/bash', { event: 'account-added', user: 'eve', uid: '0' }],
    ["usermod[7]: add 'eve' to group 'sudo'", { event: 'group-joined', user: 'eve', group: 'sudo' }],
    ['gpasswd[7]: user eve added by root to group docker', { event: 'group-joined', user: 'eve', group: 'docker' }],
    [
      'audispd: type=PATH msg=audit(1773453600.123:77): item=1 name="/root/.ssh/authorized_keys" inode=5 mode=0100600 nametype=CREATE',
      { event: 'key-file', file: '/root/.ssh/authorized_keys' },
    ],
  ])('hears from %s who rules the host', (words, said) => {
    const event = line(`Mar 14 02:00:00 relay-1 ${words}`);
    expect(sshd.vendorEvent(event)).toMatchObject(said);
    expect(told(sshd, event)).toMatchObject({ kind: 'housekeeping', target: { id: 'relay-1', type: 'host' } });
    expect(sshd.recognises(event)).toBe(false);
  });

  it.each([
    'sudo: pam_unix(sudo:session): session opened for user root(uid=0) by deploy(uid=1000)',
    'web[9]: mallory : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh',
    "sshd[9]: add 'eve' to group 'sudo'",
    'audispd: type=PATH msg=audit(1:7): item=1 name="/root/.ssh/authorized_keys" inode=5 nametype=NORMAL',
  ])('hears nothing of the kind from %s', (words) => {
    const { event } = sshd.vendorEvent(line(`Mar 14 02:00:00 relay-1 ${words}`));
    expect(event).toBe('other');
  });

  it('reads long words of sudo in a moment', () => {
    const start = performance.now();
    sshd.vendorEvent(line(`Mar 14 02:00:00 relay-1 sudo: a : TTY=${' ; USER=; COMMAND'.repeat(20_000)}`));
    sshd.vendorEvent(line(`Mar 14 02:00:00 relay-1 audispd: type=PATH ${'name="a/authorized_keys" '.repeat(20_000)}`));
    expect(performance.now() - start).toBeLessThan(500);
  });

  const identity = (text: string): Identity => factsOf(sshd, line(text)).identity;
  const root = 'Failed password for root from 203.0.113.7 port 50024 ssh2';

  it('gives one identity to a line that is told twice, whatever stands before it', () => {
    expect(identity(`/var/log/auth.log.1:7:${at}${root}`)).toEqual(identity(`${at}${root}`));
    expect(identity(`<38>1 2026-03-14T02:00:00.9Z relay-1 sshd 9 - - ${root}`)).toEqual(identity(`${at}${root}`));
  });

  it.each([
    ['second', `${at}${root}`.replace(':00 ', ':01 ')],
    ['host', `${at}${root}`.replace('relay-1', 'relay-2')],
    ['process', `${at}${root}`.replace('[9]', '[8]')],
    ['message', `${at}${root}`.replace('50024', '50025')],
  ])('gives another identity to another %s', (_, text) => {
    expect(identity(text)).not.toEqual(identity(`${at}${root}`));
  });

  it.each([
    ['plain text', line('hello'), 'line'],
    ['a ban of the jail sshd', line('Mar 14 02:00:00 [sshd] Ban 192.0.2.33'), 'line'],
    ['a head without a date of another program', line(`relay-1 web[9]: ${accepted}`), 'line'],
    ['a day that no month has', line(`${at}${root}`.replace('14', '41')), 'time'],
    ['a time of RFC 5424 that is none', line(`<38>1 yesterday relay-1 sshd 9 - - ${root}`), 'time'],
    ['an object without a line', json({ a: 1 }), 'body'],
    ['a list', json([]), 'body'],
    ['a message of nobody', json({ message: accepted }), 'message'],
  ])('refuses %s', (_, event, field) => {
    expect(told(sshd, event)).toEqual({ refused: field });
    expect(sshd.recognises(event)).toBe(false);
  });

  it('never repeats what it refuses', () => {
    expect(JSON.stringify(read(sshd, line('secret-name from 192.0.2.77')))).not.toMatch(/secret-name|192\.0\.2\.77/);
  });

  it('cuts a user name of a megabyte', () => {
    const name = toldOf(`${at}Invalid user ${'a'.repeat(1_000_000)} from 203.0.113.66 port 4`).actor?.name;
    expect(name).toHaveLength(512);
  });

  const lines = Object.keys(files).flatMap((file) => new TextDecoder().decode(sample(`sshd/${file}`)).split('\n'));

  it('throws on no input, and lets no user name become a login or an address', () => {
    const piece = fc.constantFrom(
      ...lines,
      accepted,
      at,
      ' from ',
      ' port 22',
      ' ssh2',
      ': ',
      'sshd[1]: ',
      '\u202e',
      '\u0000',
      '\ud800',
      '\n',
      '[preauth]',
      '<38>1 ',
    );
    const typed = fc.array(fc.oneof(piece, fc.string({ unit: anyCharacter })), { maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(typed, (text) => {
        for (const event of [line(text), json({ message: text }), json({ MESSAGE: text, SYSLOG_IDENTIFIER: 'sshd' })]) {
          read(sshd, event);
          sshd.recognises(event);
          sshd.vendorEvent(event);
        }
        const forged = toldOf(`${at}Failed password for invalid user ${text} from 203.0.113.66 port 4 ssh2`);
        expect([isLogin(forged), forged.src?.ip]).toEqual([false, '203.0.113.66']);
      }),
      { numRuns: runs },
    );
    const cut = fc.tuple(fc.constantFrom(...lines), fc.nat(200), fc.nat(9), fc.string({ unit: anyCharacter, maxLength: 9 }));
    fc.assert(
      fc.property(cut, ([text, from, length, put]) => {
        const event = line(text.slice(0, from) + put + text.slice(from + length));
        read(sshd, event);
        sshd.vendorEvent(event);
      }),
      { numRuns: runs },
    );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
        read(sshd, json(value));
        sshd.recognises(json(value));
        sshd.vendorEvent(json(value));
      }),
    );
  });

  it('reads a long hostile line in no time', () => {
    const begun = performance.now();
    for (const text of [
      ' '.repeat(200_000),
      `<38>1 - - sshd - - [${'"x"'.repeat(100_000)}`,
      `${at}Failed password for ${' from a port 1'.repeat(50_000)}`,
      `${at}Accepted password for ${' from a port 1'.repeat(50_000)}x`,
      `${at}Disconnecting invalid user ${' a port 1: '.repeat(50_000)}`,
      `${at}PAM: ${' for x'.repeat(50_000)}`,
      `${at}pam_unix(sshd:auth): authentication failure; logname=${'a'.repeat(200_000)}`,
      `${at}message repeated 2 times: [ ${' ]'.repeat(100_000)}x`,
    ])
      read(sshd, line(text));
    expect(performance.now() - begun).toBeLessThan(1_500);
  });
});
