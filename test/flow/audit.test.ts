// Decides when the audit passes and feeds the heartbeat, and what keeps it back: what is missing, late, unknown, or can't be examined (6.4).
import { describe, expect, it } from 'vitest';
import { leaseFor } from '#core/duty/claim.ts';
import type { Duty } from '#core/duty/duty.ts';
import { fanout } from '#core/duty/fanout.ts';
import { type Duration, days, minutes, plus } from '#core/kernel/time.ts';
import { dutyWrites } from '#flow/change.ts';
import { type Ledger, PortError } from '#flow/ports.ts';
import { receive } from '#flow/receive.ts';
import { type Audited, json, named, one, only, opened, story } from './audited.ts';
import { exfiltration } from './raw-events.ts';

describe('a sound ledger', () => {
  it('passes, feeds the heartbeat once, and says so in one line', async () => {
    const h = await story();
    h.said('info');
    expect(await h.audit()).toEqual(only({ clean: true }));
    expect(h.beats()).toBe(1);
    expect(h.said('info')).toEqual([
      {
        at: expect.any(String),
        level: 'info',
        event: 'audit',
        incidents: 1,
        repaired: 0,
        reindexed: 0,
        unproved: 0,
        unknown: 0,
        overdue: 0,
        failed: 0,
        clean: true,
        whole: true,
        intakeGap: 0,
      },
    ]);
    h.close();
  });

  it('passes at every step of a breach, from the first call to the delivered notice', async () => {
    const h = await story();
    for (const step of [() => h.acknowledge(), () => h.confirm(), () => h.fastForward('1h')]) {
      await step();
      expect(await h.audit()).toEqual(only({ clean: true }));
    }
    for (const duty of await h.duties('notice'))
      await receive(h.world, { duty, what: 'delivered', by: { provider: 'ses', eventId: `e-${duty.id}` } });
    await h.fastForward('20h');
    expect((await h.duties('notice')).map((duty) => duty.state)).toEqual(['DONE', 'DONE', 'DONE']);
    expect(await h.audit()).toEqual(only({ clean: true }));
    expect(h.said('error')).toEqual([]);
    h.takeMessages();
    h.close();
  });

  it('of nothing at all passes too', async () => {
    const h = await opened();
    expect(await h.audit()).toEqual(only({ incidents: 0, intakeGap: 'unknown', clean: true }));
    expect(h.beats()).toBe(1);
    h.close();
  });
});

describe('a duty that is missing', () => {
  const lose = async (h: Audited, duty: Duty): Promise<void> => {
    await h.plant('DELETE FROM duty WHERE id = ?', duty.id);
    await h.plant('DELETE FROM entry WHERE chain = ?', duty.id);
  };

  it('is made, said, and keeps the heartbeat back once (I-07)', async () => {
    const h = await story();
    const ticket = await one(h, 'ticket');
    await lose(h, ticket);
    expect(await h.audit()).toEqual(only({ repaired: 1 }));
    named(h, 'duty-was-missing');
    expect(h.beats()).toBe(0);
    expect(await one(h, 'ticket')).toMatchObject({ id: ticket.id, state: 'OPEN' });
    await h.work();
    expect(await h.audit()).toEqual(only({ clean: true }));
    expect(h.beats()).toBe(1);
    h.takeMessages();
    h.close();
  });

  it('is not missing while the fan-out duty has its time, and is after that (I-08)', async () => {
    const h = await story();
    const incident = await h.incident();
    const now = h.clock.now();
    await lose(h, await one(h, 'ticket'));
    await h.world.ledger.commit(dutyWrites(incident, [fanout(incident.ver, now)], [], now));
    expect(await h.audit()).toEqual(only({ clean: true }));
    h.clock.set(plus(now, minutes(6)));
    expect(await h.audit()).toMatchObject({ repaired: 1, clean: false });
    h.close();
  });

  it('is made although nobody can be woken for it, and the pass is not clean', async () => {
    const h = await story((world) => ({
      ...world,
      queues: {
        ...world.queues,
        wake: async (lane, refs) => {
          if (lane === 'ticket') throw new PortError('queues', 'again', 'down');
          await world.queues.wake(lane, refs);
        },
      },
    }));
    await lose(h, await one(h, 'ticket'));
    // The hint alone was lost: the next tick finds the duty.
    expect(await h.audit()).toEqual(only({ repaired: 1 }));
    expect(await h.duties('ticket')).toHaveLength(1);
    h.close();
  });
});

describe('a duty that nobody works on', () => {
  /** The next one to wake, so long ago. */
  const lateBy = async (h: Audited, by: Duration): Promise<void> => {
    h.clock.set(plus((await h.plain.ledger.nextWake())!, by));
  };

  it('for five minutes is counted and said, and the heartbeat goes on', async () => {
    const h = await story();
    await lateBy(h, minutes(5));
    expect(await h.audit()).toEqual(only({ clean: true }));
    await lateBy(h, minutes(6));
    const { overdue, clean } = await h.audit();
    expect(overdue).toBeGreaterThan(0);
    expect(clean).toBe(true);
    expect(h.said('error')).toEqual([expect.objectContaining({ event: 'duties-overdue', overdue, oldest: 360_000 })]);
    expect(h.beats()).toBe(2);
    h.close();
  });

  it('for a quarter of an hour keeps the heartbeat back, until it is worked on (I-41)', async () => {
    const h = await story();
    await lateBy(h, minutes(16));
    expect(await h.audit()).toMatchObject({ clean: false, repaired: 0, failed: 0, chains: 'whole' });
    expect(h.beats()).toBe(0);
    await h.work();
    expect(await h.audit()).toMatchObject({ overdue: 0, clean: true });
    h.takeMessages();
    h.close();
  });

  it('is not late while somebody holds it', async () => {
    const h = await story();
    await lateBy(h, minutes(6));
    const now = h.clock.now();
    for (const lane of ['notify', 'page', 'ticket', 'other'] as const)
      for await (const ref of h.plain.ledger.due(lane, now, 1)) {
        const seen = (await h.plain.ledger.duty(ref))!;
        await h.plain.ledger.claim({ ref, seen, owner: 'somebody', epoch: 1, now, leaseUntil: plus(now, leaseFor) });
      }
    expect(await h.audit()).toEqual(only({ clean: true }));
    h.close();
  });
});

describe('what a newer version wrote', () => {
  it.each<[string, string, number]>([
    ['an incident', `UPDATE incident SET doc = ${json}v', 2)`, 0],
    ['a duty', `UPDATE duty SET doc = ${json}v', 2) WHERE json_extract(doc, '$.kind') = 'ticket'`, 1],
    ['an entry', `UPDATE entry SET doc = ${json}v', 2) WHERE rowid = (SELECT min(rowid) FROM entry WHERE chain LIKE 'inc-%')`, 0],
  ])('is counted and said, left as it is, and keeps the heartbeat back (I-43): %s', async (_what, planted, incidents) => {
    const h = await story();
    expect(await h.plant(planted)).toBe(1);
    expect(await h.audit()).toEqual(only({ unknown: 1, incidents }));
    expect(h.said('error').map((line) => line['event'])).toContain('items-of-unknown-version');
    expect(h.beats()).toBe(0);
    expect(await h.plant(planted)).toBe(1);
    h.close();
  });

  it('is not made again, while what is missing beside it is', async () => {
    const h = await story();
    const [inform] = await h.duties('inform');
    await h.plant(`UPDATE duty SET doc = ${json}v', 2) WHERE json_extract(doc, '$.kind') = 'ticket'`);
    await h.plant('DELETE FROM duty WHERE id = ?', inform?.id ?? '');
    await h.plant('DELETE FROM entry WHERE chain = ?', inform?.id ?? '');
    expect(await h.audit()).toEqual(only({ unknown: 1, repaired: 1 }));
    h.close();
  });
});

describe('an incident', () => {
  it('that can’t be examined stops no other, and the pass is not clean', async () => {
    const away = new Set<string>();
    const h = await opened((world) => ({
      ...world,
      ledger: {
        ...world.ledger,
        dutiesOf: async (subject, onStranger) => {
          if (away.has(subject)) throw new PortError('ledger', 'again', 'away');
          return world.ledger.dutiesOf(subject, onStranger);
        },
      } satisfies Ledger,
    }));
    await h.play([exfiltration(), exfiltration('other-bucket', 2)]);
    h.takeMessages();
    h.said('error');
    const [first, second] = await h.incidents();
    if (!first || !second) throw new Error('two incidents are needed');
    away.add(first.id);
    await h.plant('DELETE FROM entry WHERE chain = ?', second.id);
    expect(await h.audit()).toEqual(only({ incidents: 1, failed: 1, chains: 'broken' }));
    expect(h.said('error')).toContainEqual(expect.objectContaining({ event: 'audit-failed', incident: first.id, failure: 'PortError' }));
    h.close();
  });

  it('is examined for 14 days after it was refuted, and no longer', async () => {
    const h = await story();
    await h.refute();
    await h.fastForward('5m');
    const { id } = await h.incident();
    const refutedAt = h.clock.now();
    await h.plant('DELETE FROM entry WHERE chain = ? AND seq = 1', id);
    h.clock.set(plus(refutedAt, days(13)));
    expect(await h.audit()).toEqual(only({ chains: 'broken' }));
    h.clock.set(plus(refutedAt, days(14)));
    expect(await h.audit()).toEqual(only({ incidents: 0, clean: true }));
    h.takeMessages();
    h.close();
  });

  it.each([
    ['may still wake', `UPDATE duty SET doc = ${json}state', 'SENT') WHERE id = ?`],
    ['stands in the index', 'UPDATE duty SET next_at = 5 WHERE id = ?'],
    ['is of a newer version', `UPDATE duty SET doc = ${json}v', 2) WHERE id = ?`],
  ])('that is long over is examined as long as something of it %s', async (_what, planted) => {
    const h = await story();
    await h.refute();
    await h.fastForward('5m');
    const { id } = await one(h, 'call');
    h.clock.set(plus(h.clock.now(), days(30)));
    expect(await h.audit()).toMatchObject({ incidents: 0, clean: true });
    await h.plant(planted, id);
    expect(await h.audit()).toMatchObject({ incidents: 1, clean: false });
    h.takeMessages();
    h.close();
  });

  it('that is open is examined however old it is', async () => {
    const h = await story();
    await h.plant('DELETE FROM entry WHERE chain = ?', (await h.incident()).id);
    h.clock.set(plus(h.clock.now(), days(90)));
    expect(await h.audit()).toMatchObject({ incidents: 1, chains: 'broken', clean: false });
    h.close();
  });
});

describe('a heartbeat that is not delivered', () => {
  it('is said, and the audit is as it was', async () => {
    const h = await story((world) => ({
      ...world,
      heartbeat: {
        beat: async () => {
          throw new PortError('heartbeat', 'unsure', 'no answer came in time');
        },
      },
    }));
    expect(await h.audit()).toEqual(only({ clean: true }));
    expect(h.said('error')).toEqual([expect.objectContaining({ event: 'heartbeat-failed', failure: 'PortError' })]);
    h.close();
  });
});
