// Decides whether an incident that turns out wider, narrower or false is told so: a clock for who is added, a withdrawal for who was told in error (P-14).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '#core/incident/decide.ts';
import type { Actor } from '#core/incident/incident.ts';
import { controllerId, personId } from '#core/kernel/ids.ts';
import { hours, plus } from '#core/kernel/time.ts';
import { PortError } from '#flow/ports.ts';
import { receive } from '#flow/receive.ts';
import { noticesThatCouldBe } from '#flow/restore.ts';
import { type Harness, lineOf, openHarness, startedAt } from '../flow/harness.ts';
import { type Told, confirmedNotice, contacts, narrowReminder, suspectedNotice, withdrawalNotice } from '../flow/lines.ts';
import { exfiltration, stuffing } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
  await h.play([exfiltration()]);
  await h.acknowledge();
  h.takeMessages();
});
afterEach(() => h.close());

const lead: Actor = { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' };
const evidence = 'The access log of that hour is whole and names the other two alone.';
const everybody = Object.keys(contacts) as Told[];

const about = (type: 'Widen' | 'Narrow', who: Told, reason = evidence) =>
  h.act((_incident, at): Command => ({ type, at, actor: lead, controllers: [controllerId(who)], reason }));
const narrow = (who: Told) => about('Narrow', who);
const widen = (who: Told) => about('Widen', who, 'Its rows were in the export after all.');
const withdraw = () => h.act((_incident, at): Command => ({ type: 'Withdraw', at, actor: lead, reason: evidence }));

const outward = (): readonly string[] =>
  h
    .takeMessages()
    .filter((message) => Object.values(contacts).includes(message.to as (typeof contacts)[Told]))
    .map(lineOf);
const arrived = async (kind: 'notice' | 'withdrawal', who: Told): Promise<void> => {
  const [duty] = (await h.duties(kind)).filter((one) => one.recipient === who && one.state === 'SENT');
  if (!duty) throw new Error(`nothing was sent to ${who}`);
  await receive(h.world, { duty, what: 'delivered', by: { provider: 'smtp', eventId: `${duty.id} arrived` } });
  await h.work();
};

describe('a controller that is not affected after all', () => {
  it('is told nothing when nothing was told yet, and its duty says why', async () => {
    h.weather((message) => (message.to === contacts['travel-club'] ? 'again' : undefined));
    await h.release();
    await narrow('travel-club');
    h.weather(() => undefined);
    await h.fastForward('1h');
    expect(outward().toSorted()).toEqual([suspectedNotice('museum-shop'), suspectedNotice('clinic-portal')]);
    const [notice] = (await h.duties('notice')).filter((duty) => duty.recipient === 'travel-club');
    expect(notice).toMatchObject({ state: 'CANCELLED', reason: `not affected after all: ${evidence}` });
    expect(await h.duties('withdrawal')).toMatchObject([
      { recipient: 'travel-club', state: 'CANCELLED', reason: 'nothing was sent to this controller' },
    ]);
  });

  it('gets a withdrawal once it was told, of its own notice alone, and nothing more', async () => {
    await h.release();
    expect(outward()).toHaveLength(3);
    await h.fastForward('20m');
    await narrow('clinic-portal');
    const [mail, second] = h.takeMessages().filter((message) => message.channel === 'mail' && message.to !== 'dpo@muster.example');
    expect(second).toBeUndefined();
    expect(mail && lineOf(mail)).toBe(withdrawalNotice('clinic-portal'));
    expect(mail?.text).toContain('Notice of a suspected breach, not confirmed: 2026-11-25T09:00:00Z');
    for (const other of ['Museumsladen', 'Travel Club', 'museum-shop', 'travel-club']) expect(mail?.text).not.toContain(other);
    await h.confirm({ reason: 'the log came only then' });
    expect(outward().toSorted()).toEqual([confirmedNotice('museum-shop'), confirmedNotice('travel-club')]);
  });

  it('is asked about until the withdrawal arrived; what it takes back is asked about no more', async () => {
    await h.release();
    await narrow('museum-shop');
    await h.fastForward('35m');
    expect((await h.duties('notice')).map((duty) => [duty.recipient, duty.state]).toSorted()).toEqual([
      ['clinic-portal', 'SENT'],
      ['museum-shop', 'EXPIRED'],
      ['travel-club', 'SENT'],
    ]);
    const [withdrawal] = await h.duties('withdrawal');
    const beside = async () => (await h.duties('human')).filter((duty) => duty.parent === withdrawal?.id).map((duty) => duty.state);
    expect(withdrawal?.state).toBe('SENT');
    expect(await beside()).toEqual(['SENT']);
    await arrived('withdrawal', 'museum-shop');
    expect((await h.duties('withdrawal'))[0]?.state).toBe('DONE');
    await h.fastForward('5h');
    expect(await beside()).toEqual(['CANCELLED']);
    h.takeMessages();
  });

  it('is told again by its old clock when it was affected, and the withdrawal goes nowhere if it had not left', async () => {
    await h.release();
    await arrived('notice', 'clinic-portal');
    h.weather((message) => (message.to === contacts['clinic-portal'] ? 'again' : undefined));
    await narrow('clinic-portal');
    await widen('clinic-portal');
    h.weather(() => undefined);
    h.takeMessages();
    await h.fastForward('30h');
    expect(outward()).toEqual([suspectedNotice('clinic-portal')]);
    const again = (await h.duties('notice')).filter((duty) => duty.recipient === 'clinic-portal');
    expect(again.map((duty) => duty.step)).toEqual(['suspected', 'suspected:2']);
    expect(again[1]?.createdAt).toBe(plus(startedAt, hours(24)));
    expect(await h.duties('withdrawal')).toMatchObject([{ state: 'CANCELLED', reason: 'affected after all' }]);
  });

  it('waits for a notice that is in hand: first it leaves, then its withdrawal', async () => {
    const ruledOut: Promise<unknown>[] = [];
    h.weather((message) => {
      if (message.to === contacts['clinic-portal'] && ruledOut.length === 0) ruledOut.push(narrow('clinic-portal'));
      return undefined;
    });
    await h.release();
    await Promise.all(ruledOut);
    await h.fastForward('5m');
    const lines = outward().filter((line) => line.includes(contacts['clinic-portal']));
    expect(lines).toEqual([suspectedNotice('clinic-portal'), withdrawalNotice('clinic-portal')]);
  });
});

describe('a notice whose sender died over it', () => {
  it('may have left, so its withdrawal does', async () => {
    h.takeMessages();
    h.close();
    let dead = false;
    h = await openHarness({
      wrap: (world) => ({
        ...world,
        ledger: {
          ...world.ledger,
          // Dies between handing the mail over and writing that down, once.
          commit: async (writes) => {
            const isIt = writes.some(
              (write) => write.put === 'duty' && write.duty.recipient === 'clinic-portal' && write.duty.state === 'SENT',
            );
            if (!isIt || dead) return world.ledger.commit(writes);
            dead = true;
            throw new PortError('ledger', 'again', 'dies here');
          },
        },
      }),
    });
    await h.play([exfiltration()]);
    await h.acknowledge();
    await h.release();
    await narrow('clinic-portal');
    await h.fastForward('10m');
    expect((await h.duties('notice')).find((duty) => duty.recipient === 'clinic-portal')).toMatchObject({
      state: 'CANCELLED',
      evidence: [],
    });
    expect(outward().filter((line) => line.includes(contacts['clinic-portal']))).toEqual([
      suspectedNotice('clinic-portal'),
      withdrawalNotice('clinic-portal'),
    ]);
  });
});

describe('what could have been sent after a backup was made', () => {
  it('includes withdrawals, and notices that were told again', async () => {
    await h.release();
    await narrow('clinic-portal');
    await widen('clinic-portal');
    await h.release();
    const { configuration } = h.world.directory.current();
    const could = noticesThatCouldBe([await h.incident()], configuration, h.clock.now());
    const sent = (await h.duties()).filter((duty) => duty.lane === 'notify');
    expect(sent.map((duty) => [duty.kind, duty.recipient, duty.step]).toSorted()).toEqual([
      ['notice', 'clinic-portal', 'suspected'],
      ['notice', 'clinic-portal', 'suspected:2'],
      ['notice', 'museum-shop', 'suspected'],
      ['notice', 'travel-club', 'suspected'],
      ['withdrawal', 'clinic-portal', '1'],
    ]);
    for (const duty of sent) expect(could.get(duty.id)?.duty).toMatchObject({ kind: duty.kind, step: duty.step });
    h.takeMessages();
  });
});

describe('a controller that is added', () => {
  beforeEach(async () => {
    h.takeMessages();
    h.close();
    h = await openHarness();
    await h.play([...stuffing('org_museum_shop')]);
    await h.acknowledge();
    h.takeMessages();
  });

  it('has its own clock and its own notice; what was told before keeps its hour', async () => {
    await h.fastForward('10h');
    const before = (await h.duties()).map((duty) => [duty.id, duty.deadlineAt] as const);
    await widen('clinic-portal');
    expect((await h.incident()).controllersAt).toMatchObject({ 'museum-shop': startedAt, 'clinic-portal': plus(startedAt, hours(10)) });
    await h.fastForward('24h');
    const told = h.takeMessages().filter((message) => message.subject.startsWith('Notice'));
    expect(told.map((message) => [message.to, (message.at - startedAt) / 3_600_000])).toEqual([
      [contacts['museum-shop'], 24],
      [contacts['clinic-portal'], 34],
    ]);
    const after = new Map((await h.duties()).map((duty) => [duty.id, duty.deadlineAt]));
    for (const [id, deadlineAt] of before) expect(after.get(id)).toBe(deadlineAt);
  });
});

describe('an incident that turns out false', () => {
  it('is withdrawn by a person, from each that received something, and nothing of it is deleted', async () => {
    await h.release();
    await h.confirm();
    h.takeMessages();
    const before = await h.entries();
    await withdraw();
    expect(outward().toSorted()).toEqual(everybody.map((who) => withdrawalNotice(who, 'confirmed')).toSorted());
    const incident = await h.incident();
    expect(incident).toMatchObject({ state: 'refuted', outcome: 'refuted' });
    expect(incident.releases).toHaveLength(6);
    expect(incident.aware?.at).toBe(startedAt);
    const after = await h.entries();
    const known = new Set(after.map((entry) => entry.hash));
    for (const entry of before) expect(known.has(entry.hash)).toBe(true);
  });

  it('is never withdrawn by itself: a refutation asks a person, once, until it is done', async () => {
    await h.release();
    await h.refute();
    expect(outward().toSorted()).toEqual(everybody.map(suspectedNotice).toSorted());
    await h.fastForward('3h');
    expect(outward()).toEqual([]);
    await withdraw();
    expect(outward().toSorted()).toEqual(everybody.map((who) => withdrawalNotice(who)).toSorted());
    const [asked] = (await h.duties('human')).filter((duty) => duty.step === 'withdraw');
    expect(asked).toMatchObject({ state: 'CANCELLED', reason: 'withdrawn' });
    expect(await withdraw()).toMatchObject({ ok: false, error: { kind: 'already' } });
  });

  it('promises no further word: the update falls away', async () => {
    await h.release();
    await withdraw();
    await h.fastForward('21h');
    const [update] = (await h.duties('human')).filter((duty) => duty.step === 'update');
    expect(update).toMatchObject({ state: 'CANCELLED', reason: 'withdrawn' });
    h.takeMessages();
  });

  it('lets no notice go that was on its way', async () => {
    h.weather((message) => (message.to === contacts['travel-club'] ? 'again' : undefined));
    await h.release();
    await withdraw();
    h.weather(() => undefined);
    await h.fastForward('1h');
    expect(outward().filter((line) => line.includes(contacts['travel-club']))).toEqual([]);
    const [notice] = (await h.duties('notice')).filter((duty) => duty.recipient === 'travel-club');
    expect(notice).toMatchObject({ state: 'CANCELLED', reason: 'withdrawn before it was sent' });
  });
});

describe('the question which of those that share the archive is affected', () => {
  it('is put to the lead after an hour, and ends with an answer', async () => {
    const [asked] = await h.duties('narrow');
    expect(asked).toMatchObject({ state: 'OPEN', deadlineAt: plus(startedAt, hours(4)) });
    await h.fastForward('59m');
    h.expectMessages([]);
    await h.fastForward('1m');
    h.expectMessages([narrowReminder('lead')]);
    await narrow('museum-shop');
    expect(await h.duties('narrow')).toMatchObject([{ state: 'DONE', reason: 'answered' }]);
  });

  it('is not put to anybody who answered before', async () => {
    await h.confirmScope();
    expect(await h.duties('narrow')).toMatchObject([{ state: 'DONE', attempts: 1 }]);
    await h.fastForward('90m');
    h.expectMessages([]);
  });
});

describe('the register', () => {
  it('keeps who decided, whom it is about and why', async () => {
    await h.release();
    await narrow('museum-shop');
    await widen('museum-shop');
    await h.confirmScope();
    await withdraw();
    const scope = (await h.entries()).filter((entry) => /^(Scope|Notices)/.test(entry.type));
    expect(scope.map((entry) => [entry.type, entry.actor, entry.data])).toEqual([
      ['ScopeNarrowed', 'person:incident-lead:malik-brandt', { controllers: ['museum-shop'], reason: evidence }],
      [
        'ScopeWidened',
        'person:incident-lead:malik-brandt',
        { controllers: ['museum-shop'], reason: 'Its rows were in the export after all.' },
      ],
      ['NoticesWithdrawn', 'person:incident-lead:malik-brandt', { controllers: ['clinic-portal', 'travel-club'], reason: evidence }],
    ]);
    h.takeMessages();
  });
});
