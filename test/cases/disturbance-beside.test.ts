// Decides whether what is told of a service that is away stands beside all else: other sources, what is said of data, people, merges, losses (P-23).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Configuration, Controller } from '#core/directory/directory.ts';
import { type Duty, isTerminal } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type ControllerId, controllerId } from '#core/kernel/ids.ts';
import { audit } from '#flow/audit.ts';
import { mergeCases } from '#flow/merge.ts';
import type { Testimony } from '#flow/ports.ts';
import { reconcile } from '#flow/reconcile.ts';
import { splitCase } from '#flow/split.ts';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import { availabilityAlarm, backupFailed, database } from '../flow/raw-events.ts';
import { at, both, clinic, lead, outage, shop } from './outage.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => h.close());
const { told, down, up, sound, endOf } = outage(() => h);

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

describe('a service that a hundred use', () => {
  const many = Array.from({ length: 100 }, (_, i) => controllerId(`user-${i + 1}`));
  const withMany = ({ directory, ...rest }: Configuration): Configuration => {
    const like = directory.controllers.get(controllerId('museum-shop')) as Controller;
    const more = many.map((id): [ControllerId, Controller] => [
      id,
      { ...like, id, technical: [{ name: like.name, mail: `noc@${id}.example` }] },
    ]);
    return {
      ...rest,
      directory: {
        ...directory,
        controllers: new Map([...directory.controllers, ...more]),
        assets: directory.assets.map((asset) => (asset.id === 'message-database' ? { ...asset, controllers: many } : asset)),
      },
    };
  };
  const toldOf = (what: string) => new Set(h.takeMessages().flatMap(({ subject, to }) => (subject.startsWith(what) ? [to] : []))).size;

  it('is told to each of them, at the start, by the hour and at the end, though no transaction holds so many', async () => {
    h.close();
    h = await openHarness({ change: withMany });
    await down();
    await h.fastForward('10m');
    expect(toldOf('Disturbance of a service: ')).toBe(100);
    await h.fastForward('52m');
    expect(toldOf('Disturbance of a service goes on')).toBe(100);
    await up('62m');
    expect(toldOf('Disturbance of a service is over')).toBe(100);
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

  it('when the ledger is set back: what left is not sent again, whether the ledger knows of it or not (P-25)', async () => {
    await down();
    const left: Testimony[] = [];
    const note = (step: string, when: string) =>
      h
        .duties('disturbance')
        .then((duties) =>
          duties
            .filter((duty) => duty.step === step)
            .forEach(({ id }) => void left.push({ duty: id, what: 'sent', at: at(when), by: 'smtp', eventId: `${id}.0.mail.contact-1` })),
        );
    await h.fastForward('61m');
    await note('start', '5m');
    await note('update:1', '60m');
    expect(left).toHaveLength(4);
    told();
    // Another machine, from a copy of the fourth minute; what was in its queue is not done before the journal was read.
    h.close();
    h = await openHarness();
    await down();
    h.clock.set(at('61m'));
    const journal = {
      keep: async () => undefined,
      since: async function* () {
        yield* left;
      },
    };
    const rows = await reconcile({ ...h.world, journal }, { since: startedAt, journal: 'kept' });
    expect(
      rows
        .filter(({ verdict }) => verdict === 'sent')
        .map(({ recipient }) => recipient)
        .toSorted(),
    ).toEqual(['clinic-portal', 'clinic-portal', 'museum-shop', 'museum-shop']);
    expect(rows.some(({ verdict }) => verdict === 'unknown')).toBe(false);
    await h.work();
    expect(told()).toEqual([]);
    expect((await h.duties('human')).some(({ step }) => step.startsWith('restored:'))).toBe(false);
    await h.fastForward('60m');
    expect(told()).toEqual(both(120, 'goes on'));
    await sound();
  });

  it('and the word of the next hour is promised with time to send it', async () => {
    await down();
    await h.fastForward('6m');
    const [mail] = h.takeMessages().filter(({ to }) => to === clinic);
    expect(mail?.text).toContain('Next message by: 2026-11-25T10:15:00Z');
  });
});
