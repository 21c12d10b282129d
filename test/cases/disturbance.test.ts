// Decides whether whoever uses a service hears at once that it is away, by the hour and at the end; who that is, and what is no disturbance (P-23).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfiguration } from '#adapters/config/load.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import type { RuleDocument } from '#core/detection/sigma/document.ts';
import type { Configuration, Controller, Directory, Policy } from '#core/directory/directory.ts';
import { controllerId } from '#core/kernel/ids.ts';
import { type Duration, days, minutes, plus } from '#core/kernel/time.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { exampleDir, ruleDirsFor } from '#local/configuration.ts';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import { availabilityAlarm, backupFailed, database } from '../flow/raw-events.ts';
import { at, both, clinic, outage, shop } from './outage.ts';

const loaded = await loadConfiguration(exampleDir, startedAt);
if (!loaded.ok) throw new Error('the example configuration does not load');
const { lists } = loaded.value;
const shipped = await readRuleDocuments(ruleDirsFor(exampleDir));
const rulesWith = (...trees: readonly object[]) =>
  compileRules([...shipped.documents, ...trees.map((tree, i): RuleDocument => ({ tree, where: `more-${i}.yml` }))], lists).set;

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => h.close());
const anew = async (change: (configuration: Configuration) => Configuration): Promise<void> => {
  h.close();
  h = await openHarness({ change });
};
const { told, words, down, up, sound } = outage(() => h);

describe('P-23: a database is down for 20 minutes', () => {
  it('T: the technical contacts of exactly its controllers hear of it by +15, then of its end; both stand in the register', async () => {
    await down();
    await h.fastForward('20m');
    expect(told()).toEqual(both(5, 'is away'));
    await up('20m');
    expect(told()).toEqual(both(20, 'is over'));
    await h.fastForward('40m');
    expect(told()).toEqual([]);
    for (const duty of await h.duties('disturbance')) {
      expect(duty.deadlineAt).toBe(at(duty.step === 'start' ? '15m' : '35m'));
      const chain = await h.world.ledger.entriesOf(duty.id);
      expect(chain.map(({ type }) => type).slice(0, 2)).toEqual(['DutyCreated', 'DutySent']);
      expect(chain[1]?.data['evidence']).toMatchObject({ channel: 'mail.contact-1', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    }
    const restored = (await h.entries()).find(({ type }) => type === 'ServiceRestored');
    expect(restored).toMatchObject({ actor: 'machine:rds_up', data: { restoredAt: '2026-11-25T09:20:00Z', effect: 'not stated' } });
    expect(verifyRegister(await h.entries(), [])).toMatchObject({ verdict: 'self-consistent' });
    await sound();
  });

  it('T: with a failed backup both tracks run: the word on the disturbance, and the suspicion of a loss with its decision', async () => {
    await h.play([backupFailed(startedAt - 4 * 3_600_000), database('failed', startedAt)]);
    const suspected = await h.incident();
    expect(suspected).toMatchObject({ state: 'suspected', outcome: 'suspected-breach', nature: { availability: 'likely' } });
    expect(suspected.suspectedAt).toBe(startedAt);
    expect((await h.duties('release')).map(({ recipient }) => recipient)).toEqual(['incident-lead']);
    await h.fastForward('20m');
    expect(told()).toEqual(both(5, 'is away'));
    await up('20m');
    expect(told()).toEqual(both(20, 'is over'));
    // That it is back decides nothing about what is lost.
    expect((await h.incident()).state).toBe('suspected');
    expect((await h.duties('notice')).length).toBe(0);
    await h.release();
    expect(
      h
        .takeMessages()
        .filter(({ subject }) => subject.startsWith('Notice of a suspected breach'))
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual(['datenschutz@museum-shop.example', 'security@clinic-portal.example']);
    await sound();
  });

  it('and nobody outside is told anything else, nor is anything released', async () => {
    await down();
    await h.fastForward('20m');
    await up('20m');
    await h.fastForward('90m');
    told();
    expect((await h.incident()).releases).toEqual([]);
    expect((await h.duties('notice')).length).toBe(0);
    // Assessed in the ordinary way, by its ordinary hour.
    expect((await h.incident()).state).toBe('open');
    await h.fastForward('150m');
    expect((await h.incident()).state).toBe('suspected');
    told();
  });
});

describe('a service that is away for longer', () => {
  it('is told of by the hour, is suspected to be a loss after one, and its end says how long it was away', async () => {
    await down();
    await h.fastForward('70m');
    expect(told()).toEqual([...both(5, 'is away'), ...both(60, 'goes on')]);
    expect(await h.incident()).toMatchObject({ state: 'suspected', nature: { availability: 'likely' } });
    await up('70m');
    const [end] = h.takeMessages().filter(({ to }) => to === clinic);
    expect(end?.text).toContain('Lasted: 1 h 10 min');
    await h.fastForward('3h');
    expect(told()).toEqual([]);
  });

  it('is suspected after an hour by the clock too, where no rule says so', async () => {
    await h.play([availabilityAlarm('ALARM', startedAt)]);
    await h.fastForward('59m');
    expect((await h.incident()).state).toBe('open');
    await h.fastForward('1m');
    expect(await h.incident()).toMatchObject({ state: 'suspected', nature: { availability: 'possible' } });
    expect((await h.entries()).find(({ type }) => type === 'BreachSuspected')).toMatchObject({
      actor: 'machine:policy.disturbance',
      data: { why: 'lasting' },
    });
    told();
    await h.fastForward('5m');
    await h.play([availabilityAlarm('OK', at('65m'))]);
    expect(told()).toEqual(both(65, 'is over'));
  });

  it('has somebody asked whether it still is, until it is back', async () => {
    await down();
    await h.fastForward('7h');
    const asked = h.takeMessages().filter(({ subject }) => subject.includes('still away'));
    expect(asked.map(({ at, to }) => [(at - startedAt) / 60_000, to])).toEqual([
      [120, 'Tomke Harms'],
      [120, 'Malik Brandt'],
      [360, 'Tomke Harms'],
      [360, 'Malik Brandt'],
    ]);
    await up('7h');
    expect((await h.duties('human')).find(({ step }) => step === 'lasting')).toMatchObject({ state: 'CANCELLED', reason: 'it is back' });
    told();
  });

  it('is not told of for hours that nobody worked: the next word says the same', async () => {
    await down();
    await h.fastForward('10m');
    told();
    // The machine was off from here on.
    h.clock.set(at('5h'));
    await h.work();
    await h.fastForward('70m');
    expect(told()).toEqual([...both(300, 'goes on'), ...both(360, 'goes on')]);
    expect((await words()).filter(([, step]) => step === 'update:2')).toEqual(
      ['clinic-portal', 'museum-shop'].map((id) => [id, 'update:2', 'EXPIRED', 'not sent in its hour: the next one says the same']),
    );
    await sound();
  });

  it('that was away again is told of anew, under the same reference', async () => {
    await down();
    await h.fastForward('20m');
    await up('20m');
    await h.fastForward('20m');
    await down(at('40m'));
    await h.fastForward('20m');
    await up('60m');
    expect(told().map(([, to, what]) => [to, what])).toEqual([
      [shop, 'is away'],
      [clinic, 'is away'],
      [shop, 'is over'],
      [clinic, 'is over'],
      [shop, 'is away'],
      [clinic, 'is away'],
      [shop, 'is over'],
      [clinic, 'is over'],
    ]);
    expect(new Set((await words()).map(([, step]) => step))).toEqual(new Set(['start', 'end', '2:start', '2:end']));
    await sound();
  });
});

describe('what is no disturbance to tell of', () => {
  it('is one that was back before its threshold: that stands in the register, and nobody was written to', async () => {
    await down();
    await up('3m');
    await h.fastForward('2h');
    expect(told()).toEqual([]);
    expect(new Set((await words()).map(([, step, state, reason]) => `${step} ${state}: ${reason}`))).toEqual(
      new Set(['start CANCELLED: it was back before this was told', 'end CANCELLED: it was back before anybody had to be told']),
    );
    await sound();
  });

  it('is one that is over by the time that its signs come in, in whatever order', async () => {
    await h.play([database('up', startedAt - 57 * 60_000)]);
    await h.play([database('failed', startedAt - 3_600_000)]);
    await h.fastForward('1h');
    expect(told()).toEqual([]);
    expect((await h.incident()).disturbances).toMatchObject([{ restored: { at: startedAt - 57 * 60_000 } }]);
  });

  it('save that a long one that is over is told of once, by its end', async () => {
    await h.play([database('up', startedAt - 20 * 60_000)]);
    await h.play([database('failed', startedAt - 3_600_000)]);
    await h.fastForward('1h');
    expect(told()).toEqual(both(0, 'is over'));
  });

  it('is maintenance of the provider', async () => {
    await h.play([database('maintenance', startedAt)]);
    await h.fastForward('2h');
    expect(told()).toEqual([]);
    expect(await h.incidents()).toEqual([]);
  });

  it('is planned maintenance of the house: a window takes a failure, an alarm, and a shutdown that nobody ends in time', async () => {
    const window = (name: string, rules: readonly string[], logsource: object) => ({
      title: 'The move of the tables',
      name,
      logsource,
      filter: { rules, selection: { 'sig.kind': 'finding' }, condition: 'not selection' },
      incident: { owner: 'tomke-harms', reason: 'the tables move', from: '2026-11-25', expires: '2026-11-26' },
    });
    const rules = rulesWith(
      window('window_of_rds', ['rds_down', 'rds_shut'], { product: 'aws', service: 'rds' }),
      window('window_of_alarms', ['cloudwatch_availability'], { product: 'aws', service: 'cloudwatch' }),
    );
    h.close();
    h = await openHarness({ wrap: (world) => ({ ...world, directory: { current: () => ({ ...world.directory.current(), rules }) } }) });
    await down();
    await h.play([database('shut', at('1m'))]);
    await h.play([availabilityAlarm('ALARM', startedAt)]);
    await h.fastForward('50m');
    expect(told()).toEqual([]);
    expect(await h.incidents()).toEqual([]);
    // The day after it is no maintenance any more.
    await h.play([database('shut', at('24h'))]);
    await h.fastForward('24h');
    expect((await h.incidents()).length).toBeGreaterThan(0);
    h.takeMessages();
  });

  it('is a service whose row says never, and one without a customer', async () => {
    for (const change of [{ disturbance: 'never' as const }, { controllers: [] }]) {
      await anew(withAssets(change));
      await down();
      await h.fastForward('2h');
      expect(told()).toEqual([]);
      expect(await h.duties('disturbance')).toEqual([]);
    }
  });
});

const withAssets =
  (more: Partial<Directory['assets'][number]>) =>
  ({ directory, ...rest }: Configuration): Configuration => ({
    ...rest,
    directory: { ...directory, assets: directory.assets.map((asset) => (asset.id === 'message-database' ? { ...asset, ...more } : asset)) },
  });
const withController =
  (id: string, more: Partial<Controller>) =>
  ({ directory, ...rest }: Configuration): Configuration => {
    const known = directory.controllers.get(controllerId(id)) as Controller;
    return { ...rest, directory: { ...directory, controllers: new Map([...directory.controllers, [known.id, { ...known, ...more }]]) } };
  };
const withTerms =
  (disturbance: NonNullable<Policy['disturbance']>) =>
  ({ policy, ...rest }: Configuration): Configuration => ({ ...rest, policy: { ...policy, disturbance } });

describe('who is told, and when', () => {
  it('is by the terms of the asset, else of the policy', async () => {
    for (const [change, at] of [
      [withAssets({ disturbance: minutes(9) }), 9],
      [(c: Configuration) => withTerms({ after: minutes(7) })(withAssets({ disturbance: undefined as never })(c)), 7],
      // Whoever wants to hear of everything hears of it when the queue is read.
      [withAssets({ disturbance: minutes(1) }), 2],
    ] as const) {
      await anew(change);
      await down();
      await h.fastForward('12m');
      expect(told()).toEqual(both(at, 'is away'));
    }
  });

  it('is the contact of the contract where nobody technical is named, and the next where a mailbox refuses', async () => {
    const { technical: _, ...plain } = (await h.world.directory
      .current()
      .configuration.directory.controllers.get(controllerId('museum-shop'))) as Controller;
    h.configure(({ directory, ...rest }) => ({
      ...rest,
      directory: { ...directory, controllers: new Map([...directory.controllers, [plain.id, plain]]) },
    }));
    h.configure(
      withController('clinic-portal', { technical: [clinic, 'second@clinic-portal.example'].map((mail) => ({ name: plain.name, mail })) }),
    );
    h.weather(({ to }) => (to === clinic ? 'refused' : undefined));
    await down();
    await h.fastForward('6m');
    expect(
      h
        .takeMessages()
        .flatMap(({ subject, to }) => (subject.startsWith('Disturbance') ? [to] : []))
        .toSorted(),
    ).toEqual(['datenschutz@museum-shop.example', 'second@clinic-portal.example']);
  });

  it('is no customer who left, though his data live on in a backup, and none who comes later', async () => {
    for (const customer of [{ until: plus(startedAt, days(-10) as Duration) }, { from: plus(startedAt, days(10)) }]) {
      await anew(withController('museum-shop', { customer }));
      await down();
      await h.fastForward('6m');
      expect(told()).toEqual([[5, clinic, 'is away']]);
    }
  });

  it('is told by nobody while the mail is not to be trusted', async () => {
    h.weather(({ channel }) => (channel === 'mail' ? 'refused' : undefined));
    await down();
    await h.fastForward('9m');
    expect((await h.duties('disturbance')).map(({ state }) => state)).toEqual(['BLOCKED', 'BLOCKED']);
    expect(h.takeMessages().filter(({ subject }) => subject.includes('needs a person')).length).toBeGreaterThan(0);
  });
});
