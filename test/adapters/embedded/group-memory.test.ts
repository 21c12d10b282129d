// Holds that a group in memory answers as the file would, however little of it there is room for.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupMemory } from '#adapters/embedded/group-memory.ts';
import type { Member } from '#core/detection/rule.ts';
import { durationOf, instantOf } from '#core/kernel/time.ts';

const facts: Member['facts'] = { fields: {}, assets: [], controllers: [], unidentified: false, personalData: 'likely' };
const keyOf = (m: Member): readonly [number, number, string] => [m.time, m.stage, m.id];
const inOrder = (a: Member, b: Member): number => a.time - b.time || a.stage - b.stage || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** What the file holds, and what it would answer. */
const file = () => {
  const groups = new Map<string, Member[]>();
  return {
    put: (group: string, member: Member): void => {
      const held = groups.get(group) ?? [];
      groups.set(group, held);
      if (!held.some((one) => inOrder(one, member) === 0)) held.push(member);
    },
    whole: (group: string): readonly Member[] => [...(groups.get(group) ?? [])].sort(inOrder),
    around: (group: string, member: Member, window: number, atMost: number): readonly Member[] => {
      const sorted = [...(groups.get(group) ?? [])].sort(inOrder);
      const before = sorted.filter((one) => one.time <= member.time && one.time >= member.time - window);
      const after = sorted.filter((one) => one.time > member.time && one.time <= member.time + window);
      return [...before.slice(-atMost), ...after.slice(0, atMost)];
    },
  };
};

const added = fc.record({
  group: fc.constantFrom('a', 'b', 'c'),
  time: fc.integer({ min: 0, max: 30 }),
  stage: fc.integer({ min: 0, max: 1 }),
  id: fc.constantFrom('x', 'y', 'z'),
});

describe('groups in memory', () => {
  it('answer as the file does, in any order, with repeats, and with room for few', () => {
    fc.assert(
      fc.property(fc.array(added, { maxLength: 60 }), fc.constantFrom(4, 12, 1_000), fc.constantFrom(3, 256), (all, room, atMost) => {
        const memory = groupMemory(room);
        const stored = file();
        for (const { group, time, stage, id } of all) {
          const member: Member = { time: instantOf(time), stage, id, signals: [id], facts };
          stored.put(group, member);
          const held = memory.with(group, member, (most) => {
            const whole = stored.whole(group);
            return whole.length > most ? undefined : whole;
          });
          const answer = held?.around(durationOf(7), atMost) ?? stored.around(group, member, 7, atMost);
          expect(answer.map(keyOf)).toEqual(stored.around(group, member, 7, atMost).map(keyOf));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are read from the file once, while there is room', () => {
    const memory = groupMemory(100);
    let reads = 0;
    const read = (): readonly Member[] => {
      reads += 1;
      return [];
    };
    for (let n = 0; n < 40; n += 1) memory.with('a', { time: instantOf(n), stage: 0, id: `${n}`, signals: [], facts }, read);
    expect(reads).toBe(1);
    for (let n = 0; n < 49; n += 1) memory.with('b', { time: instantOf(n), stage: 0, id: `${n}`, signals: [], facts }, read);
    memory.with('a', { time: instantOf(99), stage: 0, id: '99', signals: [], facts }, read);
    expect(reads).toBe(2);
    // The third makes room for itself: the second was asked for longest ago.
    for (let n = 0; n < 30; n += 1) memory.with('c', { time: instantOf(n), stage: 0, id: `${n}`, signals: [], facts }, read);
    expect(reads).toBe(3);
    memory.with('a', { time: instantOf(99), stage: 0, id: '99', signals: [], facts }, read);
    expect(reads).toBe(3);
    memory.with('b', { time: instantOf(99), stage: 0, id: '99', signals: [], facts }, read);
    expect(reads).toBe(4);
  });
});
