// Decides whether whoever uses a service hears at once that it is away, by the hour and at the end, apart from all that is said of data (P-23).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Configuration, Controller, Directory, Policy } from '#core/directory/directory.ts';
import { type Duty, isTerminal } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import { controllerId, personId } from '#core/kernel/ids.ts';
import { type Duration, days, minutes, parseDuration, plus } from '#core/kernel/time.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { audit } from '#flow/audit.ts';
import { mergeCases } from '#flow/merge.ts';
import { restoreService } from '#flow/restore-service.ts';
import { splitCase } from '#flow/split.ts';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import { availabilityAlarm, backupFailed, database } from '../flow/raw-events.ts';

const at = (text: string) => {
  const read = parseDuration(text);
  if (!read.ok) throw new Error(text);
  return plus(startedAt, read.value);
};
const shop = 'bereitschaft@museum-shop.example';
const clinic = 'noc@clinic-portal.example';
const technical = new Set([shop, clinic, 'platform@travel-club.example']);

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => h.close());
const anew = async (change: (configuration: Configuration) => Configuration): Promise<void> => {
  h.close();
  h = await openHarness({ change });
};

type Line = readonly [minutes: number, to: string, what: string];

const word = (subject: string): string => subject.replace('Disturbance of a service', '').replace(/: .*$/, '').trim() || 'is away';

/** What technical contacts read since the last look, by minutes since the start; and what anybody else outside does. */
const told = (): readonly Line[] => {
  const outward = h.takeMessages().filter(({ channel, to }) => channel === 'mail' && !to.endsWith('@muster.example'));
  for (const { to } of outward) expect(technical).toContain(to);
  return outward
    .map(({ at, to, subject }): Line => [Math.round((at - startedAt) / 60_000), to, word(subject)])
    .toSorted((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
};
const both = (at: number, what: string): readonly Line[] => [
  [at, shop, what],
  [at, clinic, what],
];
const words = async () =>
  (await h.duties('disturbance'))
    .map(({ recipient, step, state, reason }) => [recipient, step, state, reason])
    .toSorted() as readonly (readonly (string | undefined)[])[];
const down = (at = startedAt) => h.play([database('failed', at)]);
const up = (when: string) => h.play([database('up', at(when))]);
const sound = async () => expect(await audit(h.world)).toMatchObject({ repaired: 0, unproved: 0, chains: 'whole', failed: 0, clean: true });
const lead = { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' } as const;

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

describe('an outage of which two sources tell', () => {
  it('is told once, under the reference of the first, and is over when that is', async () => {
    await h.play([availabilityAlarm('ALARM', startedAt)]);
    await h.play([database('failed', at('1m'))]);
    expect(await h.incidents()).toHaveLength(2);
    await h.fastForward('61m');
    expect(told()).toEqual([...both(5, 'is away'), ...both(60, 'goes on')]);
    await up('61m');
    await h.fastForward('2m');
    expect(told()).toEqual([]);
    await h.play([availabilityAlarm('OK', at('63m'))]);
    expect(told()).toEqual(both(63, 'is over'));
    await sound();
  });

  it('is over for both by one word of a person, from either page', async () => {
    await h.play([availabilityAlarm('ALARM', startedAt)]);
    await h.play([database('failed', at('1m'))]);
    await h.fastForward('10m');
    told();
    const other = (await h.incidents()).find(({ disturbances }) => disturbances?.[0]?.home !== undefined) as Incident;
    expect(await endOf(other)).toMatchObject({ ok: true });
    await h.work();
    expect(told()).toEqual(both(10, 'is over'));
    expect((await h.incidents()).every(({ disturbances }) => disturbances?.every(({ restored }) => restored))).toBe(true);
  });
});

describe('the two tracks', () => {
  it('do not touch each other: neither a refutation nor a narrower scope ends what is told of the service', async () => {
    await down();
    await h.fastForward('6m');
    expect(told()).toEqual(both(5, 'is away'));
    await h.act((_incident, at) => ({
      type: 'Narrow',
      at,
      actor: lead,
      controllers: [controllerId('museum-shop')],
      reason: 'its tables lie elsewhere, as the map of tables shows',
    }));
    await h.refute();
    await h.fastForward('60m');
    expect(told()).toEqual(both(60, 'goes on'));
    // What is still found after the refutation is a new case (D-3); the service has one reference.
    expect(await h.incidents()).toHaveLength(2);
    await up('66m');
    expect(told()).toEqual(both(66, 'is over'));
  });

  it('stay apart in what is said: no draft, no notice, no clock of 72 hours begins with it', async () => {
    await down();
    await h.fastForward('6m');
    const [mail] = h.takeMessages().filter(({ to }) => to === shop);
    expect(mail?.subject).not.toMatch(/breach|Art\. 33|Verletzung/i);
    expect(mail?.text).toContain('It is no notification of a personal data breach under Art. 33 GDPR and no notice of a');
    expect(mail?.text).toContain('Sie ist keine Meldung einer Verletzung des Schutzes personenbezogener Daten nach Art. 33');
    expect((await h.incident()).releases).toEqual([]);
  });
});

const endOf = async (incident: Incident, effect = 'unreachable') =>
  restoreService(h.world, {
    id: incident.id,
    actor: lead,
    key: incident.disturbances?.[0]?.key ?? '',
    restoredAt: h.world.clock.now(),
    effect,
    how: 'looked at it',
  });

describe('a person’s word', () => {
  it('ends it where no signal does, with what it meant for people', async () => {
    await down();
    await h.fastForward('30m');
    told();
    expect(await endOf(await h.incident(), 'delayed')).toMatchObject({ ok: true });
    await h.work();
    const [mail] = h.takeMessages().filter(({ to }) => to === clinic);
    expect(mail?.text).toContain('What was sent in that time came late. We know of no data that were lost.');
    expect((await h.entries()).find(({ type }) => type === 'ServiceRestored')).toMatchObject({
      actor: 'person:incident-lead:malik-brandt',
      data: { restoredAt: '2026-11-25T09:30:00Z', effect: 'delayed', how: 'looked at it' },
    });
    // The signal comes after all: nothing more is said.
    await up('31m');
    await h.fastForward('2h');
    expect(told()).toEqual([]);
    await sound();
  });

  it('that data are lost is a suspicion at once, and moves no time that a signal told', async () => {
    await down();
    await h.fastForward('20m');
    await up('20m');
    await h.fastForward('10m');
    told();
    await endOf(await h.incident(), 'lost');
    await h.work();
    expect(await h.incident()).toMatchObject({ state: 'suspected', disturbances: [{ restored: { at: at('20m'), effect: 'lost' } }] });
    expect(told()).toEqual([]);
  });
});

const open = async (): Promise<readonly Incident[]> => (await h.incidents()).filter(({ state }) => state !== 'closed');

describe('of cases that merge and split', () => {
  it('each disturbance is told to its end under the reference under which it began, once', async () => {
    await down();
    await h.play([database('failed', startedAt, 'arn:aws:rds:eu-central-1:111122223333:db:another')]);
    await h.fastForward('10m');
    told();
    const [one, other] = await open();
    if (!one || !other) throw new Error('two cases');
    expect(await mergeCases(h.world, { one: one.id, other: other.id, actor: lead, reason: 'one rack' })).toMatchObject({ ok: true });
    await h.fastForward('55m');
    expect(told()).toEqual(both(60, 'goes on'));
    await up('65m');
    expect(told()).toEqual(both(65, 'is over'));
    const [survivor] = await open();
    expect(survivor?.disturbances?.filter(({ restored }) => restored)).toHaveLength(1);
    await h.play([database('up', at('65m'), 'arn:aws:rds:eu-central-1:111122223333:db:another')]);
    expect((await open())[0]?.disturbances?.every(({ restored }) => restored)).toBe(true);
    await h.fastForward('2h');
    expect(told()).toEqual([]);
    await sound();
  });

  it('a part only knows of it: the whole goes on telling', async () => {
    await h.play([backupFailed(startedAt - 3_600_000), database('failed', startedAt)]);
    await h.fastForward('10m');
    expect(told()).toEqual(both(5, 'is away'));
    const whole = await h.incident();
    const part = { rules: ['rds_down', 'rds_down_without_backup'], controllers: [] };
    const split = await splitCase(h.world, { id: whole.id, part, actor: lead, reason: 'the backup is a task of its own' });
    expect(split).toMatchObject({ ok: true });
    await h.fastForward('55m');
    expect(told()).toEqual(both(60, 'goes on'));
    // From the part's own page.
    if (split.ok) await endOf((await h.world.ledger.incident(split.value.id)) as Incident);
    await h.work();
    expect(told()).toEqual(both(65, 'is over'));
    for (const { disturbances } of await h.incidents()) expect(disturbances).toMatchObject([{ restored: { effect: 'unreachable' } }]);
    await sound();
  });
});

describe('nothing of it is lost', () => {
  it('when a duty vanishes: the audit makes it again, and it is told', async () => {
    await down();
    const missing = (await h.duties('disturbance'))[0] as Duty;
    for (const [table, column] of [
      ['duty', 'id'],
      ['entry', 'chain'],
    ] as const)
      h.node.database.write(() => h.node.database.run(`DELETE FROM ${table} WHERE ${column} = ?`, missing.id));
    expect(await audit(h.world)).toMatchObject({ repaired: 1 });
    await h.fastForward('6m');
    expect(told()).toEqual(both(5, 'is away'));
  });

  it('when an hour’s words vanish with what makes them', async () => {
    await down();
    await h.fastForward('10m');
    told();
    const [making] = await h.duties('fanout');
    for (const [table, column] of [
      ['duty', 'id'],
      ['entry', 'chain'],
    ] as const)
      h.node.database.write(() => h.node.database.run(`DELETE FROM ${table} WHERE ${column} = ?`, making?.id ?? ''));
    h.clock.set(at('62m'));
    expect((await audit(h.world)).repaired).toBeGreaterThanOrEqual(3);
    await h.work();
    expect(told()).toEqual(both(62, 'goes on'));
  });

  it('and nothing is told twice, however often a sign comes', async () => {
    const sign = database('failed', startedAt);
    await h.play([sign, sign]);
    await h.fastForward('10m');
    await h.play([sign]);
    await h.play([database('failed', at('8m'))]);
    await h.fastForward('10m');
    expect(told()).toEqual(both(5, 'is away'));
    const back = database('up', at('20m'));
    await h.play([back, back]);
    await h.play([back]);
    await h.fastForward('1h');
    expect(told()).toEqual(both(20, 'is over'));
    expect((await h.duties('disturbance')).every(({ state }) => isTerminal(state) || state === 'SENT')).toBe(true);
    await sound();
  });

  it('and the word of the next hour is promised with time to send it', async () => {
    await down();
    await h.fastForward('6m');
    const [mail] = h.takeMessages().filter(({ to }) => to === clinic);
    expect(mail?.text).toContain('Next message by: 2026-11-25T10:15:00Z');
  });
});
