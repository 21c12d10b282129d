// Decides what the audit holds against the ledger: each fault is planted in it, is named, and mended where that invents nothing (6.4).
import { describe, expect, it } from 'vitest';
import { type Duty, isTerminal } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import { endOfTime } from '#core/kernel/time.ts';
import { command, dutyWrites } from '#flow/change.ts';
import { PortError } from '#flow/ports.ts';
import { receive } from '#flow/receive.ts';
import { play } from '#local/play.ts';
import { type Audited, json, named, one, only, story } from './audited.ts';
import { sysop } from './harness.ts';
import { exfiltration } from './raw-events.ts';

describe('the due index', () => {
  const indexed = async (h: Audited): Promise<readonly string[]> => {
    const all: string[] = [];
    for (const lane of ['notify', 'page', 'ticket', 'other'] as const)
      for await (const due of h.plain.ledger.due(lane, endOfTime, 0)) all.push(`${lane} ${due.id} ${due.nextAt}`);
    return all.toSorted();
  };

  it.each<[string, string, Duty['kind']]>([
    ['lost a duty that has to wake', 'next_at = NULL', 'release'],
    ['has a duty at another hour', 'next_at = next_at + 86400000', 'release'],
    ['has a duty in another lane', "lane = 'ticket'", 'release'],
    ['has a duty that is ended', 'next_at = 5', 'ticket'],
  ])('that %s is mended, and keeps the heartbeat back once (I-09)', async (_what, planted, kind) => {
    const h = await story();
    const before = await indexed(h);
    const duty = await one(h, kind);
    await h.plant(`UPDATE duty SET ${planted} WHERE id = ?`, duty.id);
    expect(await indexed(h)).not.toEqual(before);
    expect(await h.audit()).toEqual(only({ reindexed: 1 }));
    expect(h.said('error')).toEqual([expect.objectContaining({ event: 'index-was-off', duty: duty.id })]);
    expect(await indexed(h)).toEqual(before);
    expect(await h.plain.ledger.duty(duty)).toEqual(duty);
    expect(h.beats()).toBe(0);
    expect(await h.audit()).toEqual(only({ clean: true }));
    expect(h.beats()).toBe(1);
    h.close();
  });

  it('that names a duty twice is off too', async () => {
    const h = await story((world) => ({
      ...world,
      ledger: {
        ...world.ledger,
        due: async function* (lane, now, epoch) {
          for await (const due of world.ledger.due(lane, now, epoch)) {
            yield due;
            if (now === endOfTime && lane === 'page') yield due;
          }
        },
      },
    }));
    const twice = (await h.duties()).filter((duty) => duty.lane === 'page' && !isTerminal(duty.state));
    expect(twice.length).toBeGreaterThan(0);
    expect(await h.audit()).toEqual(only({ reindexed: twice.length }));
    h.close();
  });

  it('that lags is looked at twice before it is called off (F-23)', async () => {
    let looks = 0;
    const h = await story((world) => ({
      ...world,
      ledger: {
        ...world.ledger,
        due: async function* (lane, now, epoch) {
          if (now === endOfTime) looks += 1;
          if (now === endOfTime && looks <= 4) return;
          yield* world.ledger.due(lane, now, epoch);
        },
      },
    }));
    expect(await h.audit()).toEqual(only({ clean: true }));
    expect(looks).toBe(8);
    h.close();
  });

  it('is not written again under a duty that somebody works on meanwhile', async () => {
    let h: Audited | undefined;
    let looks = 0;
    const moved = async (): Promise<void> => {
      if (!h) return;
      const duty = await one(h, 'release');
      await h.plant(`UPDATE duty SET doc = ${json}nextAt', ?) WHERE id = ?`, duty.nextAt + 1, duty.id);
    };
    h = await story((world) => ({
      ...world,
      ledger: {
        ...world.ledger,
        due: async function* (lane, now, epoch) {
          if (now === endOfTime) looks += 1;
          if (looks === 5) await moved();
          yield* world.ledger.due(lane, now, epoch);
        },
      },
    }));
    await h.plant('UPDATE duty SET next_at = NULL WHERE id = ?', (await one(h, 'release')).id);
    expect(await h.audit()).toMatchObject({ reindexed: 0 });
    h.close();
  });

  it('that can’t be read stops nothing else, and the pass is not clean', async () => {
    const h = await story((world) => ({
      ...world,
      ledger: {
        ...world.ledger,
        due: async function* (lane, now, epoch) {
          if (now === endOfTime) throw new PortError('ledger', 'again', 'the index is away');
          yield* world.ledger.due(lane, now, epoch);
        },
      },
    }));
    await h.plant('DELETE FROM entry WHERE chain = ?', (await h.incident()).id);
    expect(await h.audit()).toEqual(only({ failed: 1, chains: 'broken' }));
    named(h, 'audit-failed');
    h.close();
  });
});

describe('a duty that nothing proves', () => {
  const notice = async (h: Audited): Promise<Duty> => {
    await h.confirm();
    const duty = await one(h, 'notice');
    h.takeMessages();
    h.said('error');
    return duty;
  };
  const delivered = async (h: Audited): Promise<Duty> => {
    const duty = await notice(h);
    await receive(h.world, { duty, what: 'delivered', by: { provider: 'ses', eventId: 'event-1' } });
    await h.work();
    h.takeMessages();
    return duty;
  };
  const withoutEvidence = `UPDATE duty SET doc = ${json}evidence', json('[]')) WHERE id = ?`;

  it.each<[string, (h: Audited) => Promise<Duty>, string]>([
    ['a ticket that is done without a trace', (h) => one(h, 'ticket'), withoutEvidence],
    ['a person informed without a trace', (h) => one(h, 'inform'), withoutEvidence],
    ['a call that went nowhere', (h) => one(h, 'call'), withoutEvidence],
    ['a notice that left by no channel', notice, withoutEvidence],
    [
      'a notice that is done without a delivery (I-21)',
      delivered,
      `UPDATE duty SET doc = json_remove(doc, '$.evidence[#-1]') WHERE id = ?`,
    ],
  ])('%s is counted and said, never mended, and keeps the heartbeat back', async (_what, which, planted) => {
    const h = await story();
    const duty = await which(h);
    expect(await h.audit()).toEqual(only({ clean: true }));
    expect(await h.plant(planted, duty.id)).toBe(1);
    for (let pass = 0; pass < 2; pass += 1) {
      expect(await h.audit()).toEqual(only({ unproved: 1 }));
      expect(h.said('error')).toEqual([expect.objectContaining({ event: 'duty-unproved', duty: duty.id })]);
    }
    expect(h.beats()).toBe(1);
    h.close();
  });
});

describe('a chain', () => {
  const release = async (h: Audited) => (await one(h, 'release')).id;
  const incident = async (h: Audited) => (await h.incident()).id;

  it.each<[string, (h: Audited) => Promise<string>, string]>([
    [
      'of an incident that lost its last entry',
      incident,
      'DELETE FROM entry WHERE chain = ?1 AND seq = (SELECT max(seq) FROM entry WHERE chain = ?1)',
    ],
    [
      'of an incident whose entry was changed',
      incident,
      `UPDATE entry SET doc = ${json}data.why', 'nothing happened') WHERE chain = ? AND seq = 2`,
    ],
    ['of an incident that says another last entry', incident, `UPDATE incident SET doc = ${json}head.seq', 1) WHERE id = ?`],
    [
      'of an incident in a state nothing tells of',
      incident,
      `UPDATE incident SET doc = ${json}state', 'closed', '$.closedAt', 1e14) WHERE id = ?`,
    ],
    ['of a duty that is gone', release, 'DELETE FROM entry WHERE chain = ?'],
    ['of a duty whose entry was changed', release, `UPDATE entry SET doc = ${json}actor', 'machine:other') WHERE chain = ? AND seq = 1`],
    ['of a duty with another deadline', release, `UPDATE duty SET doc = ${json}deadlineAt', 9e12) WHERE id = ?`],
    ['of a duty in another state', release, `UPDATE duty SET doc = ${json}state', 'OPEN') WHERE id = ?`],
  ])('%s is broken, and keeps the heartbeat back (I-35)', async (_what, which, planted) => {
    const h = await story();
    expect(await h.plant(planted, await which(h))).toBeGreaterThan(0);
    expect(await h.audit()).toEqual(only({ chains: 'broken' }));
    expect(h.said('error')).toEqual([expect.objectContaining({ event: 'chain-broken', seq: expect.any(Number) })]);
    expect(h.beats()).toBe(0);
    h.close();
  });

  it('is read for every duty, however many there are', async () => {
    const h = await story();
    const now = h.clock.now();
    const more = Array.from({ length: 40 }, (_, n) => ({ kind: 'human' as const, recipient: 'sysop', step: String(n), deadlineAt: now }));
    await h.world.ledger.commit(dutyWrites(await h.incident(), more, [], now));
    expect(await h.audit()).toEqual(only({ clean: true }));
    await h.plant("DELETE FROM entry WHERE chain LIKE 'duty-%'");
    expect(await h.audit()).toEqual(only({ chains: 'broken' }));
    expect(h.said('error').map((line) => line['duty'])).toHaveLength((await h.duties()).length);
    h.close();
  });

  it('that grows between two reads is whole', async () => {
    let armed = false;
    const h = await story((world) => ({
      ...world,
      ledger: {
        ...world.ledger,
        entriesOf: async (chain) => {
          if (armed && chain.startsWith('inc-')) {
            armed = false;
            await command(world, chain as Incident['id'], (_incident, at) => ({ type: 'Acknowledge', at, actor: sysop }));
          }
          return world.ledger.entriesOf(chain);
        },
      },
    }));
    armed = true;
    expect(await h.audit()).toMatchObject({ chains: 'whole', clean: true });
    expect(armed).toBe(false);
    h.close();
  });
});

describe('the count of raw events', () => {
  it('is even while one still waits for its fate', async () => {
    const h = await story();
    await play(h.node, [exfiltration('other-bucket', 2)], { again: true });
    expect(await h.audit()).toEqual(only({ clean: true }));
    h.close();
  });

  it('that lacks one keeps the heartbeat back (I-05)', async () => {
    const h = await story();
    await h.plant('UPDATE stored SET n = n + 2');
    expect(await h.audit()).toEqual(only({ intakeGap: 2 }));
    named(h, 'intake-gap');
    expect(h.beats()).toBe(0);
    h.close();
  });

  it('of one source does not make up for that of another', async () => {
    const h = await story();
    await h.plant('UPDATE stored SET n = n + 1');
    await h.plant("INSERT INTO receipt (source, delivery, disposition, at, doc) VALUES ('auth0', 'x', 'assessed', 1, '{}')");
    await h.plant("INSERT INTO stored (source, n) VALUES ('auth0', 0)");
    expect(await h.audit()).toEqual(only({ intakeGap: 2 }));
    h.close();
  });

  it('can’t be told where the door counts nothing, and that is said', async () => {
    const h = await story();
    await h.plant('DELETE FROM stored');
    expect(await h.audit()).toEqual(only({ intakeGap: 'unknown', clean: true }));
    expect(h.said('info').at(-1)).toMatchObject({ event: 'audit', intakeGap: 'unknown' });
    h.close();
  });
});
