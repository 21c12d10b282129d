// Holds that a source which falls silent, or can't be read, is said to its owner within twice its interval, once a day, as no breach (T-17, TH-06).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Configuration } from '#core/directory/directory.ts';
import type { SourceSettings } from '#core/directory/source-settings.ts';
import { type Duration, hours, minutes, plus } from '#core/kernel/time.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { audit } from '#flow/audit.ts';
import { dueDuties, dutyJson } from '#flow/report.ts';
import { replayHere } from '#flow/read-again.ts';
import { audited } from './audited-time.ts';
import { type Harness, openHarness } from './harness.ts';
import { raw } from './raw-events.ts';

const settings = (change: Partial<SourceSettings> = {}): SourceSettings => ({
  zone: 'UTC',
  owner: 'solution-architect',
  firstConnection: 'live',
  expectEvery: hours(1),
  ...change,
});
const expecting = (sources: Readonly<Record<string, SourceSettings>>) => (configuration: Configuration) => ({
  ...configuration,
  sources: new Map(Object.entries(sources)),
});

let n = 0;
/** A failed login that no rule takes for more. */
const sign = (source: 'sshd' | 'auth0') => {
  n += 1;
  return source === 'sshd'
    ? raw('sshd', `2026-11-25T09:00:00Z host sshd[${n}]: Connection closed by 192.0.2.${n} port 22`)
    : raw('auth0', { log_id: `log-${n}`, data: { date: '2026-11-25T09:00:00Z', type: 'slo', log_id: `log-${n}` } });
};

let house: Harness;
const open = async (sources: Readonly<Record<string, SourceSettings>>): Promise<void> => {
  house = await openHarness({ change: expecting(sources) });
};
beforeEach(() => {
  n = 0;
});
afterEach(() => house.close());

const goOn = (by: Duration): Promise<void> => audited(house, by);
const said = (): readonly string[] => house.takeMessages().map((message) => `${message.to}: ${message.subject}`);
const owed = () => dueDuties(house.world.ledger);

describe('a source that falls silent', () => {
  it('is said to its owner within twice its interval, and to nobody else', async () => {
    await open({ sshd: settings() });
    await house.play([sign('sshd')]);
    await goOn(hours(1));
    expect(said()).toEqual([]);
    await goOn(hours(1));
    const messages = house.takeMessages();
    expect(messages.map((one) => [one.channel, one.subject])).toEqual([['slack', '[Art33] Source sshd is silent']]);
    const text = JSON.stringify(messages);
    for (const line of ['Expected at least every 1 h', 'as sources.yml says', 'This is no breach, and nobody is called.'])
      expect(text).toContain(line);
    expect(await house.incidents()).toEqual([]);
    const [duty] = await owed();
    expect(duty && dutyJson(duty)).toMatchObject({
      kind: 'heartbeat',
      source: 'sshd',
      incident: null,
      recipient: 'solution-architect',
      state: 'SENT',
      dueAt: '2026-11-25T10:00:00Z',
    });
  });

  it('is said again after a day and no sooner, for as long as it lasts, and all of it is proved', async () => {
    await open({ sshd: settings() });
    await house.play([sign('sshd')]);
    await goOn(hours(49));
    expect(said()).toHaveLength(2);
    await goOn(hours(2));
    expect(said()).toHaveLength(1);
    expect(house.logged.filter((line) => line.includes('"level":"error"'))).toEqual([]);
    expect(verifyRegister(await house.entries(), []).verdict).toBe('self-consistent');
  });

  it('ends when it is heard again, with that hour on record; the next silence is another duty', async () => {
    await open({ sshd: settings() });
    await house.play([sign('sshd')]);
    await goOn(hours(3));
    said();
    await house.play([sign('sshd')]);
    await goOn(minutes(15));
    expect(await owed()).toEqual([]);
    const ended = (await house.entries()).filter((entry) => entry.type === 'DutyDone');
    expect(ended.map((entry) => entry.data['reason'])).toEqual(['heard again at 2026-11-25T12:00:00Z']);
    await goOn(hours(2));
    expect(said()).toHaveLength(1);
    expect(await owed()).toHaveLength(1);
  });

  it('is not heard of by what was fetched or read again', async () => {
    await open({ auth0: settings() });
    await house.play([sign('auth0'), raw('auth0', { nothing: 1 })]);
    await goOn(hours(2));
    said();
    await replayHere(house.world)(await house.world.ledger.quarantined(9));
    const { source, bytes } = sign('auth0');
    const { ingestDelivery } = await import('#flow/ingest.ts');
    await ingestDelivery(house.world, { source, id: 'backfill:log-9', bytes, received: house.clock.now() });
    await goOn(minutes(30));
    expect(await owed()).toHaveLength(1);
    said();
  });

  it('says of Auth0 how a paused stream is resumed, and what is missing fetched', async () => {
    await open({ auth0: settings() });
    await house.play([sign('auth0')]);
    await goOn(hours(2));
    expect(JSON.stringify(house.takeMessages())).toContain('art33 auth0 backfill');
  });

  it('is missed though it was never heard of, from the hour at which it should have been', async () => {
    await open({ sshd: settings({ expectEvery: hours(6) }) });
    await goOn(hours(6));
    expect(said()).toEqual([]);
    await goOn(hours(1));
    const messages = house.takeMessages();
    expect(messages).toHaveLength(1);
    expect(JSON.stringify(messages)).toContain('It was never heard of.');
    await house.play([sign('sshd')]);
    await goOn(minutes(30));
    expect(await owed()).toEqual([]);
  });

  it('is learned of where nothing is written: twice its longest silence of a week', async () => {
    await open({});
    for (let day = 0; day <= 7; day += 1) {
      await house.play([sign('sshd')]);
      await goOn(hours(24));
    }
    expect(said()).toEqual([]);
    await goOn(hours(25));
    const messages = house.takeMessages();
    expect(messages.map((one) => one.subject)).toContain('[Art33] Source sshd is silent');
    expect(JSON.stringify(messages)).toContain('never quiet for longer than half of that');
  });

  it('is no longer missed when nothing is expected of it', async () => {
    await open({ sshd: settings() });
    await house.play([sign('sshd')]);
    await goOn(hours(2));
    said();
    house.configure(expecting({}));
    await goOn(minutes(30));
    expect(await owed()).toEqual([]);
    expect((await house.entries()).map((entry) => entry.type)).toContain('DutyCancelled');
  });

  it('stays owed while its owner can’t be reached, and is told as soon as that works', async () => {
    await open({ sshd: settings() });
    await house.play([sign('sshd')]);
    house.weather(() => 'again');
    await goOn(hours(3));
    expect(said()).toEqual([]);
    expect((await owed()).map((duty) => duty.state)).toEqual(['OPEN']);
    house.weather(() => undefined);
    await goOn(minutes(30));
    expect(said()).toHaveLength(1);
  });

  it('stays one duty when its owner changes meanwhile', async () => {
    await open({ sshd: settings() });
    await house.play([sign('sshd')]);
    await goOn(hours(2));
    house.configure(expecting({ sshd: settings({ owner: 'head-of-product' }) }));
    await goOn(hours(1));
    expect(await owed()).toHaveLength(1);
    expect(said()).toHaveLength(1);
  });

  it('is nothing to those of which nobody said what they are', async () => {
    await open({});
    for (let day = 0; day <= 8; day += 1) {
      const at = house.clock.now();
      const receipt = { source: 'unrecognised', delivery: `bus:${day}#0`, at, rawRef: 'raw/x', disposition: 'quarantined' } as const;
      await house.world.ledger.commit([{ put: 'receipt', receipt }]);
      await goOn(hours(24));
    }
    await goOn(hours(72));
    expect(said()).toEqual([]);
  });

  it('is made once by two audits at once', async () => {
    await open({ sshd: settings() });
    await house.play([sign('sshd')]);
    house.clock.set(plus(house.clock.now(), hours(2)));
    await Promise.all([audit(house.world), audit(house.world)]);
    await house.work();
    expect(said()).toHaveLength(1);
  });
});

describe('a source that can’t be read', () => {
  const rubbish = (count: number) => Array.from({ length: count }, (_, i) => raw('auth0', { nothing: i }));

  it('is said to its owner from ten events within an hour, not before', async () => {
    await open({ auth0: settings({ owner: 'head-of-product' }) });
    await house.play(rubbish(9));
    await goOn(minutes(15));
    expect(said()).toEqual([]);
    await house.play([raw('auth0', { nothing: 'ten' })]);
    await goOn(minutes(30));
    const messages = house.takeMessages();
    expect(messages.map((one) => one.subject)).toEqual(["[Art33] Source auth0 can't be read"]);
    expect(await house.incidents()).toEqual([]);
    expect((await owed()).map((duty) => [duty.kind, duty.recipient])).toEqual([['config', 'head-of-product']]);
  });

  it('stays owed until nothing of it is in quarantine', async () => {
    await open({});
    await house.play(rubbish(10));
    await goOn(hours(25));
    expect(said()).toHaveLength(2);
    await house.node.database.write(() => house.node.database.run("UPDATE receipt SET disposition = 'assessed'"));
    await goOn(minutes(15));
    expect(await owed()).toEqual([]);
    said();
  });
});
