// Holds how a duty is made: whose it is, in which lane, when a person is set beside it; made again it is the same one (I-12).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Duty, type DutyKind, dutyKinds, dutyStates, endsByDelivery, isTerminal, laneOf, lanes } from '#core/duty/duty.ts';
import { dutiesAtOnce, fanout, itemsAtOnce } from '#core/duty/fanout.ts';
import { planOf } from '#core/duty/plan.ts';
import { lateOf, makeIncidentDuty, releaseStep } from '#core/duty/spec.ts';
import { type Duration, hours, minutes } from '#core/kernel/time.ts';
import { genesis } from '#core/kernel/hash.ts';
import { aConfiguration, aDuty, anIncident, caseId, hence, named, t0 } from '../given.ts';

const one = { id: caseId, controllers: [named('museum')] };
const several = { id: caseId, controllers: [named('museum'), named('theatre')] };
const spec = (kind: DutyKind, recipient = 'incident-lead') => ({ kind, recipient, step: '1', deadlineAt: hence(hours(4)) });

describe('a duty made', () => {
  it('holds exactly what it was asked for, unclaimed and untried', () => {
    expect(makeIncidentDuty(several, spec('inform', 'sysop'), t0)).toEqual({
      v: 1,
      id: expect.stringMatching(/^duty-[a-z2-7]{16,}$/),
      subject: caseId,
      incident: caseId,
      kind: 'inform',
      recipient: 'sysop',
      step: '1',
      lane: 'page',
      state: 'OPEN',
      deadlineAt: hence(hours(4)),
      nextAt: t0,
      gen: 0,
      attempts: 0,
      softAt: hence(minutes(15)),
      createdAt: t0,
      evidence: [],
      head: genesis,
    });
  });

  it('is the same one at any hour, and another for any other kind, recipient or step', () => {
    const id = (more: Partial<ReturnType<typeof spec>> = {}, at = 0 as Duration) =>
      makeIncidentDuty(one, { ...spec('inform'), ...more }, hence(at)).id;
    fc.assert(fc.property(fc.nat({ max: 1_000_000 }), (n) => void expect(id({}, minutes(n))).toBe(id())));
    expect(new Set([id(), id({ kind: 'call' }), id({ recipient: 'sysop' }), id({ step: '2' })]).size).toBe(4);
  });

  // D-1: each controller has its turn, so a duty says whose it is.
  it('is about the controller that a mail goes to, or the only one of its case', () => {
    const controllerOf = (owner: typeof one, kind: DutyKind, recipient: string) =>
      makeIncidentDuty(owner, spec(kind, recipient), t0).controller;
    for (const kind of ['notice', 'update', 'final', 'withdrawal'] as const) expect(controllerOf(several, kind, 'theatre')).toBe('theatre');
    expect(controllerOf(one, 'inform', 'sysop')).toBe('museum');
    expect(makeIncidentDuty(several, spec('inform', 'sysop'), t0)).not.toHaveProperty('controller');
    expect(makeIncidentDuty({ id: caseId, controllers: [] }, spec('inform', 'sysop'), t0)).not.toHaveProperty('controller');
  });

  it('names the duty that it stands beside, where it does', () => {
    const beside = aDuty({ kind: 'ticket' });
    expect(makeIncidentDuty(one, { ...spec('human'), parent: beside.id }, t0).parent).toBe(beside.id);
    expect(makeIncidentDuty(one, spec('human'), t0)).not.toHaveProperty('parent');
  });
});

describe('a kind of duty', () => {
  const inLane = (lane: Duty['lane']) => dutyKinds.filter((kind) => laneOf(kind) === lane);

  // D-2: legal mail first.
  it('has its lane: what is mailed by law, who is paged, the ticket, and the rest', () => {
    expect(inLane('notify')).toEqual(['notice', 'update', 'final', 'withdrawal', 'disturbance']);
    expect(inLane('page')).toEqual([
      'identify-controller',
      'inform',
      'call',
      'consult',
      'release',
      'phone',
      'narrow',
      'review',
      'human',
      'subprocessor',
      'own-assessment',
      'own-report',
      'own-art34',
    ]);
    expect(inLane('ticket')).toEqual(['ticket']);
    expect(inLane('other').length).toBe(dutyKinds.length - 19);
  });

  it('has a person set beside it after two minutes for a call, eight for a disturbance, and by its lane else', () => {
    const soft = (kind: DutyKind) => (aDuty({ kind }).softAt - t0) / 60_000;
    for (const kind of dutyKinds) {
      const byLane = { notify: 30, page: 15, ticket: 240, other: 15 }[laneOf(kind)];
      expect(soft(kind), kind).toBe({ call: 2, disturbance: 8 }[kind as string] ?? byLane);
    }
  });

  // I-21: a page that arrived was not answered by that.
  it('ends by a delivery where it is mailed by law, and nowhere else', () => {
    expect(lanes.filter((lane) => endsByDelivery({ lane }))).toEqual(['notify']);
  });

  it('is written once in the list', () => {
    expect(new Set(dutyKinds).size).toBe(dutyKinds.length);
    for (const kind of dutyKinds) expect(kind).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
  });

  it('ends in four states and in no other', () => {
    expect(dutyStates.filter(isTerminal)).toEqual(['DONE', 'CANCELLED', 'EXPIRED', 'CLOSED']);
  });
});

describe('the release of a controller that came later', () => {
  it('is told from that of the others by its step, whatever the controller is called', () => {
    for (const as of ['suspected', 'confirmed'] as const) {
      expect(lateOf(releaseStep(as))).toBeUndefined();
      fc.assert(
        fc.property(fc.string({ minLength: 1 }), (id) => {
          expect(lateOf(releaseStep(as, named(id)))).toBe(id);
          expect(releaseStep(as, named(id)).startsWith(as)).toBe(true);
        }),
      );
    }
    expect(lateOf(':museum')).toBe('museum');
  });

  it('that came back is told from its first by number', () => {
    expect(releaseStep('suspected', named('a:b'), 2)).toBe('suspected+2:a:b');
    expect(lateOf(releaseStep('suspected', named('a:b'), 2))).toBe('a:b');
  });
});

describe('a change that owes more than one transaction holds', () => {
  it('leaves the rest to one fan-out duty for each version, made within five minutes', () => {
    expect(fanout(7, t0)).toEqual({ kind: 'fanout', recipient: 'ledger', step: '7', deadlineAt: hence(minutes(5)) });
    const idOf = (version: number, at = t0) => makeIncidentDuty(several, fanout(version, at), at).id;
    expect(idOf(7, hence(hours(1)))).toBe(idOf(7));
    expect(idOf(8)).not.toBe(idOf(7));
  });

  // A transaction of DynamoDB holds 100 items; the incident, its chain, the claimed duty and the events need the others.
  it('creates at most 40 duties of two items each at once', () => {
    expect([itemsAtOnce, dutiesAtOnce]).toEqual([80, 40]);
  });

  it('has them made by the turn of that duty', () => {
    const plan = planOf({ duty: aDuty(fanout(7, t0)), incident: anIncident(), configuration: aConfiguration(), now: t0 });
    expect(plan).toEqual({ do: 'act', act: { type: 'create' }, after: { state: 'DONE', reason: 'all created' } });
  });
});
