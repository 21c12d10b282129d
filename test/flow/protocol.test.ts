// Decides what the simulation taught: each of these once sent a message twice, stopped a clock, or told a person something untrue.
import { describe, expect, it } from 'vitest';
import { leaseFor } from '#core/duty/claim.ts';
import { waiting } from '#core/duty/settle.ts';
import { itemsAtOnce } from '#core/duty/fanout.ts';
import { controllerId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { durationOf, minutes, plus, seconds } from '#core/kernel/time.ts';
import type { Configuration, Controller } from '#core/directory/directory.ts';
import { audit } from '#flow/audit.ts';
import { asRead } from '#flow/change.ts';
import { perform } from '#flow/perform.ts';
import { PortError } from '#flow/ports.ts';
import { receive } from '#flow/receive.ts';
import { assessWaiting } from '#local/loops.ts';
import { play } from '#local/play.ts';
import { type Harness, openHarness, startedAt } from './harness.ts';
import { exfiltration } from './raw-events.ts';

const noticesTo = (h: Harness) => h.sinks.sent.filter((message) => message.subject.startsWith('Notification')).map((message) => message.to);

const confirmed = async (settings: Parameters<typeof openHarness>[0] = {}, release = true): Promise<Harness> => {
  const h = await openHarness(settings);
  await h.play([exfiltration()]);
  await h.acknowledge();
  await h.confirm({ release });
  return h;
};

const close = (h: Harness): void => {
  h.takeMessages();
  h.close();
};

const writtenByNewer = (h: Harness, where: string): void =>
  void h.node.database.run(`UPDATE duty SET doc = json_set(doc, '$.v', 2) WHERE ${where}`);

describe('the report that a page was delivered', () => {
  it('ends neither the release it asked for nor the call', async () => {
    const h = await confirmed({}, false);
    const [duty] = (await h.duties('release')).filter((one) => one.step === 'confirmed');
    expect(duty?.state).toBe('SENT');
    await receive(h.world, { duty: duty!, what: 'delivered', by: { provider: 'ses', eventId: 'e-1' } });
    expect((await h.duties('release')).find((one) => one.id === duty!.id)).toMatchObject({
      state: 'SENT',
      evidence: [{}, { says: 'delivered' }],
    });
    await h.fastForward('4h');
    expect(noticesTo(h)).toHaveLength(3);
    close(h);
  });

  it('is not a word that a person can give for a page', async () => {
    const h = await openHarness();
    await h.play([exfiltration()]);
    const [call] = await h.duties('call');
    const word = await receive(h.world, { duty: call!, what: 'delivered', by: { person: 'malik-brandt' as never, how: 'they said so' } });
    expect(word).toEqual({ ok: false, error: 'this duty is not ended in that way' });
    close(h);
  });

  it('puts off no call: a bounce at the last minute gives the role no other fifteen', async () => {
    const h = await openHarness();
    await h.play([exfiltration()]);
    await h.fastForward('14m');
    const [call] = await h.duties('call');
    await receive(h.world, { duty: call!, what: 'bounced', by: { provider: 'ses', eventId: 'e-1' } });
    await h.fastForward('1m');
    expect((await h.duties('call')).map((one) => `${one.step} ${one.state}`).toSorted()).toEqual(['0 EXPIRED', '1 SENT']);
    close(h);
  });

  it('leaves a repeat the same effect', async () => {
    const keys: string[] = [];
    const h = await openHarness();
    h.weather((message) => {
      if (message.channel === 'mail' && message.subject.includes('Notification')) keys.push(message.key);
      return message.channel === 'mail' && keys.length === 1 ? 'unsure' : undefined;
    });
    await h.play([exfiltration('muster-message-archive')]);
    await h.acknowledge();
    await h.confirm();
    const first = (await h.duties('notice')).find((one) => keys[0]?.startsWith(one.id));
    if (first?.state === 'OPEN') await receive(h.world, { duty: first, what: 'delayed', by: { provider: 'ses', eventId: 'e-1' } });
    await h.fastForward('10m');
    expect(keys.filter((key) => key === keys[0])).toHaveLength(2);
    close(h);
  });
});

describe('a report that read a duty while it was claimed', () => {
  it('does not put the claim back after it was laid down', async () => {
    const h = await openHarness();
    await h.play([exfiltration()]);
    const [call] = await h.duties('call');
    const [at, until] = [call!.nextAt, plus(call!.nextAt, minutes(1))];
    h.clock.set(at);
    const seen = { gen: call!.gen, state: call!.state };
    const mine = await h.world.ledger.claim({ ref: call!, seen, owner: 'looks', epoch: 1, now: at, leaseUntil: plus(at, leaseFor) });
    let first = true;
    const late = {
      ...h.world,
      ledger: {
        ...h.world.ledger,
        duty: async (ref: Parameters<typeof h.world.ledger.duty>[0]) => {
          const read = await h.world.ledger.duty(ref);
          if (first) await h.world.ledger.commit([{ put: 'duty', duty: waiting(mine!, until), if: asRead(mine!) }]);
          first = false;
          return read;
        },
      },
    };
    await receive(late, { duty: call!, what: 'delivered', by: { provider: 'ses', eventId: 'e-1' } });
    const after = await h.world.ledger.duty(call!);
    expect(after).toMatchObject({ nextAt: until, evidence: [{}, {}, { says: 'delivered' }] });
    expect(after?.owner).toBeUndefined();
    close(h);
  });
});

describe('a worker that froze while its mail was kept', () => {
  it('wakes up with its claim lost, and sends nothing', async () => {
    let frozen = false;
    const h = await confirmed({
      wrap: (world, clock) => ({
        ...world,
        evidence: {
          ...world.evidence,
          put: async (ref, source, bytes, at) => {
            await world.evidence.put(ref, source, bytes, at);
            if (ref.startsWith('mail/') && !frozen) {
              frozen = true;
              clock.set(plus(clock.now(), leaseFor));
            }
          },
        },
      }),
    });
    expect(frozen).toBe(true);
    // All three were in hand; each was taken a second time, by whoever was awake.
    expect((await h.duties('notice')).map((one) => one.gen).toSorted()).toEqual([2, 2, 2]);
    expect(noticesTo(h).toSorted()).toEqual([
      'datenschutz@museum-shop.example',
      'privacy@travel-club.example',
      'security@clinic-portal.example',
    ]);
    close(h);
  });
});

/** What a process that dies in the middle never hears. */
const never = (): Promise<never> => new Promise(() => undefined);

describe('a start after a crash', () => {
  it('gives the ticket search its time before it looks for what the dead start made', async () => {
    const h = await openHarness();
    await play(h.node, [exfiltration()], { again: true });
    await assessWaiting(h.node);
    const [ticket] = await h.duties('ticket');
    const searchable = plus(startedAt, seconds(100));
    const late = (world: typeof h.world): typeof h.world => ({
      ...world,
      tickets: {
        ...world.tickets,
        find: async (label, effect) => (h.clock.now() < searchable ? undefined : world.tickets.find(label, effect)),
      },
    });
    const dying = { ...h.world, ledger: { ...h.world.ledger, commit: never } };
    void perform(dying, ticket!, { name: 'dead', epoch: 1 });
    while (h.sinks.sent.length === 0) await new Promise(setImmediate);
    h.clock.set(plus(startedAt, seconds(20)));
    expect(await perform(late(h.world), ticket!, { name: 'next', epoch: 2 })).toBe('done');
    expect((await h.duties('ticket'))[0]).toMatchObject({ state: 'OPEN', nextAt: plus(startedAt, minutes(3)) });
    h.clock.set(plus(startedAt, minutes(3)));
    expect(await perform(late(h.world), ticket!, { name: 'next', epoch: 2 })).toBe('done');
    expect((await h.duties('ticket'))[0]?.state).toBe('DONE');
    expect(h.takeMessages()).toHaveLength(1);
    h.close();
  });

  it('looks for the ticket at once where the desk finds at once, whether the dead start made it or not', async () => {
    for (const made of [true, false]) {
      const h = await openHarness({ wrap: (world) => ({ ...world, tickets: { ...world.tickets, findsAtOnce: true } }) });
      await play(h.node, [exfiltration()], { again: true });
      await assessWaiting(h.node);
      const [ticket] = await h.duties('ticket');
      const open: typeof h.world.tickets.open = async (...asked) => {
        if (made) await h.world.tickets.open(...asked);
        return never();
      };
      void perform({ ...h.world, tickets: { ...h.world.tickets, open } }, ticket!, { name: 'dead', epoch: 1 });
      while ((await h.world.ledger.attemptsOf(ticket!)).length === 0 || (made && h.sinks.sent.length === 0))
        await new Promise(setImmediate);
      expect(await perform(h.world, ticket!, { name: 'next', epoch: 2 })).toBe('done');
      expect((await h.duties('ticket'))[0]?.state).toBe('DONE');
      expect(h.sinks.probes).toHaveLength(1);
      expect(h.takeMessages()).toHaveLength(1);
      h.close();
    }
  });
});

describe('a duty that a newer version wrote', () => {
  it('stands in the way of no settlement: the notice beside it goes once', async () => {
    const h = await confirmed();
    h.takeMessages();
    const before = noticesTo(h).length;
    writtenByNewer(h, "json_extract(doc, '$.step') = 'update'");
    writtenByNewer(h, "json_extract(doc, '$.kind') = 'call'");
    await h.act((_incident, at) => ({
      type: 'Contain',
      at,
      actor: { by: 'person', person: 'malik-brandt' as never, role: 'incident-lead' },
    }));
    await h.fastForward('1h');
    expect(noticesTo(h)).toHaveLength(before);
    expect((await h.incident()).state).toBe('contained');
    close(h);
  });

  it('is not performed, is said aloud, and is performed when it can be read again', async () => {
    const h = await openHarness();
    await play(h.node, [exfiltration()], { again: true });
    await assessWaiting(h.node);
    const [ticket] = await h.duties('ticket');
    writtenByNewer(h, "json_extract(doc, '$.kind') = 'ticket'");
    expect(await perform(h.world, ticket!, { name: 'old', epoch: 1 })).toBe('unknown');
    expect(h.logged.filter((line) => line.includes('item-version-unknown'))).toHaveLength(1);
    expect(await h.work().then(() => h.sinks.sent.filter((message) => message.channel === 'ticket'))).toEqual([]);
    h.node.database.run("UPDATE duty SET doc = json_set(doc, '$.v', 1)");
    expect(await perform(h.world, ticket!, { name: 'new', epoch: 1 })).toBe('done');
    close(h);
  });
});

describe('a finish whose answer was a conflict with itself', () => {
  it('is known as our own: one sending, one line', async () => {
    let repeated = 0;
    const h = await confirmed({
      wrap: (world) => ({
        ...world,
        ledger: {
          ...world.ledger,
          commit: async (writes) => {
            const result = await world.ledger.commit(writes);
            const finish = writes[0]?.put === 'duty' && writes[0].duty.kind === 'notice' && writes[0].duty.state === 'SENT';
            if (!finish || result !== 'committed') return result;
            repeated += 1;
            return 'conflict';
          },
        },
      }),
    });
    expect(repeated).toBe(3);
    for (const notice of await h.duties('notice')) {
      expect(notice.evidence).toHaveLength(1);
      expect((await h.world.ledger.entriesOf(notice.id)).filter((entry) => entry.type === 'DutySent')).toHaveLength(1);
    }
    close(h);
  });
});

describe('two channels that ask to wait', () => {
  it('are tried again when the longer wait is over', async () => {
    const wait = (after: number) => (): Promise<never> =>
      Promise.reject(new PortError('pager', 'again', 'too many', { retryAfter: durationOf(after) }));
    const h = await openHarness({
      wrap: (world) => ({
        ...world,
        pager: { page: wait(200_000) },
        mailer: { send: () => Promise.reject(new PortError('mailer', 'again', 'down')) },
      }),
    });
    await h.play([exfiltration()]);
    const [inform] = await h.duties('inform');
    expect(inform?.nextAt).toBe(plus(startedAt, durationOf(200_000)));
    close(h);
  });
});

describe('a hint that is lost', () => {
  it('does not make what is written undone: the person is told "done"', async () => {
    const h = await openHarness({
      wrap: (world) => ({ ...world, queues: { ...world.queues, wake: () => Promise.reject(new PortError('queues', 'again', 'down')) } }),
    });
    await h.play([exfiltration()]);
    await h.acknowledge();
    expect((await h.incident()).ack).toBeDefined();
    expect(h.logged.some((line) => line.includes('wake-up-lost'))).toBe(true);
    close(h);
  });
});

const member = (n: number): Controller => ({
  id: controllerId(`member-${n}`),
  name: fromConfiguration(`Verein ${n} e.V.`),
  language: 'en',
  zone: 'Europe/Berlin',
  contacts: [{ name: fromConfiguration(`Desk ${n}`), mail: `desk@member-${n}.example` }],
  contract: { trigger: 'suspected', onSuspectedTimeout: 'send' },
});

const withMembers =
  (count: number) =>
  (configuration: Configuration): Configuration => {
    const members = Array.from({ length: count }, (_, i) => member(i + 1));
    return {
      ...configuration,
      directory: {
        ...configuration.directory,
        controllers: new Map([...configuration.directory.controllers, ...members.map((one) => [one.id, one] as const)]),
        assets: configuration.directory.assets.map((asset) =>
          asset.id === 'message-archive' ? { ...asset, controllers: [...asset.controllers, ...members.map((one) => one.id)] } : asset,
        ),
      },
    };
  };

describe('an incident of very many controllers', () => {
  it('tells each of them once, in transactions of a hundred items at most', async () => {
    const sizes: number[] = [];
    const h = await confirmed({
      change: withMembers(150),
      wrap: (world) => ({
        ...world,
        ledger: {
          ...world.ledger,
          commit: (writes) => {
            sizes.push(writes.length);
            return world.ledger.commit(writes);
          },
        },
      }),
    });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(Math.max(...sizes)).toBeGreaterThan(itemsAtOnce / 2);
    const sent = noticesTo(h);
    expect(sent).toHaveLength(153);
    expect(new Set(sent).size).toBe(153);
    expect((await h.duties('fanout')).map((one) => one.state)).toEqual(['DONE']);
    expect(await audit(h.world)).toMatchObject({ repaired: 0, clean: true });
    close(h);
  });

  it('needs no fan-out when they fit', async () => {
    const h = await confirmed({ change: withMembers(20) });
    expect(await h.duties('fanout')).toEqual([]);
    expect(noticesTo(h)).toHaveLength(23);
    close(h);
  });
});

describe('a duty that is gone while its chain stands', () => {
  it('is not made again, and holds up no other that is missing', async () => {
    const h = await openHarness();
    await h.play([exfiltration()]);
    h.node.database.run("DELETE FROM duty WHERE json_extract(doc, '$.kind') = 'ticket'");
    const [inform] = await h.duties('inform');
    h.node.database.run('DELETE FROM duty WHERE id = ?', inform!.id);
    h.node.database.run('DELETE FROM entry WHERE chain = ?', inform!.id);
    expect(await audit(h.world)).toMatchObject({ repaired: 1, unproved: 1, clean: false });
    expect(await h.duties('ticket')).toEqual([]);
    expect((await h.duties('inform')).some((one) => one.id === inform!.id)).toBe(true);
    close(h);
  });
});
