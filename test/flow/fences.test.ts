// Decides whether a claim protects: whoever lost it performs no effect and writes nothing, and two workers make one effect.
import { describe, expect, it } from 'vitest';
import { leaseFor, leaseMargin, searchableAfter } from '#core/duty/claim.ts';
import type { Duty, DutyRef } from '#core/duty/duty.ts';
import { minutes, plus, seconds } from '#core/kernel/time.ts';
import { perform } from '#flow/perform.ts';
import { receive } from '#flow/receive.ts';
import type { World } from '#flow/ports.ts';
import { assessWaiting } from '#local/loops.ts';
import { play } from '#local/play.ts';
import { type Harness, openHarness, startedAt } from './harness.ts';
import { exfiltration } from './raw-events.ts';
import type { TestClock } from './recorder.ts';

/** Assesses the exfiltration, performs nothing, and hands out its ticket duty. */
const waiting = async (h: Harness): Promise<Duty> => {
  await play(h.node, [exfiltration()], { again: true });
  await assessWaiting(h.node);
  const [ticket] = await h.duties('ticket');
  if (!ticket) throw new Error('no ticket is owed');
  return ticket;
};

const worker = (name: string, epoch = 1) => ({ name, epoch });
const again = async (h: Harness, ref: DutyRef): Promise<Duty> => {
  const duty = await h.plain.ledger.duty(ref);
  if (!duty) throw new Error('gone');
  return duty;
};

/** A world in which one step takes as long as given, once. */
const slowOnce = (where: 'claim' | 'intend' | 'open', by: number) => {
  let slept = false;
  const sleep = (clock: TestClock): void => {
    if (!slept) clock.set(plus(clock.now(), by as never));
    slept = true;
  };
  return (world: World, clock: TestClock): World => ({
    ...world,
    ledger: {
      ...world.ledger,
      claim: async (claim) => {
        const mine = await world.ledger.claim(claim);
        if (where === 'claim' && mine?.kind === 'ticket') sleep(clock);
        return mine;
      },
      intend: async (attempt) => {
        const first = await world.ledger.intend(attempt);
        if (where === 'intend' && attempt.channel === 'ticket') sleep(clock);
        return first;
      },
    },
    tickets: {
      ...world.tickets,
      open: async (ticket, effect) => {
        const sent = await world.tickets.open(ticket, effect);
        if (where === 'open') sleep(clock);
        return sent;
      },
    },
  });
};

describe('a worker that froze after its claim', () => {
  for (const where of ['claim', 'intend'] as const) {
    it(`performs no effect and writes nothing when it froze at ${where}`, async () => {
      const h = await openHarness({ wrap: slowOnce(where, leaseFor + 1) });
      const duty = await waiting(h);
      expect(await perform(h.world, duty, worker('frozen'))).toBe('fenced');
      expect(h.sinks.tried).toEqual([]);
      expect(await again(h, duty)).toMatchObject({ state: 'OPEN', gen: 1, evidence: [] });
      expect((await h.entries()).filter((entry) => entry.chain === duty.id)).toHaveLength(1);
      h.close();
    });
  }

  it('starts no effect with less than the margin of its lease left', async () => {
    const h = await openHarness({ wrap: slowOnce('claim', leaseFor - leaseMargin + 1) });
    expect(await perform(h.world, await waiting(h), worker('late'))).toBe('fenced');
    expect(h.sinks.tried).toEqual([]);
    h.close();
  });

  it('still acts with just the margin left', async () => {
    const h = await openHarness({ wrap: slowOnce('claim', leaseFor - leaseMargin) });
    expect(await perform(h.world, await waiting(h), worker('just in time'))).toBe('done');
    expect(h.takeMessages()).toHaveLength(1);
    h.close();
  });

  it('writes nothing over what the next holder did while it hung in its effect', async () => {
    const h = await openHarness({ wrap: slowOnce('open', searchableAfter) });
    const duty = await waiting(h);
    const thawed: World = h.world;
    const plain: World = h.plain;
    const frozen = perform(
      {
        ...thawed,
        ledger: {
          ...thawed.ledger,
          // The second look before settling: by then somebody else was here.
          duty: async (ref) => {
            const seen = await plain.ledger.duty(ref);
            if (seen?.owner === 'frozen' && h.clock.now() > plus(startedAt, leaseFor)) {
              expect(await perform(plain, ref, worker('next'))).toBe('done');
              return plain.ledger.duty(ref);
            }
            return seen;
          },
        },
      },
      duty,
      worker('frozen'),
    );
    expect(await frozen).toBe('fenced');
    const settled = await again(h, duty);
    expect(settled).toMatchObject({ state: 'DONE', gen: 2 });
    expect(settled.evidence).toHaveLength(1);
    expect((await h.entries()).filter((entry) => entry.chain === duty.id).map((entry) => entry.type)).toEqual(['DutyCreated', 'DutyDone']);
    // The next holder looked before it repeated: one ticket.
    expect(h.takeMessages()).toHaveLength(1);
    expect(h.sinks.probes).toHaveLength(1);
    h.close();
  });
});

describe('a claim', () => {
  it('of an older start is void at once', async () => {
    const h = await openHarness();
    const duty = await waiting(h);
    const claim = {
      ref: duty,
      seen: { gen: 0, state: duty.state },
      owner: 'dead',
      epoch: 1,
      now: startedAt,
      leaseUntil: plus(startedAt, leaseFor),
    };
    await h.world.ledger.claim(claim);
    expect(await perform(h.world, duty, worker('same start', 1))).toBe('not-due');
    expect(await perform(h.world, duty, worker('next start', 2))).toBe('done');
    expect(h.takeMessages()).toHaveLength(1);
    expect((await again(h, duty)).gen).toBe(2);
    h.close();
  });

  it('of a live worker holds until its lease ends', async () => {
    const h = await openHarness();
    const duty = await waiting(h);
    await h.world.ledger.claim({
      ref: duty,
      seen: { gen: 0, state: duty.state },
      owner: 'other',
      epoch: 1,
      now: startedAt,
      leaseUntil: plus(startedAt, leaseFor),
    });
    h.clock.set(plus(startedAt, minutes(2)));
    expect(await perform(h.world, duty, worker('me'))).toBe('done');
    h.takeMessages();
    h.close();
  });

  it('that was taken by two workers at once makes one effect', async () => {
    const h = await openHarness();
    const duty = await waiting(h);
    const results = await Promise.all(['a', 'b', 'c'].map((name) => perform(h.world, duty, worker(name))));
    expect(results.toSorted()).toEqual(['done', 'lost', 'lost']);
    expect(h.takeMessages()).toHaveLength(1);
    h.close();
  });

  it('on a duty that is done is no claim', async () => {
    const h = await openHarness();
    const duty = await waiting(h);
    await perform(h.world, duty, worker('a'));
    h.takeMessages();
    h.clock.set(plus(startedAt, minutes(60)));
    expect(await perform(h.world, duty, worker('b', 9))).toBe('not-due');
    h.close();
  });
});

describe('two machines on one ledger', () => {
  it('make each message once', async () => {
    const h = await openHarness();
    await waiting(h);
    const duties = await h.duties();
    await Promise.all(['a', 'b'].flatMap((name) => duties.map((duty) => perform(h.world, duty, worker(name)))));
    const keys = h.takeMessages().map((message) => message.key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBe(9);
    h.close();
  });
});

describe('a bounce that comes before the sending is written down', () => {
  it('is kept with it, and the notice is not sent again', async () => {
    let bounced = false;
    const h = await openHarness({
      wrap: (world) => ({
        ...world,
        mailer: {
          send: async (mail, envelope, effect) => {
            const sent = await world.mailer.send(mail, envelope, effect);
            if (envelope.subject.startsWith('Notification') && !bounced) {
              bounced = true;
              const duty = (await h.duties('notice')).find((one) => one.id === effect.duty);
              if (duty) await receive(world, { duty, what: 'bounced', by: { provider: 'dsn', eventId: 'early' } });
            }
            return sent;
          },
        },
      }),
    });
    await h.play([exfiltration()]);
    await h.acknowledge();
    await h.confirm();
    expect((await h.duties('notice')).map((duty) => duty.state)).toEqual(['SENT', 'SENT', 'SENT']);
    expect((await h.duties('human')).filter((duty) => duty.step !== 'update')).toHaveLength(1);
    await h.fastForward('10m');
    expect(h.takeMessages().filter((m) => m.subject.startsWith('Notification'))).toHaveLength(3);
    expect(seconds(600)).toBe(h.clock.now() - startedAt);
    h.close();
  });
});

describe('a function that was granted no tickets', () => {
  it('performs what is no ticket: nobody reaches for a port that the duty does not need', async () => {
    const h = await openHarness({
      wrap: (world) =>
        // As a function's world has it (lambdas/world.ts).
        Object.defineProperty({ ...world }, 'tickets', {
          enumerable: false,
          get: () => {
            throw new Error('page has no "tickets"');
          },
        }),
    });
    await waiting(h);
    const [inform] = await h.duties('inform');
    if (!inform) throw new Error('nobody is to be informed');
    expect(await perform(h.world, inform, worker('page'))).toBe('done');
    expect((await again(h, inform)).state).toBe('DONE');
    expect(h.takeMessages()).toHaveLength(1);
    h.close();
  });
});
