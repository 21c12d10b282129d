// Holds that the register proves itself: any change is found at its entry, and a forger who recomputes every hash by an anchor (P-11, TH-22).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genesis } from '#core/kernel/hash.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { type Entry, entryHash, headOf, nextEntry } from '#core/register/entry.ts';
import { actorText, recordDuty, recordEvents } from '#core/register/record.ts';
import { anchorOf, verifyRegister } from '#core/register/verify.ts';
import { decide, openIncident } from '#core/incident/decide.ts';
import { aDuty, aFinding, aSignal, hence, attach, caseId, confirm, lead, t0 } from '../given.ts';

const chainOf = (name: string, length: number): readonly Entry[] => {
  const entries: Entry[] = [];
  let head = genesis;
  for (let n = 1; n <= length; n += 1) {
    const entry = nextEntry(head, {
      chain: name,
      at: hence(minutes(n)),
      actor: 'machine:test',
      type: 'DutyWaits',
      data: { n, list: [1, { b: 'x', a: n }] },
    });
    entries.push(entry);
    head = headOf(entry);
  }
  return entries;
};

/** What somebody with write access and our source can do: change one entry and recompute every hash after it. */
const forged = (entries: readonly Entry[], seq: number, change: Partial<Entry>): readonly Entry[] => {
  let prev = genesis.hash;
  return entries.map((entry) => {
    const { hash: _hash, ...body } = { ...entry, ...(entry.seq === seq ? change : {}), prev };
    const made = { ...body, hash: entryHash(body) };
    prev = made.hash;
    return made;
  });
};

const swapped = (text: string, at: number): string => {
  const i = at % text.length;
  return text.slice(0, i) + (text[i] === '0' ? '1' : '0') + text.slice(i + 1);
};

const chain = fc.integer({ min: 1, max: 8 }).map((length) => chainOf('inc-a', length));
const place = fc.nat({ max: 10_000 });

describe('a whole register', () => {
  it('is self-consistent without an anchor, proved with one', () => {
    const entries = [...chainOf('inc-a', 3), ...chainOf('duty-b', 2)];
    expect(verifyRegister(entries, [])).toEqual({ verdict: 'self-consistent', entries: 5, chains: 2 });
    const anchors = [anchorOf(entries.slice(0, 2), hence(hours(1))), anchorOf(entries, hence(hours(2)))];
    expect(verifyRegister(entries, anchors)).toEqual({ verdict: 'proved', entries: 5, chains: 2, anchoredAt: '2026-03-13T23:00:00Z' });
    expect(verifyRegister(entries, anchors.reverse())).toMatchObject({ anchoredAt: '2026-03-13T23:00:00Z' });
  });

  it('stays proved when it grows, and in whatever order it is read', () => {
    fc.assert(
      fc.property(
        chain.chain((own) =>
          fc.tuple(
            fc.shuffledSubarray([...own, ...chainOf('duty-b', 3)], { minLength: own.length + 3 }),
            fc.integer({ min: 1, max: own.length }),
          ),
        ),
        ([entries, known]) => {
          const anchor = anchorOf(
            entries.filter((e) => e.chain === 'inc-a' && e.seq <= known),
            t0,
          );
          expect(verifyRegister(entries, [anchor]).verdict).toBe('proved');
        },
      ),
    );
  });

  it('is empty before anything happened', () => {
    expect(verifyRegister([], [])).toEqual({ verdict: 'self-consistent', entries: 0, chains: 0 });
  });
});

describe('a change', () => {
  it('of any byte is found, at its entry', () => {
    const field = fc.constantFrom('at', 'actor', 'type', 'prev', 'hash', 'data', 'v', 'chain', 'seq');
    fc.assert(
      fc.property(chain, place, place, field, (entries, which, byte, name) => {
        const index = which % entries.length;
        const changed = entries.map((entry, i) => {
          if (i !== index) return entry;
          const value = entry[name as keyof Entry];
          const next =
            typeof value === 'string' ? swapped(value, byte) : typeof value === 'number' ? value + 1 + (byte % 9) : { ...value, n: -1 };
          return { ...entry, [name]: next } as Entry;
        });
        const verdict = verifyRegister(changed, []);
        expect(verdict.verdict).toBe('broken');
        if (verdict.verdict === 'broken' && name !== 'chain' && name !== 'seq')
          expect(verdict).toMatchObject({ chain: 'inc-a', seq: index + 1 });
      }),
    );
  });

  it.each([
    ['another actor', { actor: 'machine:other' }, 2, 'its content does not match its hash'],
    ['another hash', { hash: 'f'.repeat(64) }, 2, 'its content does not match its hash'],
    ['another link', { prev: 'f'.repeat(64) }, 2, 'it does not follow from the entry before'],
  ])('to %s is named', (_what, change, seq, reason) => {
    const entries = chainOf('inc-a', 3).map((entry) => (entry.seq === 2 ? { ...entry, ...change } : entry));
    expect(verifyRegister(entries, [])).toEqual({ verdict: 'broken', chain: 'inc-a', seq, reason });
  });

  it('that removes an entry from within is found where it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), place, (length, which) => {
        const seq = 1 + (which % (length - 1));
        const entries = chainOf('inc-a', length).filter((entry) => entry.seq !== seq);
        expect(verifyRegister(entries, [])).toEqual({ verdict: 'broken', chain: 'inc-a', seq, reason: 'an entry is missing here' });
      }),
    );
  });

  it('that repeats an entry is found', () => {
    const entries = chainOf('inc-a', 3);
    expect(verifyRegister([...entries, ...entries.slice(1, 2)], [])).toMatchObject({ verdict: 'broken', chain: 'inc-a', seq: 3 });
  });

  it('of order is found even when the numbers were exchanged', () => {
    const [one, two, three] = chainOf('inc-a', 3) as [Entry, Entry, Entry];
    expect(verifyRegister([one, { ...three, seq: 2 }, { ...two, seq: 3 }], [])).toMatchObject({ verdict: 'broken', seq: 2 });
  });

  it('that cuts the end is found by an anchor, which names the first entry that is gone', () => {
    const entries = chainOf('inc-a', 5);
    const anchor = anchorOf(entries, hence(hours(1)));
    expect(verifyRegister(entries.slice(0, 3), []).verdict).toBe('self-consistent');
    expect(verifyRegister(entries.slice(0, 3), [anchor])).toMatchObject({ verdict: 'broken', chain: 'inc-a', seq: 4 });
    expect(verifyRegister([], [anchor])).toMatchObject({ verdict: 'broken', chain: 'inc-a', seq: 1 });
  });

  it('to an anchor itself is found', () => {
    const entries = chainOf('inc-a', 3);
    const anchor = anchorOf(entries, hence(hours(1)));
    const shorter = { ...anchor, chains: { 'inc-a': (anchor.chains['inc-a'] ?? []).slice(0, 2) } };
    expect(verifyRegister(entries, [shorter])).toEqual({
      verdict: 'broken',
      chain: 'anchor',
      seq: 0,
      reason: 'the anchor of 2026-03-13T22:00:00Z does not match its own root',
    });
  });
});

describe('a forger who recomputes every hash (P-11)', () => {
  it('passes without an anchor, and is caught by one earlier anchor, at the first entry that was changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), place, (length, which) => {
        const entries = [...chainOf('inc-a', length), ...chainOf('duty-b', 2)];
        const own = entries.filter((entry) => entry.chain === 'inc-a');
        const seq = 1 + (which % length);
        const lie = [...forged(own, seq, { at: '2026-03-14T09:00:00Z' }), ...chainOf('duty-b', 2)];
        expect(verifyRegister(lie, []).verdict).toBe('self-consistent');
        const anchor = anchorOf(
          entries.filter((entry) => entry.seq <= seq),
          hence(hours(1)),
        );
        expect(verifyRegister(lie, [anchor])).toEqual({
          verdict: 'broken',
          chain: 'inc-a',
          seq,
          reason: 'the anchor of 2026-03-13T22:00:00Z remembers this entry differently',
        });
      }),
    );
  });

  it('is not caught by an anchor that is older than what was changed', () => {
    const own = chainOf('inc-a', 4);
    const lie = forged(own, 3, { actor: 'machine:other' });
    expect(verifyRegister(lie, [anchorOf(own.slice(0, 2), t0)]).verdict).toBe('proved');
    expect(verifyRegister(lie, [anchorOf(own.slice(0, 2), t0), anchorOf(own, t0)])).toMatchObject({ verdict: 'broken', seq: 3 });
  });
});

describe('what is written', () => {
  const opened = recordEvents(undefined, openIncident(caseId, t0, aFinding(), [aSignal(1)]));

  it('is one line per event, in one chain, which the incident ends', () => {
    expect(opened.entries.map((e) => [e.seq, e.chain, e.type, e.actor])).toEqual([
      [1, caseId, 'IncidentOpened', 'machine:assess'],
      [2, caseId, 'BreachSuspected', 'machine:archive_read'],
    ]);
    expect(opened.incident.head).toEqual({ seq: 2, hash: opened.entries[1]?.hash });
    expect(opened.incident.ver).toBe(1);
    expect(verifyRegister(opened.entries, []).verdict).toBe('self-consistent');
  });

  it('goes on where the incident stands', () => {
    const decided = decide(confirm({ at: hence(hours(1)), release: true }), opened.incident);
    const more = recordEvents(opened.incident, decided.ok ? decided.value : []);
    expect(more.entries.map((e) => [e.seq, e.type, e.actor])).toEqual([
      [3, 'BreachConfirmed', 'person:incident-lead:lena'],
      [4, 'NoticeReleased', 'person:incident-lead:lena'],
    ]);
    expect(verifyRegister([...opened.entries, ...more.entries], [anchorOf(opened.entries, t0)]).verdict).toBe('proved');
  });

  it('keeps ids and our words, and nothing of what a signal said (R-706)', () => {
    const spoken = { ...aSignal(1), actor: 'pseudo-actor', address: 'pseudo-address', target: 'pseudo-target' };
    const decided = decide(attach(t0, {}, [spoken]), opened.incident);
    const { entries } = recordEvents(opened.incident, decided.ok ? decided.value : []);
    expect(JSON.stringify(entries)).not.toMatch(/pseudo-/);
    expect(entries[0]?.data).toMatchObject({ signals: ['sig-1'], controllers: ['museum'] });
  });

  it('names a person by role and id, a machine by its rule', () => {
    expect([actorText(lead), actorText({ by: 'machine', rule: 'policy' })]).toEqual(['person:incident-lead:lena', 'machine:policy']);
  });

  it('of a duty is a chain of its own, with deadline, state and the last proof', () => {
    const duty = aDuty({ kind: 'notice', recipient: 'museum', step: 'suspected' });
    const made = recordDuty(duty, { at: t0, actor: 'machine:owed', type: 'DutyCreated' });
    const sent = recordDuty(
      {
        ...made.duty,
        state: 'SENT',
        evidence: [{ at: hence(minutes(1)), channel: 'mail', via: 'provider', providerId: 'x-1', sha256: 'ab' }],
      },
      { at: hence(minutes(1)), actor: 'machine:notify', type: 'DutySent' },
    );
    expect(sent.entry).toMatchObject({
      chain: duty.id,
      seq: 2,
      data: { state: 'SENT', deadline: '2026-03-14T01:00:00Z', evidence: { at: '2026-03-13T21:01:00Z', providerId: 'x-1', sha256: 'ab' } },
    });
    expect(verifyRegister([made.entry, sent.entry], []).verdict).toBe('self-consistent');
  });

  it('is nothing without an event', () => {
    expect(() => recordEvents(undefined, [])).toThrow('no event to record');
  });
});
