// Decides what every ledger keeps, whichever world it stands in: the one contract of the duty ledger (reliability.md 6.3).
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Duty, DutyRef, Lane } from '#core/duty/duty.ts';
import type { ControllerId } from '#core/kernel/ids.ts';
import { type Instant, endOfTime } from '#core/kernel/time.ts';
import type { Ledger, Receipt, Write } from '#flow/ports.ts';
import {
  at,
  claimOf,
  laneList,
  sampleChain,
  sampleDuty,
  sampleIncident,
  sampleReceipt,
  sampleSignal,
  sampleSignalId,
  subjectOf,
} from './samples.ts';

/**
 * A fresh, empty ledger. `epochs`: leases of an older start are void at once (single node, D-7); AWS keeps time leases.
 * `remote`: a reply may be lost on the way, so an own write that is tried again must be recognised (F-19).
 */
export type LedgerUnderTest = {
  readonly ledger: Ledger;
  readonly epochs: boolean;
  readonly remote: boolean;
  readonly close: () => Promise<void>;
};
export type OpenLedger = () => Promise<LedgerUnderTest>;

const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

const newDuty = (duty: Duty): Write => ({ put: 'duty', duty, if: 'absent' });
const refOf = (duty: Duty): DutyRef => ({ subject: duty.subject, id: duty.id });

/** A race's loser may hear `conflict` or a PortError `again`; both mean "not you". */
const tried = async (attempt: Promise<'committed' | 'conflict'>): Promise<'committed' | 'lost'> =>
  attempt.then(
    (answer) => (answer === 'committed' ? 'committed' : 'lost'),
    () => 'lost' as const,
  );

export const ledgerContract = (name: string, open: OpenLedger): void => {
  describe(`the ledger's contract on ${name}`, () => {
    let world: LedgerUnderTest;
    let ledger: Ledger;
    beforeEach(async () => {
      world = await open();
      ledger = world.ledger;
    });
    afterEach(() => world.close());

    const nominated = (lane: Lane, now: Instant, epoch = 1) => all(ledger.due(lane, now, epoch));
    const due = async (lane: Lane, now: Instant, epoch = 1): Promise<readonly DutyRef[]> =>
      (await nominated(lane, now, epoch)).map(({ subject, id }) => ({ subject, id }));
    const put = async (...writes: Write[]) => expect(await ledger.commit(writes)).toBe('committed');

    describe('what was never written', () => {
      it('is absent, not an error', async () => {
        const duty = sampleDuty(1);
        expect(await ledger.incident(sampleIncident(1).id)).toBeUndefined();
        expect(await ledger.duty(refOf(duty))).toBeUndefined();
        expect(await ledger.dutiesOf(subjectOf(1))).toEqual([]);
        expect(await ledger.caseOf('k')).toBeUndefined();
        expect(await ledger.signal(sampleSignalId(1))).toBeUndefined();
        expect(await ledger.receipt('fail2ban', 'delivery-1')).toBeUndefined();
        expect(await ledger.attemptsOf(refOf(duty))).toEqual([]);
        expect(await ledger.entriesOf('inc-none')).toEqual([]);
        expect(await ledger.nextWake()).toBeUndefined();
        expect(await all(ledger.incidents())).toEqual([]);
        expect(await all(ledger.entries())).toEqual([]);
        expect(await ledger.quarantined(5)).toEqual([]);
        expect(await ledger.claim(claimOf(duty, 'w1', at(60)))).toBeUndefined();
      });

      it('may be committed as nothing at all', async () => {
        expect(await ledger.commit([])).toBe('committed');
      });
    });

    describe('a commit', () => {
      it('gives back incident, duties and entries exactly as they were put', async () => {
        const incident = sampleIncident(1);
        const duties = [sampleDuty(1), sampleDuty(2, { lane: 'page', kind: 'call' })];
        const entries = sampleChain(incident.id, 12);
        await put(
          { put: 'incident', incident, ifVer: 0 },
          ...duties.map(newDuty),
          ...entries.map((entry): Write => ({ put: 'entry', entry })),
        );
        expect(await ledger.incident(incident.id)).toEqual(incident);
        expect(new Map((await ledger.dutiesOf(subjectOf(1))).map((d) => [d.id, d]))).toEqual(new Map(duties.map((d) => [d.id, d])));
        expect(await ledger.entriesOf(incident.id)).toEqual(entries);
      });

      it('does all or nothing when one condition fails', async () => {
        await put({ put: 'incident', incident: sampleIncident(1), ifVer: 0 });
        const late: Write[] = [
          newDuty(sampleDuty(7)),
          { put: 'receipt', receipt: sampleReceipt(7) },
          { put: 'incident', incident: sampleIncident(1, { ver: 5 }), ifVer: 4 },
          ...sampleChain('chain-7', 1).map((entry): Write => ({ put: 'entry', entry })),
        ];
        expect(await ledger.commit(late)).toBe('conflict');
        expect(await ledger.duty(refOf(sampleDuty(7)))).toBeUndefined();
        expect(await ledger.receipt('fail2ban', 'delivery-7')).toBeUndefined();
        expect(await ledger.entriesOf('chain-7')).toEqual([]);
        expect((await ledger.incident(sampleIncident(1).id))?.ver).toBe(1);
      });

      it('lets exactly one of two writers of the same version win', async () => {
        await put({ put: 'incident', incident: sampleIncident(1), ifVer: 0 });
        const answers = await Promise.all(
          ['low', 'critical'].map((level) =>
            tried(ledger.commit([{ put: 'incident', incident: sampleIncident(1, { ver: 2, level: level as 'low' }), ifVer: 1 }])),
          ),
        );
        expect(answers.toSorted()).toEqual(['committed', 'lost']);
        expect((await ledger.incident(sampleIncident(1).id))?.ver).toBe(2);
      });

      it('refuses to create an incident, a duty or an entry that is there already', async () => {
        const [entry] = sampleChain('chain-1', 1);
        const other = sampleChain('chain-1', 1).map((e) => ({ ...e, actor: 'machine:other' }));
        await put({ put: 'incident', incident: sampleIncident(1), ifVer: 0 }, newDuty(sampleDuty(1)), { put: 'entry', entry: entry! });
        expect(await ledger.commit([{ put: 'incident', incident: sampleIncident(1, { level: 'low' }), ifVer: 0 }])).toBe('conflict');
        expect(await ledger.commit([newDuty(sampleDuty(1, { attempts: 3 }))])).toBe('conflict');
        expect(await ledger.commit([{ put: 'entry', entry: other[0]! }])).toBe('conflict');
        expect(await ledger.entriesOf('chain-1')).toEqual([entry]);
      });

      it('changes a duty only from the gen and state that were seen', async () => {
        const duty = sampleDuty(1);
        await put(newDuty(duty));
        const sent = { ...duty, state: 'SENT' as const };
        expect(await ledger.commit([{ put: 'duty', duty: sent, if: { gen: 1, state: 'OPEN' } }])).toBe('conflict');
        expect(await ledger.commit([{ put: 'duty', duty: sent, if: { gen: 0, state: 'SENT' } }])).toBe('conflict');
        expect(await ledger.commit([{ put: 'duty', duty: sent, if: { gen: 0, state: 'OPEN', seq: sent.head.seq + 1 } }])).toBe('conflict');
        expect(await ledger.commit([{ put: 'duty', duty: sent, if: { gen: 0, state: 'OPEN', seq: sent.head.seq } }])).toBe('committed');
        expect((await ledger.duty(refOf(duty)))?.state).toBe('SENT');
      });

      it('does not change a duty that was never created', async () => {
        expect(await ledger.commit([{ put: 'duty', duty: sampleDuty(1), if: { gen: 0, state: 'OPEN' } }])).toBe('conflict');
      });

      it('keeps no field of the version before', async () => {
        const duty = sampleDuty(1, { owner: 'w1', ownerEpoch: 1, leaseUntil: at(120), lastFailure: 'refused' });
        await put(newDuty(duty));
        const { owner: _o, ownerEpoch: _e, leaseUntil: _l, lastFailure: _f, ...bare } = duty;
        await put({ put: 'duty', duty: bare, if: { gen: 0, state: 'OPEN' } });
        expect(await ledger.duty(refOf(duty))).toEqual(bare);
      });

      it('takes the opening of an incident with eighty items', async () => {
        const duties = Array.from({ length: 40 }, (_, n) => sampleDuty(n));
        const entries = duties.flatMap((d) => sampleChain(d.id, 1));
        await put(...duties.map(newDuty), ...entries.map((entry): Write => ({ put: 'entry', entry })));
        expect(await ledger.dutiesOf(subjectOf(1))).toHaveLength(40);
        expect(await all(ledger.entries())).toHaveLength(40);
      });

      it('guards cases by version and signals by the incidents they had', async () => {
        const record = { key: 'k', ver: 1, cases: [{ n: 0, incident: sampleIncident(1).id, from: at(0), to: at(5) }] };
        await put({ put: 'case', record, ifVer: 0 }, { put: 'signal', signal: sampleSignal(1), if: 'absent' });
        expect(await ledger.caseOf('k')).toEqual(record);
        expect(await ledger.signal(sampleSignalId(1))).toEqual(sampleSignal(1));
        const again = sampleSignal(1, { delivery: 'delivery-2' });
        expect(await ledger.commit([{ put: 'signal', signal: again, if: 'absent' }])).toBe('conflict');
        expect(await ledger.commit([{ put: 'signal', signal: sampleSignal(2), if: { incidents: 0 } }])).toBe('conflict');
        expect(await ledger.commit([{ put: 'case', record: { ...record, ver: 2, cases: [] }, ifVer: 0 }])).toBe('conflict');
        const attached = sampleSignal(1, { incidents: [sampleIncident(1).id] });
        expect(await ledger.commit([{ put: 'signal', signal: attached, if: { incidents: 1 } }])).toBe('conflict');
        await put({ put: 'signal', signal: attached, if: { incidents: 0 } }, { put: 'case', record: { ...record, ver: 2 }, ifVer: 1 });
        expect(await ledger.signal(sampleSignalId(1))).toEqual(attached);
        expect((await ledger.caseOf('k'))?.ver).toBe(2);
        expect(await ledger.commit([{ put: 'signal', signal: again, if: { incidents: 0 } }])).toBe('conflict');
      });
    });

    describe('a claim', () => {
      it('raises gen and attempts, notes the owner and pushes the wake-up to the end of the lease', async () => {
        const duty = sampleDuty(1);
        await put(newDuty(duty));
        const claimed = await ledger.claim(claimOf(duty, 'w1', at(60)));
        const leaseUntil = at(180);
        expect(claimed).toEqual({ ...duty, gen: 1, attempts: 1, owner: 'w1', ownerEpoch: 1, leaseUntil, nextAt: leaseUntil });
        expect(await ledger.duty(refOf(duty))).toEqual(claimed);
      });

      it('never takes the duty out of the due index', async () => {
        const duty = sampleDuty(1);
        await put(newDuty(duty));
        await ledger.claim(claimOf(duty, 'w1', at(60)));
        expect(await due('notify', at(179))).toEqual([]);
        expect(await due('notify', at(180))).toEqual([refOf(duty)]);
        expect(await ledger.nextWake()).toBe(at(180));
      });

      it('is refused for a stale gen, another state, or a duty that is not due', async () => {
        const duty = sampleDuty(1, { gen: 4, nextAt: at(50) });
        await put(newDuty(duty));
        expect(await ledger.claim(claimOf({ ...duty, gen: 3 }, 'w1', at(60)))).toBeUndefined();
        expect(await ledger.claim(claimOf({ ...duty, state: 'SENT' }, 'w1', at(60)))).toBeUndefined();
        expect(await ledger.claim(claimOf(duty, 'w1', at(49)))).toBeUndefined();
        expect((await ledger.claim(claimOf(duty, 'w1', at(50))))?.gen).toBe(5);
      });

      it('goes to exactly one of ten workers', async () => {
        const duty = sampleDuty(1);
        await put(newDuty(duty));
        const claims = await Promise.all(
          Array.from({ length: 10 }, (_, n) => ledger.claim(claimOf(duty, `w${n}`, at(60))).catch(() => undefined)),
        );
        expect(claims.filter((c) => c !== undefined)).toHaveLength(1);
        expect((await ledger.duty(refOf(duty)))?.gen).toBe(1);
      });

      it('recognises its own write where replies can be lost (F-19), and never another worker’s', async () => {
        const duty = sampleDuty(1);
        await put(newDuty(duty));
        const first = await ledger.claim(claimOf(duty, 'w1', at(60)));
        const again = await ledger.claim(claimOf(duty, 'w1', at(60)));
        expect(again).toEqual(world.remote ? first : undefined);
        expect(await ledger.claim(claimOf(duty, 'w2', at(60)))).toBeUndefined();
      });

      it('is open to the next worker when the lease has ended, under a higher gen', async () => {
        const duty = sampleDuty(1);
        await put(newDuty(duty));
        const first = await ledger.claim(claimOf(duty, 'w1', at(60)));
        const second = await ledger.claim(claimOf(first!, 'w2', at(181)));
        expect(second).toMatchObject({ gen: 2, attempts: 2, owner: 'w2' });
        const settled: Write = { put: 'duty', duty: { ...first!, state: 'DONE' }, if: { gen: first!.gen, state: 'OPEN' } };
        expect(await ledger.commit([settled])).toBe('conflict');
      });

      it('takes over at once from an older start where the world has epochs, else waits for the lease', async () => {
        const duty = sampleDuty(1);
        await put(newDuty(duty));
        const first = await ledger.claim(claimOf(duty, 'w1', at(60), 1));
        const nominees = await due('notify', at(61), 2);
        const second = await ledger.claim(claimOf(first!, 'w2', at(61), 2));
        expect(nominees).toEqual(world.epochs ? [refOf(duty)] : []);
        expect(second?.gen).toBe(world.epochs ? 2 : undefined);
      });

      it('never lowers gen over any sequence of claims and settlements', async () => {
        let run = 0;
        const turn = async (start: Duty, now: number, settle: boolean): Promise<void> => {
          const seen = (await ledger.duty(refOf(start)))!;
          const claimed = await ledger.claim(claimOf(seen, `w${run}-${now}-${seen.gen}`, at(now)));
          expect(claimed?.gen).toBe(seen.nextAt > at(now) ? undefined : seen.gen + 1);
          const next = claimed && { ...claimed, nextAt: at(now + 1) };
          if (next && settle) await put({ put: 'duty', duty: next, if: { gen: next.gen, state: 'OPEN' } });
          expect((await ledger.duty(refOf(start)))!.gen).toBe(claimed?.gen ?? seen.gen);
        };
        const step = fc.record({ after: fc.integer({ min: 0, max: 200 }), settle: fc.boolean() });
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
            run += 1;
            const start = sampleDuty(run, { subject: subjectOf(500), nextAt: at(0) });
            await put(newDuty(start));
            let now = 0;
            for (const { after, settle } of steps) {
              now += after;
              await turn(start, now, settle);
            }
          }),
          { numRuns: 12 },
        );
      });
    });

    describe('what is due', () => {
      it('comes earliest first, whole, and from its own lane only', async () => {
        const order = [9, 3, 22, 1, 14, 7, 30, 11, 5, 18, 2, 25];
        await put(...order.map((n) => newDuty(sampleDuty(n))));
        await put(newDuty(sampleDuty(40, { lane: 'page', nextAt: at(1) })));
        expect(await due('notify', at(25))).toEqual(
          order
            .filter((n) => n <= 25)
            .toSorted((a, b) => a - b)
            .map((n) => refOf(sampleDuty(n))),
        );
        expect(await due('page', at(25))).toEqual([refOf(sampleDuty(40))]);
        expect(await due('ticket', at(25))).toEqual([]);
      });

      it('says with each when it wakes, by when it is due, and whose turn it is', async () => {
        const controller = 'museum-shop' as ControllerId;
        await put(newDuty(sampleDuty(1, { controller })), newDuty(sampleDuty(2, { deadlineAt: at(900) })));
        const [one, two] = await nominated('notify', at(60));
        expect(one).toEqual({ ...refOf(sampleDuty(1)), nextAt: at(1), deadlineAt: at(3_600), share: controller });
        expect(two).toEqual({ ...refOf(sampleDuty(2)), nextAt: at(2), deadlineAt: at(900), share: subjectOf(1) });
      });

      it('lists everything that is not ended when asked for the end of time', async () => {
        await put(newDuty(sampleDuty(1, { nextAt: at(86_400) })), newDuty(sampleDuty(2)), newDuty(sampleDuty(3, { state: 'DONE' })));
        expect(await due('notify', endOfTime)).toEqual([refOf(sampleDuty(2)), refOf(sampleDuty(1))]);
      });

      it('holds SENT and BLOCKED duties, and drops one the moment it is terminal', async () => {
        const duties = [sampleDuty(1), sampleDuty(2, { state: 'SENT' }), sampleDuty(3, { state: 'BLOCKED' })];
        await put(...duties.map(newDuty));
        expect(await due('notify', at(9))).toHaveLength(3);
        for (const state of ['DONE', 'CANCELLED', 'EXPIRED', 'CLOSED'] as const) {
          const ended = sampleDuty(10, { subject: subjectOf(state.length), state: 'OPEN' });
          await put(newDuty(ended));
          await put({ put: 'duty', duty: { ...ended, state, endedAt: at(11) }, if: { gen: 0, state: 'OPEN' } });
        }
        expect(await due('notify', at(60))).toHaveLength(3);
      });

      it('names the next wake-up of all lanes', async () => {
        await put(...laneList.map((lane, i) => newDuty(sampleDuty(50 - i, { lane }))));
        expect(await ledger.nextWake()).toBe(at(47));
      });
    });

    describe('an intent', () => {
      it('is written once per gen and channel, and listed in order', async () => {
        const duty = sampleDuty(1);
        const intent = (gen: number) => ({ duty: duty.id, subject: duty.subject, gen, channel: 'mail', intentAt: at(gen) });
        expect(await ledger.intend(intent(2))).toBe(true);
        expect(await ledger.intend({ ...intent(2), intentAt: at(99) })).toBe(false);
        expect(await ledger.intend({ ...intent(2), channel: 'slack' })).toBe(true);
        expect(await ledger.intend(intent(11))).toBe(true);
        expect(await ledger.intend(intent(1))).toBe(true);
        expect(await ledger.intend({ ...intent(1), duty: sampleDuty(2).id })).toBe(true);
        expect(await ledger.attemptsOf(refOf(duty))).toEqual([intent(1), intent(2), { ...intent(2), channel: 'slack' }, intent(11)]);
      });
    });

    describe('lists', () => {
      it('names incidents by their opening, each once, as they are now', async () => {
        for (const n of [5, 2, 9, 1]) await put({ put: 'incident', incident: sampleIncident(n), ifVer: 0 });
        await put({ put: 'incident', incident: sampleIncident(9, { ver: 2, openedAt: at(0) }), ifVer: 1 });
        const listed = await all(ledger.incidents());
        expect(listed.map((i) => [i.id, i.ver])).toEqual([9, 1, 2, 5].map((n) => [sampleIncident(n).id, n === 9 ? 2 : 1]));
      });

      it('gives the register by chain, then by sequence', async () => {
        const chains = [sampleChain('duty-b', 11), sampleChain('inc-a', 3), sampleChain('duty-a', 2)];
        for (const entry of chains.flat().toReversed()) await put({ put: 'entry', entry });
        const listed = await all(ledger.entries());
        expect(listed.map((e) => [e.chain, e.seq])).toEqual(
          ['duty-a', 'duty-b', 'inc-a'].flatMap((chain) =>
            chains
              .flat()
              .filter((e) => e.chain === chain)
              .map((e) => [e.chain, e.seq]),
          ),
        );
        expect(new Set(listed.map((e) => e.hash))).toEqual(new Set(chains.flat().map((e) => e.hash)));
      });

      it('counts receipts by source and disposition, each delivery once', async () => {
        await put(
          { put: 'receipt', receipt: sampleReceipt(1) },
          { put: 'receipt', receipt: sampleReceipt(2, { disposition: 'duplicate' }) },
        );
        await put({ put: 'receipt', receipt: sampleReceipt(3) }, { put: 'receipt', receipt: sampleReceipt(1, { source: 'auth0' }) });
        // One delivery, one receipt (D-9): the second is refused and the first stays.
        expect(await ledger.commit([{ put: 'receipt', receipt: sampleReceipt(3, { disposition: 'duplicate' }) }])).toBe('conflict');
        expect(await ledger.receipt('fail2ban', 'delivery-3')).toEqual(sampleReceipt(3));
        const counted = (await ledger.intake())
          .filter((line) => line.disposition !== 'stored' && line.disposition !== 'waiting')
          .map((l) => [l.source, l.disposition, l.count]);
        expect(counted.toSorted()).toEqual([
          ['auth0', 'assessed', 1],
          ['fail2ban', 'assessed', 2],
          ['fail2ban', 'duplicate', 1],
        ]);
      });

      it('shows the latest quarantined receipts first, up to the limit', async () => {
        const bad = [1, 2, 3, 4, 5].map((n) => sampleReceipt(n, { disposition: 'quarantined', reason: 'time: RFC 3339 expected' }));
        await put(...bad.map((receipt): Write => ({ put: 'receipt', receipt })), { put: 'receipt', receipt: sampleReceipt(6) });
        expect(await ledger.quarantined(3)).toEqual([bad[4], bad[3], bad[2]]);
        expect(await ledger.quarantined(50)).toHaveLength(5);
        const other = sampleReceipt(3, { source: 'auth0', disposition: 'quarantined', reason: 'type: text expected', received: at(2) });
        await put({ put: 'receipt', receipt: other });
        expect(await ledger.quarantined(50, 'auth0')).toEqual([other]);
        expect(await ledger.quarantined(2, 'fail2ban')).toEqual([bad[4], bad[3]]);
      });

      it('remembers when each source was heard of by what it sends itself, to the minute', async () => {
        expect(await ledger.heard()).toEqual([]);
        const come = (n: number, seconds: number, change: Partial<Receipt> = {}) =>
          put({ put: 'receipt', receipt: sampleReceipt(n, { at: at(seconds), ...change }) });
        await come(1, 0);
        await come(2, 30, { disposition: 'quarantined' });
        expect(await ledger.heard()).toEqual([{ source: 'fail2ban', since: at(0), at: at(0), longest: 0 }]);
        await come(3, 3_600);
        await come(4, 7_200, { source: 'auth0', delivery: 'backfill:90#0' });
        await put({ put: 'receipt', receipt: sampleReceipt(2, { at: at(7_200) }), if: 'quarantined' });
        expect(await ledger.heard()).toEqual([{ source: 'fail2ban', since: at(0), at: at(3_600), longest: 3_600_000 }]);
        await come(5, 7_210, { source: 'auth0' });
        expect((await ledger.heard()).map((one) => [one.source, one.at])).toEqual([
          ['auth0', at(7_210)],
          ['fail2ban', at(3_600)],
        ]);
        expect((await ledger.intake()).map((line) => line.source)).toContain('auth0');
      });

      it('exchanges the receipt of what was quarantined, once, and no other', async () => {
        await put({ put: 'receipt', receipt: sampleReceipt(1, { disposition: 'quarantined', reason: 'r', received: at(0) }) });
        await put({ put: 'receipt', receipt: sampleReceipt(2) });
        const read = sampleReceipt(1, { at: at(60), signal: sampleSignalId(1) });
        await put({ put: 'receipt', receipt: read, if: 'quarantined' });
        expect(await ledger.receipt('fail2ban', 'delivery-1')).toEqual(read);
        expect(await ledger.quarantined(5)).toEqual([]);
        // Not the very same write: that one AWS knows by its token, and says again what came of it.
        const again = sampleReceipt(1, { at: at(120), signal: sampleSignalId(1) });
        for (const receipt of [again, sampleReceipt(2, { disposition: 'duplicate' }), sampleReceipt(3)])
          expect(await ledger.commit([{ put: 'receipt', receipt, if: 'quarantined' }])).toBe('conflict');
        expect((await ledger.intake()).filter((line) => line.disposition !== 'stored').map((l) => [l.disposition, l.count])).toEqual([
          ['assessed', 2],
        ]);
      });
    });
  });
};
