// Case 10 (aws-samples/aws-securityhub-to-slack #1): a source that is connected anew brings years of old findings. They are taken in and call nobody.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceSettings } from '#core/directory/source-settings.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { type Instant, instantOf } from '#core/kernel/time.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { exfiltration, raw, stuffing, tenHoursLater } from '../flow/raw-events.ts';

const backfill =
  (source: string, liveFrom?: Instant) =>
  (configuration: Configuration): Configuration => {
    const settings: SourceSettings = {
      zone: 'UTC',
      owner: 'sysop',
      firstConnection: 'backfill',
      ...(liveFrom === undefined ? {} : { liveFrom }),
    };
    return { ...configuration, sources: new Map([[source, settings]]) };
  };
/** Between the exfiltration of the stories and its update ten hours later. */
const noon = instantOf(Date.UTC(2026, 2, 14, 10));

let h: Harness;
const open = async (change: (configuration: Configuration) => Configuration): Promise<void> => {
  h = await openHarness({ change });
};
beforeEach(() => open(backfill('guardduty')));
afterEach(() => h.close());

const buckets = (n: number) => Array.from({ length: n }, (_, i) => exfiltration('muster-message-archive', i + 1));
const kinds = async (): Promise<readonly string[]> => [...new Set((await h.duties()).map(({ kind }) => kind))].toSorted();
const dispositions = async () => (await h.world.ledger.intake()).map(({ disposition, count }) => [disposition, count]);
/** Who was told, and of how many things. */
const told = (): readonly string[] => [...new Set(h.takeMessages().map(({ channel, to }) => `${channel} ${to}`))].toSorted();

describe('old events of a source that was just connected', () => {
  it('are one case to look at: informed of and ticketed, nobody is called, nothing is drafted', async () => {
    await h.play(buckets(5));
    const only = await h.incident();
    expect(only).toMatchObject({
      title: expect.stringMatching(/^Old events: /),
      state: 'open',
      outcome: 'security-incident',
      level: 'low',
      controllers: [],
      signalCount: 5,
    });
    expect(await kinds()).toEqual(['inform', 'ticket']);
    expect(await dispositions()).toEqual([
      ['attached', 5],
      ['stored', 5],
    ]);
    expect(h.takeMessages()).toHaveLength(5);
  });

  it('stay so for weeks, without a clock; the more come the less is said', async () => {
    await h.play(buckets(40));
    await h.fastForward('24h');
    const first = h.takeMessages().length;
    await h.fastForward('14d');
    expect(told()).toEqual([]);
    expect(first).toBeLessThan(10);
    expect(await h.incident()).toMatchObject({ state: 'open', outcome: 'security-incident', signalCount: 40 });
    expect(await kinds()).toEqual(['inform', 'ticket']);
  });

  it('a year apart are one case still', async () => {
    const [one = '', two] = ['2026-03-14T', '2025-03-14T'].map((day, i) =>
      new TextDecoder().decode(exfiltration('muster-message-archive', i + 1).bytes).replaceAll('2026-03-14T', day),
    );
    await h.play([raw('guardduty', one), raw('guardduty', two)]);
    expect(await h.incident()).toMatchObject({ signalCount: 2 });
    h.takeMessages();
  });

  it('of no consequence are only counted, as ever', async () => {
    await h.close();
    await open(backfill('fail2ban'));
    await h.play([raw('fail2ban', '2026-03-14 02:00:00,100 fail2ban.actions [812]: NOTICE [sshd] Ban 192.0.2.41')]);
    expect(await h.incidents()).toEqual([]);
    expect(await dispositions()).toEqual([
      ['assessed', 1],
      ['stored', 1],
    ]);
  });
});

describe('from the switch on', () => {
  beforeEach(async () => {
    await h.play(buckets(2));
    h.takeMessages();
    h.configure(backfill('guardduty', noon));
  });

  it('an event counts: a case of its own, with calls and clocks', async () => {
    await h.play([tenHoursLater(exfiltration('muster-message-archive', 7))]);
    const incidents = await h.incidents();
    expect(incidents.map(({ state, level }) => `${state} ${level}`).toSorted()).toEqual(['open low', 'suspected critical']);
    expect(incidents.find(({ state }) => state === 'suspected')?.controllers).toHaveLength(3);
    expect(await kinds()).toContain('call');
    h.takeMessages();
  });

  it('an update of an old finding counts, and the old ones do not become a part of it', async () => {
    await h.play([tenHoursLater(exfiltration('muster-message-archive', 1))]);
    const incidents = await h.incidents();
    expect(incidents.map(({ state, signalCount }) => `${state} ${signalCount}`).toSorted()).toEqual(['open 2', 'suspected 1']);
    h.takeMessages();
  });

  it('an event from before it that comes late is old still', async () => {
    await h.play([exfiltration('muster-message-archive', 8)]);
    expect(await h.incident()).toMatchObject({ state: 'open', signalCount: 3 });
    expect(h.takeMessages()).toEqual([]);
  });
});

describe('a rule over several events', () => {
  const ban = raw('fail2ban', '2026-03-14 02:00:00,100 fail2ban.actions [812]: NOTICE [sshd] Ban 203.0.113.9');
  const login = raw('auth0', {
    log_id: '1',
    data: { type: 's', date: '2026-03-14T12:00:00.000Z', ip: '203.0.113.9', user_id: 'auth0|1', log_id: '1' },
  });
  beforeEach(async () => {
    await h.close();
    await open(backfill('fail2ban', noon));
  });
  const rulesOf = async () => (await h.incidents()).map(({ findings }) => findings.map(({ rule }) => rule.name));

  it.each([
    ['before', [ban, login]],
    ['after', [login, ban]],
  ])('counts when it ends today, though an old event that came %s is part of it', async (_when, events) => {
    for (const event of events) await h.play([event]);
    expect(await rulesOf()).toEqual([['ban_then_login']]);
    expect(await h.incident()).toMatchObject({ level: 'critical' });
    expect(await kinds()).toContain('call');
    h.takeMessages();
  });
});

describe('a case of today that shares events with old ones', () => {
  const events = stuffing(undefined);
  const success = events.at(-1);
  const later = raw(
    'auth0',
    JSON.parse(new TextDecoder().decode(success?.bytes).replaceAll('T04:04:00', 'T04:06:00').replaceAll('-12"', '-99"')),
  );
  const five = instantOf(Date.UTC(2026, 2, 14, 4, 5));
  beforeEach(async () => {
    await h.close();
    await open(backfill('auth0', five));
  });

  it('stands alone, whichever came first: the old ones become no part of it, nor it of them', async () => {
    await h.play(events.slice(0, -1));
    const [old] = await h.incidents();
    await h.play([later]);
    const today = (await h.incidents()).find(({ id }) => id !== old?.id);
    expect(today?.signals.length).toBeGreaterThan(1);
    await h.play(success ? [success] : []);
    const all = await h.incidents();
    expect(all.map(({ outcome, level }) => `${outcome} ${level}`).toSorted()).toEqual(['security-incident low', 'suspected-breach high']);
    expect(all.find(({ id }) => id === old?.id)?.findings.map(({ rule }) => rule.name)).toContain('auth0_stuffing_compromise');
    h.takeMessages();
  });
});
