// Case 1 (fail2ban #1852, #921, #1141, #2129): after a reboot every stored ban is announced again. What is old is counted, and alarms nobody.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Played } from '#local/play.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { exfiltration, raw } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => h.close());

const form = (fields: Readonly<Record<string, string>>): Played => raw('fail2ban', new URLSearchParams(fields).toString());
const ban = { action: 'ban', host: 'relay-1', jail: 'sshd', ip: '203.0.113.9', time: '1773453600' };
const count = async (disposition: string): Promise<number> =>
  (await h.world.ledger.intake()).filter((row) => row.disposition === disposition).reduce((sum, row) => sum + row.count, 0);
const addresses = (n: number): readonly string[] =>
  Array.from({ length: n }, (_, i) => `198.51.100.${i % 250}`.concat(i < 250 ? '' : `:${i}`));

/** A login from the banned address half an hour later: with the ban a breach, without it everyday. */
const login = raw('auth0', {
  log_id: 'login-1',
  data: { date: '2026-03-14T02:30:00.000Z', type: 's', ip: ban.ip, user_id: 'auth0|1', user_name: 'a@example.org', log_id: 'login-1' },
});

describe('a restart of fail2ban', () => {
  it('repeats a night of bans in its log and by its action: counted, and nobody hears of it', async () => {
    const lines = addresses(250).map(
      (ip, i) => `2026-03-14 02:00:${String(i % 60).padStart(2, '0')},100 fail2ban.actions [8]: NOTICE [sshd] Restore Ban ${ip}`,
    );
    await h.play(lines.map((line) => raw('fail2ban', line)));
    await h.play(addresses(250).map((ip) => form({ ...ban, ip, restored: '1' })));
    expect(await h.incidents()).toEqual([]);
    expect(await count('assessed')).toBe(500);
    h.expectMessages([]);
  });

  it('and another one repeat the same bans: by the action each counts once, for it keeps the time of the first', async () => {
    const again = (banned: number) => addresses(50).map((ip) => form({ ...ban, ip, banned: String(banned), restored: '1' }));
    for (const banned of [1773990000, 1774000000, 1774090000]) await h.play(again(banned));
    expect([await count('assessed'), await count('duplicate')]).toEqual([50, 100]);
    h.expectMessages([]);
  });

  it.each(['1', 'true', 'True'])('says so by restored=%s', async (restored) => {
    await h.play([form({ ...ban, restored }), login]);
    expect(await h.incidents()).toEqual([]);
    h.expectMessages([]);
  });

  it('makes no breach of a login: the ban that it repeats is none of now', async () => {
    for (const line of [`Restore Ban ${ban.ip}`, `Reban ${ban.ip}, action 'iptables'`])
      await h.play([raw('fail2ban', `2026-03-14 02:10:00,100 fail2ban.actions [8]: NOTICE [sshd] ${line}`)]);
    await h.play([login]);
    expect(await h.incidents()).toEqual([]);
    h.expectMessages([]);
  });
});

describe('what is not old', () => {
  it.each(['0', '', '<restored>'])('counts: a ban with restored=%s, and then a login', async (restored) => {
    await h.play([form({ ...ban, restored }), login]);
    expect((await h.incidents()).map(({ findings }) => findings.map(({ rule }) => rule.name))).toEqual([['ban_then_login']]);
    h.takeMessages();
  });
});

describe('what other sources tell again', () => {
  const changed = (change: (finding: Record<string, Record<string, unknown>>) => void): Played => {
    const event = JSON.parse(new TextDecoder().decode(exfiltration().bytes)) as { detail: Record<string, Record<string, unknown>> };
    change(event.detail);
    return raw('guardduty', event);
  };

  it.each<readonly [string, Played]>([
    ['a sample', changed((finding) => Object.assign(finding['service'] ?? {}, { additionalInfo: { sample: true } }))],
    ['a finding that is archived already', changed((finding) => Object.assign(finding['service'] ?? {}, { archived: true }))],
  ])('%s alarms nobody', async (_, event) => {
    await h.play([event]);
    expect(await h.incidents()).toEqual([]);
    expect(await count('assessed')).toBe(1);
    h.expectMessages([]);
  });
});
