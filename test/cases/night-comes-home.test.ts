// P-13: the morning after. The register of a night that was worked elsewhere comes home whole, with both roots, and nobody is told again.
import { describe, expect, it } from 'vitest';
import { genesis } from '#core/kernel/hash.ts';
import { personId } from '#core/kernel/ids.ts';
import { instantOf } from '#core/kernel/time.ts';
import { nextEntry } from '#core/register/entry.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { mergeNight } from '#flow/merge-night.ts';
import { play } from '#local/play.ts';
import { workOff } from '#local/loops.ts';
import type { OpenNight } from '#local/night.ts';
import { exfiltration } from '../flow/raw-events.ts';
import { confirmAt, elsewhere, h, ten, toControllers, twoMachines } from './two-machines.ts';

twoMachines();

describe('on the morning after', () => {
  const merged = async (night: OpenNight) => {
    const { ledger, evidence } = night.node.world;
    const done = await mergeNight(h.world, { ledger, evidence, journal: night.node.journal }, personId('greta-vogt'));
    if (!done.ok) throw new Error(done.error);
    return done.value;
  };

  it('the register of the night comes home, with both roots, and nobody is told again', async () => {
    await h.play([exfiltration()]);
    const night = await elsewhere({ distrusted: ['mail'] });
    await confirmAt(night);
    const became = await h.incident();
    await h.fastForward('1h');
    h.takeMessages();
    const lines = await night.node.world.ledger.incident(became.id);
    const home = await merged(night);
    expect(home.rows.filter(({ verdict }) => verdict === 'sent').map(({ recipient }) => recipient)).toEqual(expect.arrayContaining(ten));
    expect((await h.incident()).aware?.at).toBe(lines?.aware?.at);
    const chain = (await h.entries()).filter(({ chain: one }) => one.startsWith('night:'));
    expect(chain.at(-1)).toMatchObject({ type: 'NightMerged', data: home.roots });
    const kept = chain.filter(({ type }) => type === 'NightEntry');
    expect(kept).toHaveLength(home.entries);
    expect(kept.map(({ data }) => (data['entry'] as { type: string }).type)).toEqual(
      expect.arrayContaining(['NightStarted', 'BreachConfirmed', 'DutySent']),
    );
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
    // A day of the house's own clocks: the controllers hear nothing of this a second time.
    await h.fastForward('25h');
    expect(h.takeMessages().filter(({ to }) => to.startsWith('privacy@'))).toEqual([]);
    expect((await h.duties('notice')).filter(({ step }) => step.startsWith('confirmed')).every(({ state }) => state === 'SENT')).toBe(true);
  });

  it('a second time changes nothing more', async () => {
    await h.play([exfiltration()]);
    const night = await elsewhere();
    await confirmAt(night);
    await merged(night);
    const before = await h.entries();
    const again = await merged(night);
    expect([again.entries, again.adopted, again.rows.every(({ verdict }) => verdict === 'known' || verdict === 'open')]).toEqual([
      0,
      0,
      true,
    ]);
    expect(await h.entries()).toEqual(before);
  });

  it('a case that began that night is a case of the house, with what was sent', async () => {
    const night = await elsewhere();
    await play(night.node, [exfiltration()], { again: true });
    await workOff(night.node);
    await confirmAt(night);
    expect(toControllers()).toHaveLength(10);
    const done = await merged(night);
    expect([done.adopted, done.entries]).toEqual([1, 1]);
    expect((await h.incident()).state).toBe('confirmed');
    await h.fastForward('25h');
    expect(h.takeMessages().filter(({ to }) => to.startsWith('privacy@'))).toEqual([]);
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
  });

  it('a line that somebody else wrote meanwhile is gone on behind', async () => {
    await h.play([exfiltration()]);
    const night = await elsewhere();
    const { ledger, evidence } = night.node.world;
    const { commit } = h.world.ledger;
    let seen = 0;
    const disturbed = async (writes: Parameters<typeof commit>[0]): Promise<'committed' | 'conflict'> => {
      const [first] = writes;
      if (first?.put === 'entry' && first.entry.chain.startsWith('night:')) {
        seen += 1;
        const { chain, actor } = first.entry;
        const foreign = nextEntry(genesis, { chain, at: h.clock.now(), actor, type: 'NightLookedAt', data: {} });
        if (seen === 1) await commit([{ put: 'entry', entry: foreign }]);
      }
      return commit(writes);
    };
    const home = { ...h.world, ledger: { ...h.world.ledger, commit: disturbed } };
    expect(await mergeNight(home, { ledger, evidence, journal: night.node.journal }, personId('greta-vogt'))).toMatchObject({ ok: true });
    const chain = (await h.entries()).filter((one) => one.chain.startsWith('night:'));
    expect([chain[0]?.type, chain.at(-1)?.type]).toEqual(['NightLookedAt', 'NightMerged']);
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
  });

  it('two who bring it home at once break no chain', async () => {
    await h.play([exfiltration()]);
    const night = await elsewhere();
    await confirmAt(night);
    // One of them may be told to try again, and does.
    const both = await Promise.allSettled([merged(night), merged(night)]);
    expect(both.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    await merged(night);
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
    await h.fastForward('25h');
    expect(h.takeMessages().filter(({ to }) => to.startsWith('privacy@'))).toEqual([]);
  });

  it('a case is taken over where its chain is longer than a transaction, and where a try before broke off', async () => {
    const night = await elsewhere();
    await play(night.node, [exfiltration()], { again: true });
    await workOff(night.node);
    await confirmAt(night);
    const { commit } = h.world.ledger;
    let left = 30;
    const narrow = async (writes: Parameters<typeof commit>[0]): Promise<'committed' | 'conflict'> => {
      if (writes.length > 2) throw new Error('more than this ledger takes at once');
      left -= 1;
      if (left === 0) throw new Error('the line broke');
      return commit(writes);
    };
    const { ledger, evidence } = night.node.world;
    const home = { ...h.world, ledger: { ...h.world.ledger, commit: narrow } };
    const merge = () => mergeNight(home, { ledger, evidence, journal: night.node.journal }, personId('greta-vogt'));
    await expect(merge()).rejects.toThrow('the line broke');
    expect(await merge()).toMatchObject({ ok: true, value: { adopted: 1 } });
    expect((await h.incident()).state).toBe('confirmed');
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
    expect((await h.duties('notice')).filter(({ state }) => state === 'SENT')).toHaveLength(10);
  });

  it('the bytes that each controller got lie where all others do', async () => {
    await h.play([exfiltration()]);
    const night = await elsewhere();
    await confirmAt(night);
    await merged(night);
    const kept: Buffer[] = [];
    for await (const { eventId, what } of night.node.journal.since(instantOf(0)))
      if (what === 'tried') kept.push(Buffer.from((await h.world.evidence.get(`mail/${eventId}`)) ?? []));
    for (const { bytes } of toControllers()) expect(kept.some((one) => one.equals(bytes))).toBe(true);
  });

  it('a store in which no night began is refused', async () => {
    const done = await mergeNight(
      h.world,
      { ledger: h.world.ledger, evidence: h.world.evidence, journal: h.node.journal },
      personId('greta-vogt'),
    );
    expect(done).toEqual({ ok: false, error: 'no night was ever begun in this store' });
  });
});
