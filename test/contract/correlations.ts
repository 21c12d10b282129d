// Decides what every store of correlation members keeps: sets in event time, whatever the order of arrival (detection.md 6.2).
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Member, nearestMembers } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { walk } from '#core/detection/walk.ts';
import { days, instantOf, minutes, plus } from '#core/kernel/time.ts';
import type { Correlations } from '#flow/ports.ts';
import { at } from './samples.ts';

export type CorrelationsUnderTest = { readonly correlations: Correlations; readonly close: () => Promise<void> };

const facts: Member['facts'] = {
  fields: { 'sig.tenant': 'v'.repeat(26) },
  assets: [],
  controllers: [],
  unidentified: false,
  personalData: 'likely',
};
const expires = plus(at(0), days(30));
const member = (seconds: number, id = `sig-${seconds}`, stage = 0): Member => ({ time: at(seconds), stage, id, signals: [id], facts });
const inOrder = (members: readonly Member[]): readonly Member[] =>
  members.toSorted((a, b) => a.time - b.time || a.stage - b.stage || (a.id < b.id ? -1 : 1));

/** A ban, then a login within half a minute: `login 5` is one five seconds in. Groups are of this run alone. */
const chain = (late: string, name: string) => {
  const kind = (one: string) => ({
    title: one,
    name: one,
    logsource: { product: 'test' },
    detection: { sel: { kind: one }, condition: 'sel' },
  });
  const breach = { confidentiality: 'none', integrity: 'none', availability: 'none' };
  const incident = { category: 'x', breach, personal_data: 'unlikely', dedupe: { by: ['run'], window: '1h' }, late };
  const correlation = { type: 'temporal_ordered', rules: ['ban', 'login'], 'group-by': ['run'], timespan: '30s' };
  const trees = [kind('ban'), kind('login'), { title: 'chain', name: 'chain', id: `chain ${name}`, correlation, incident }];
  const { set, errors } = compileRules(
    trees.map((tree) => ({ tree, where: 'rules.yml' })),
    new Map(),
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return set;
};

type Run = { readonly late: string; readonly events: readonly string[]; readonly name: string };

/** What fires, each with the most that it ever listed. */
const firings = async (correlations: Correlations, { late, events, name }: Run): Promise<readonly string[]> => {
  const set = chain(late, name);
  const found = new Map<string, readonly string[]>();
  for (const event of events) {
    const [kind = '', seconds = '0'] = event.split(' ');
    const rule = set.byName.get(kind);
    if (!rule) throw new Error(`no rule is called ${kind}`);
    const climbing = walk(set, [
      { rule, time: at(Number(seconds)), id: event, signals: [event], facts: { ...facts, fields: { run: name } } },
    ]);
    let step = climbing.next();
    while (!step.done) {
      const { group, member, look, correlation: _, ...reach } = step.value;
      step = climbing.next(await (look ? correlations.around(group, member.time, reach) : correlations.add(group, member, reach, expires)));
    }
    for (const { rule: fired, time, signals } of step.value) {
      const key = String((time - at(0)) / 1_000);
      if (fired.name === 'chain' && signals.length > (found.get(key)?.length ?? 0)) found.set(key, signals);
    }
  }
  return [...found].map(([key, signals]) => `${key}: ${signals.toSorted().join(', ')}`).sort();
};

export const correlationsContract = (name: string, open: () => Promise<CorrelationsUnderTest>): void => {
  describe(`the contract of correlations on ${name}`, () => {
    let world: CorrelationsUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());
    const add = (group: string, one: Member, atMost = nearestMembers) =>
      world.correlations.add(group, one, { window: minutes(10), atMost }, expires);

    it('returns the members within the window on both sides, ends included', async () => {
      for (const seconds of [0, 600, 1_200, 1_201]) await add('g', member(seconds));
      expect(inOrder(await add('g', member(600, 'sig-last')))).toEqual(
        inOrder([member(0), member(600), member(600, 'sig-last'), member(1_200)]),
      );
    });

    it('counts a member that comes twice once', async () => {
      await add('g', member(5));
      expect(await add('g', member(5))).toEqual([member(5)]);
    });

    it('keeps the value, the stage, the facts and the signals below a member', async () => {
      const whole: Member = { time: at(1), stage: 2, id: 'match-1', value: 'v'.repeat(26), signals: ['sig-1', 'sig-2'], facts };
      expect(await add('g', whole)).toEqual([whole]);
    });

    it('keeps two stages of one signal apart', async () => {
      await add('g', member(5, 'sig-1', 0));
      expect(await add('g', member(5, 'sig-1', 1))).toHaveLength(2);
    });

    it('never mixes groups', async () => {
      await add('g', member(1));
      expect(await add('g2', member(2))).toEqual([member(2)]);
    });

    it('gives every member of a crowd', async () => {
      for (let n = 0; n < 30; n += 1) await add('crowd', member(n));
      expect(await add('crowd', member(30))).toHaveLength(31);
    });

    it('gives as many as it is asked for, the nearest on either side, and those of the same instant before', async () => {
      for (const n of [0, 1, 2, 3, 5, 6, 7]) await add('near', member(n));
      await add('near', member(4, 'sig-same'));
      expect(inOrder(await add('near', member(4), 2))).toEqual(inOrder([member(4), member(4, 'sig-same'), member(5), member(6)]));
    });

    it('tells nothing where nothing is asked for, and keeps what was added', async () => {
      await add('blind', member(1));
      expect(await add('blind', member(2), 0)).toEqual([]);
      expect(await add('blind', member(3))).toHaveLength(3);
    });

    it('tells what stands around an instant and adds nothing', async () => {
      for (const n of [0, 5, 600, 601]) await add('looked', member(n));
      const around = (seconds: number, atMost = nearestMembers) =>
        world.correlations.around('looked', at(seconds), { window: minutes(10), atMost });
      expect(inOrder(await around(0))).toEqual([member(0), member(5), member(600)]);
      expect(inOrder(await around(5, 1))).toEqual([member(5), member(600)]);
      expect(await around(2_000)).toEqual([]);
      expect(await world.correlations.around('nobody', at(0), { window: minutes(10), atMost: 1 })).toEqual([]);
    });

    it('serves rules that look back as it serves rules that write, whatever the order', async () => {
      const story = ['ban 0', 'login 5', 'login 20', 'ban 10', 'login 90'];
      const told: (readonly string[])[] = [];
      for (const late of ['write', 'lookback'])
        for (const order of [story, story.toReversed(), [...story, ...story]])
          told.push(await firings(world.correlations, { late, events: order, name: `${late} ${told.length}` }));
      expect(new Set(told.map((one) => one.join())).size).toBe(1);
      expect(told[0]).toEqual(['20: ban 0, ban 10, login 20', '5: ban 0, login 5']);
    });

    it('goes on telling of a crowd that it is one, until the window has left it behind', async () => {
      const whole = { window: minutes(10), atMost: 6, whole: true };
      const tell = (one: Member) => world.correlations.add('many', one, whole, expires);
      for (let n = 0; n < 6; n += 1) await tell(member(n));
      for (let n = 6; n < 9; n += 1) {
        const told = await tell(member(n));
        expect(told.filter(({ id }) => id === `sig-${n}`)).toHaveLength(1);
        expect(told.length).toBeGreaterThanOrEqual(6);
      }
      expect(inOrder(await tell(member(604)))).toEqual([4, 5, 6, 7, 8, 604].map((n) => member(n)));
      expect(inOrder(await tell(member(605)))).toEqual([5, 6, 7, 8, 604, 605].map((n) => member(n)));
      expect(inOrder(await tell(member(1_204)))).toEqual([604, 605, 1_204].map((n) => member(n)));
    });

    it('ends in the same set whatever the order of arrival', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 599 }), { minLength: 1, maxLength: 6 }), async (times) => {
          run += 1;
          const ends: (readonly Member[])[] = [];
          for (const order of [times, times.toReversed()]) {
            const group = `p${run}-${ends.length}`;
            for (const time of order) await add(group, member(time));
            ends.push(inOrder(await add(group, member(300, 'sig-probe'))));
          }
          expect(ends[0]).toEqual(ends[1]);
        }),
        { numRuns: 8 },
      );
    });

    it('holds event times far in the past', async () => {
      const old: Member = { time: instantOf(5), stage: 0, id: 'sig-old', signals: ['sig-old'], facts };
      expect(await add('g', old)).toEqual([old]);
    });
  });
};
