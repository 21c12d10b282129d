// Holds that every form of a fail2ban line becomes the facts it states, and nothing else does.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Identity } from '#core/signal/signal.ts';
import { fail2ban } from '#core/signal/sources/fail2ban.ts';
import { eventsIn, factsOf, json, line, noon, read, told } from '../reading.ts';
import { anyCharacter } from '../../any-character.ts';

type Row = readonly [kind: string, who: string | undefined, at: string | undefined, ...marks: string[]];

/** Per file: one row a line. `who` is address, host name or user name, whichever the line has. */
const files: Readonly<Record<string, readonly Row[]>> = {
  'v0.8.log': [
    ['net.ban', '192.0.2.11', '2012-10-03T20:23:51.678Z', 'no-zone'],
    ['net.failure', '192.0.2.11', '2012-10-03T20:24:02.100Z', 'no-zone'],
    ['net.unban', '192.0.2.11', '2012-10-03T20:33:52.001Z', 'no-zone'],
    ['housekeeping', undefined, '2012-10-03T20:34:00Z', 'no-zone'],
  ],
  'v0.9.log': [
    ['net.ban', '192.0.2.11', '2015-01-21T15:14:27.823Z', 'no-zone'],
    ['net.failure', '192.0.2.12', '2015-01-21T15:14:28.001Z', 'no-zone'],
    ['net.failure', '192.0.2.13', '2015-01-21T15:14:29.001Z', 'no-zone'],
    ['housekeeping', undefined, '2015-01-21T15:15:00.684Z', 'no-zone'],
    ['housekeeping', undefined, '2015-01-21T15:15:01.684Z', 'no-zone'],
  ],
  'v0.10.log': [
    ['net.ban', '2001:db8::7', '2019-06-02T10:00:00.100Z', 'no-zone'],
    ['net.ban', '198.51.100.0/24', '2019-06-02T10:00:01.100Z', 'no-zone'],
    ['net.ban', 'scanner.example.com', '2019-06-02T10:00:02.100Z', 'no-zone'],
    ['net.ban', 'Some User', '2019-06-02T10:00:03.100Z', 'no-zone'],
    ['net.ban', '192.0.2.12', '2019-06-02T10:00:04.100Z', 'restored', 'no-zone'],
    ['net.failure', '192.0.2.14', '2019-06-02T10:00:05.100Z', 'no-zone'],
    ['housekeeping', undefined, '2019-06-02T10:00:06.100Z', 'no-zone'],
  ],
  'v1.1.log': [
    ['housekeeping', '192.0.2.10', '2026-03-14T00:00:03.118Z', 'no-zone'],
    ['housekeeping', undefined, '2026-03-14T00:00:04.415Z', 'no-zone'],
    ['housekeeping', undefined, '2026-03-14T00:00:04.416Z', 'no-zone'],
    ['net.unban', '192.0.2.15', '2026-03-14T00:01:00.193Z', 'no-zone'],
    ['housekeeping', '192.0.2.16', '2026-03-14T00:01:01.514Z', 'no-zone'],
    ['net.failure', '192.0.2.17', '2026-03-14T00:01:02.514Z', 'no-zone'],
    ['net.ban', '192.0.2.18', '2026-03-14T00:01:03.514Z', 'restored', 'no-zone'],
    ['housekeeping', undefined, '2026-03-14T00:01:04.514Z', 'no-zone'],
    ['net.ban', '192.0.2.19', '2026-03-14T00:01:05.633Z', 'no-zone'],
  ],
  'syslog.log': [
    ['net.ban', '192.0.2.21', '2026-03-14T08:41:28Z', 'no-zone'],
    ['net.ban', '192.0.2.22', '2026-03-04T08:41:28Z', 'no-zone'],
    ['net.ban', '192.0.2.23', '2026-03-14T08:41:30Z', 'no-zone'],
    ['net.ban', '192.0.2.24', '2026-03-14T07:41:31.123Z'],
  ],
  'journal.log': [
    ['net.ban', '192.0.2.31', undefined, 'no-time'],
    ['net.ban', '192.0.2.32', undefined, 'no-time'],
    ['net.ban', '192.0.2.33', undefined, 'no-time'],
  ],
  'shipper.jsonl': [
    ['net.ban', '192.0.2.41', '2026-03-14T02:00:00.100Z', 'no-zone'],
    ['net.ban', '192.0.2.42', '2026-03-14T02:00:02Z'],
    ['housekeeping', undefined, '2026-03-14T02:00:03Z'],
    ['net.ban', '192.0.2.43', '2026-03-14T02:00:04Z'],
    ['net.ban', '192.0.2.44', '2026-03-14T02:00:05.250Z', 'restored'],
  ],
  'action.form': [['net.ban', '2001:db8::45', '2026-03-14T02:00:06Z']],
};

describe('fail2ban', () => {
  it.each(Object.entries(files))('reads every line of %s', (file, rows) => {
    const seen = eventsIn(fail2ban, `fail2ban/${file}`, file.endsWith('.form') ? 'application/x-www-form-urlencoded' : undefined);
    const facts = seen.map((event) => {
      const { kind, src, actor, at, marks } = told(fail2ban, event) as Record<string, { ip?: string; host?: string; name?: string }>;
      return [kind, src?.ip ?? src?.host ?? actor?.name, at, ...(marks as unknown as string[])];
    });
    expect(facts).toEqual(rows);
  });

  it('takes times without a zone in the zone of the host', () => {
    const event = line('2026-03-14 02:59:26,000 fail2ban.actions [1]: NOTICE [sshd] Ban 192.0.2.1');
    const result = fail2ban.read(event, { received: noon, zone: 'Europe/Berlin' });
    expect(result.ok && result.value.time).toBe(Date.parse('2026-03-14T01:59:26Z'));
  });

  it('takes a syslog date that has not come yet for one of last year', () => {
    expect(told(fail2ban, line('Dec 24 18:00:00 relay-1 fail2ban.actions: NOTICE [sshd] Ban 192.0.2.1'))).toMatchObject({
      at: '2025-12-24T18:00:00Z',
    });
    expect(told(fail2ban, line('Feb 29 18:00:00 relay-1 fail2ban.actions: NOTICE [sshd] Ban 192.0.2.1'))).toMatchObject({
      at: '2024-02-29T18:00:00Z',
    });
  });

  it('takes an address for nobody', () => {
    const ban = (id: string) => factsOf(fail2ban, line(`2026-03-14 02:59:26,000 fail2ban.actions [1]: NOTICE [sshd] Ban ${id}`));
    expect(ban('192.0.2.1')).not.toHaveProperty('actor');
    expect(ban('scanner.example.com')).not.toHaveProperty('actor');
    expect(ban('anna')).toMatchObject({ actor: { name: 'anna', type: 'user' } });
  });

  it('takes the host from its shipper where the line names none', () => {
    const shipped = (message: string) => factsOf(fail2ban, json({ host: 'shipper-1', message })).target;
    expect(shipped('2026-03-14 02:59:26,000 fail2ban.actions [1]: NOTICE [sshd] Ban 192.0.2.1')).toEqual({ id: 'shipper-1', type: 'host' });
    expect(shipped('Mar 14 08:41:28 relay-1 fail2ban.actions[8]: NOTICE [sshd] Ban 192.0.2.1')).toEqual({ id: 'relay-1', type: 'host' });
  });

  it('names the host that banned', () => {
    const facts = factsOf(fail2ban, line('Mar 14 08:41:28 relay-1 fail2ban-server[8]: fail2ban.actions [8]: NOTICE [sshd] Ban 192.0.2.1'));
    expect(facts).toMatchObject({ target: { id: 'relay-1', type: 'host' }, identifiers: ['host:relay-1'] });
  });

  it('shows rules the jail, the verb and the id', () => {
    const event = line('2026-03-14 02:59:26,000 fail2ban.actions [1]: NOTICE [sshd] Restore Ban 192.0.2.1');
    expect(fail2ban.vendorEvent(event)).toMatchObject({
      message: '[sshd] Restore Ban 192.0.2.1',
      jail: 'sshd',
      verb: 'restore',
      id: '192.0.2.1',
    });
  });

  const at = '2026-03-14 02:59:26,000 fail2ban.actions [1]: NOTICE ';
  const identity = (text: string): Identity => factsOf(fail2ban, line(text)).identity;

  it('gives one identity to a line that is told twice, padded or not, and with the file name of a grep', () => {
    const padded = '2026-03-14 02:59:26,900 fail2ban.actions        [2]: NOTICE  [sshd] Ban 192.0.2.1';
    expect(identity(padded)).toEqual(identity(`${at}[sshd] Ban 192.0.2.1`));
    expect(identity(`/var/log/fail2ban.log.2.gz:17:${padded}`)).toEqual(identity(padded));
  });

  const action = (fields: object) =>
    factsOf(fail2ban, json({ jail: 'sshd', ip: '192.0.2.1', host: 'Relay-1.example.com', time: '1773457160', ...fields }));
  const logged = line('Mar 14 02:59:26 relay-1 fail2ban-server[8]: fail2ban.actions [8]: NOTICE [sshd] Ban 192.0.2.1');

  it('gives one identity to a ban that the action tells and the log as well, where both name the host', () => {
    expect(action({ banned: '1773457166' }).identity).toEqual(factsOf(fail2ban, logged).identity);
    expect(action({ banned: 1_773_457_166, ip: '::ffff:192.0.2.1' }).identity).toEqual(factsOf(fail2ban, logged).identity);
    for (const other of [{}, { banned: '1773457167' }, { banned: '1773457166', host: 'relay-2' }, { banned: '1773457166', jail: 'web' }])
      expect(action(other).identity).not.toEqual(factsOf(fail2ban, logged).identity);
  });

  it('takes a ban for made when it was made, and a restored one for the old one, at each restart', () => {
    expect(action({ banned: '1773457166' }).time).toBe(1_773_457_166_000);
    expect(action({ banned: '<time>' }).time).toBe(1_773_457_160_000);
    const restored = (banned: string) => action({ banned, restored: '1' });
    expect(restored('1773990000').time).toBe(1_773_457_160_000);
    expect(restored('1773990000').identity).toEqual(restored('1773995000').identity);
  });

  it.each([
    ['jail', `${at}[recidive] Ban 192.0.2.1`],
    ['address', `${at}[sshd] Ban 192.0.2.2`],
    ['verb', `${at}[sshd] Unban 192.0.2.1`],
    ['restore', `${at}[sshd] Restore Ban 192.0.2.1`],
    ['second', `${at}[sshd] Ban 192.0.2.1`.replace(':26,', ':27,')],
    ['host', `Mar 14 02:59:26 relay-1 fail2ban.actions [1]: NOTICE [sshd] Ban 192.0.2.1`],
  ])('gives another identity to another %s', (_, text) => {
    expect(identity(text)).not.toEqual(identity(`${at}[sshd] Ban 192.0.2.1`));
  });

  it.each([
    ['a line of sshd', 'Mar 14 08:00:00 relay-1 sshd[9]: Invalid user [sshd] Ban 192.0.2.1 from 192.0.2.9', 'line'],
    ['a name that holds a whole line', `Invalid user ${at}[sshd] Ban 192.0.2.1`, 'line'],
    ['plain text', 'hello', 'line'],
    ['a jail line without verb and without logger', '[sshd] something else', 'line'],
    ['a ban of nobody', `${at}[sshd] Ban `, 'id'],
    ['a date whose month is 13', `${at.replace('-03-', '-13-')}[sshd] Ban 192.0.2.1`, 'time'],
    ['a date that has no month', `${at.replace('-03-', '-')}[sshd] Ban 192.0.2.1`, 'time'],
    ['29 February of a common year', `${at.replace('-03-14', '-02-29')}[sshd] Ban 192.0.2.1`, 'time'],
    ['hour 24', `${at.replace(' 02:', ' 24:')}[sshd] Ban 192.0.2.1`, 'time'],
  ])('refuses %s', (_, text, field) => {
    expect(told(fail2ban, line(text))).toEqual({ refused: field });
  });

  it('reads the verb only where it stands first', () => {
    const typed = 'x [sshd] Ban 192.0.2.99';
    expect(told(fail2ban, line(`${at}[gitea] Ban ${typed}`))).toMatchObject({ actor: { name: typed } });
    expect(told(fail2ban, line(`${at}[gitea] Found ${typed}`))).toMatchObject({ kind: 'net.failure', actor: { name: typed } });
    expect(told(fail2ban, line(`${at.replace('NOTICE', 'ERROR')}7f01 -- stderr: '[sshd] Ban 192.0.2.99'`))).toMatchObject({
      kind: 'housekeeping',
    });
    expect(told(fail2ban, line(`${at}[gitea] Ban 192.0.2.99 192.0.2.98`))).not.toHaveProperty('src');
  });

  it.each([
    ['no jail', { ip: '192.0.2.1' }, 'jail'],
    ['an unfilled tag as address', { jail: 'sshd', ip: '<ip>' }, 'ip'],
    ['an unfilled shell variable', { jail: '$f2bV_jail', ip: '192.0.2.1' }, 'jail'],
    ['an unknown verb', { jail: 'sshd', ip: '192.0.2.1', action: 'dance' }, 'action'],
    ['a time that is none', { jail: 'sshd', ip: '192.0.2.1', time: 'yesterday' }, 'time'],
    ['a list', [], 'body'],
  ])('refuses an action with %s', (_, fields, field) => {
    expect(told(fail2ban, json(fields))).toEqual({ refused: field });
  });

  it.each([
    [{ action: 'actionunban' }, 'net.unban', ['no-time']],
    [{ action: 'prolong' }, 'housekeeping', ['no-time']],
    [{ restored: true, time: '<time>' }, 'net.ban', ['restored', 'no-time']],
    [{ restored: '<restored>', time: 1_773_453_604.5 }, 'net.ban', []],
  ])('reads the action fields %j', (fields, kind, marks) => {
    expect(told(fail2ban, json({ jail: 'sshd', ip: '192.0.2.1', ...fields }))).toMatchObject({ kind, marks });
  });

  it('never repeats what it refuses', () => {
    const said = read(fail2ban, line('secret-name Ban 192.0.2.77'));
    expect(JSON.stringify(said)).not.toMatch(/secret-name|192\.0\.2\.77/);
  });

  it('throws on no input', () => {
    const piece = fc.constantFrom(
      '2026-03-14 02:59:26,000 ',
      'Mar 14 08:00:00 ',
      'fail2ban.actions ',
      '[1]: ',
      'NOTICE ',
      '[sshd] ',
      'Ban ',
      'Found ',
      '::1',
      ' already banned',
      '%',
      '\u0000',
      '\ud800',
      'a=',
      '&',
    );
    const text = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.array(fc.oneof(piece, fc.string())).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (text) => {
        read(fail2ban, line(text));
        fail2ban.recognises(line(text));
        fail2ban.vendorEvent(line(text));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        read(fail2ban, json(value));
        fail2ban.recognises(json(value));
        fail2ban.vendorEvent(json(value));
      }),
    );
  });

  it('reads a long hostile line in no time', () => {
    const begun = performance.now();
    for (const text of [
      ' '.repeat(100_000),
      `fail2ban${'.'.repeat(100_000)}`,
      `${at}[sshd] Found ${' - '.repeat(50_000)}`,
      `${at}[${'a'.repeat(100_000)}`,
      `a=${'&b='.repeat(50_000)}`,
    ])
      read(fail2ban, line(text));
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
