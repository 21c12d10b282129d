// Holds the timeline of a suspicion that nobody decides on, and of a confirmation: hold, not release (D-5, P-1, P-6).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Duty } from '#core/duty/duty.ts';
import { planOf } from '#core/duty/plan.ts';
import type { Plan } from '#core/duty/turn.ts';
import type { Command } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { personId } from '#core/kernel/ids.ts';
import { type Instant, hours, minutes } from '#core/kernel/time.ts';
import {
  aConfiguration,
  aController,
  aDuty,
  aSentDuty,
  hence,
  anIncident,
  attach,
  confirm,
  lead,
  named,
  possible,
  t0,
  when,
} from '../given.ts';

const suspected = anIncident({ controllers: ['museum', 'theatre'] });
const deciding = { kind: 'release', step: 'suspected' } as const;
const releasing = { kind: 'release', step: 'confirmed' } as const;
const withContracts = (museum: Parameters<typeof aController>[1], theatre: Parameters<typeof aController>[1] = {}) =>
  aConfiguration({ controllers: [aController('museum', museum), aController('theatre', theatre), aController('library')] });

const plan = (duty: Duty, incident: Incident, now: Instant, configuration = aConfiguration()): Plan =>
  planOf({ duty, incident, configuration, now });
const commandsOf = (made: Plan): readonly Command[] => (made.do === 'act' ? [] : made.commands);

/** What a turn says it does, in words. */
const saidBy = (made: Plan): readonly string[] => {
  const commands = commandsOf(made).map((c) => `${c.type} ${('controllers' in c ? (c.controllers ?? []) : []).join(' ')}`);
  if (made.do === 'end') return [...commands, made.ending.state];
  if (made.do === 'wait') return [...commands, ...made.create.map((spec) => `${spec.kind} ${spec.recipient}`)];
  return [made.act.type === 'page' ? `page ${made.act.roles.join(' ')}: ${made.act.topic}` : made.act.type];
};

const nextTurn = (made: Plan): Instant => {
  if (made.do === 'wait') return made.until;
  if (made.do === 'act' && made.after.state === 'SENT') return made.after.until;
  throw new Error('this turn was the last');
};

type Played = { readonly log: readonly string[]; readonly incident: Incident };

/** Plays one duty's turns with everybody silent: what it says for the first time, and when. */
const played = (spec: typeof deciding | typeof releasing, begin: Incident, configuration = aConfiguration()): Played => {
  let incident = begin;
  let duty = aDuty(spec);
  let now: Instant = t0;
  const said = new Map<string, string>();
  for (let turn = 0; turn < 40; turn += 1) {
    const made = plan(duty, incident, now, configuration);
    incident = when(incident, ...commandsOf(made));
    for (const what of saidBy(made)) said.set(what, said.get(what) ?? `+${(now - t0) / 3_600_000} h ${what}`);
    if (made.do === 'end') return { log: [...said.values()], incident };
    if (made.do === 'act') duty = aSentDuty(spec, now);
    now = nextTurn(made);
  }
  throw new Error('the duty never ended');
};

describe('a suspicion that nobody decides on', () => {
  it('pages the lead at once, calls the deciders at two hours and sends at the hard limit', () => {
    expect(played(deciding, suspected).log).toEqual([
      '+0 h page incident-lead: release',
      '+2 h call incident-lead',
      '+2 h call management',
      '+24 h Release museum theatre',
      '+24 h EXPIRED',
    ]);
  });

  it('acts at the contract where that is stricter, for this controller alone', () => {
    const { log } = played(deciding, suspected, withContracts({ notice: hours(12) }));
    expect(log.filter((line) => line.includes('Release'))).toEqual(['+12 h Release museum', '+24 h Release theatre']);
  });

  it('does not wait for the deciders where the contract gives less than two hours', () => {
    const { log } = played(deciding, suspected, withContracts({ notice: hours(1) }));
    expect(log).toContain('+1 h Release museum');
    expect(log).toContain('+2 h call management');
  });

  it('sends or holds as each contract says', () => {
    const { log, incident } = played(deciding, suspected, withContracts({ onSuspectedTimeout: 'hold' }));
    expect(log.slice(-3)).toEqual(['+24 h Release theatre', '+24 h HoldByPolicy museum', '+24 h EXPIRED']);
    expect(incident.heldByPolicy).toEqual(['museum']);
    const made = plan(aSentDuty(deciding, t0), suspected, hence(hours(24)), withContracts({ onSuspectedTimeout: 'hold' }));
    expect(commandsOf(made)).toMatchObject([
      { type: 'Release', at: hence(hours(24)), actor: { by: 'machine', rule: 'contract.onSuspectedTimeout: send' } },
      { type: 'HoldByPolicy', at: hence(hours(24)), rule: 'contract.onSuspectedTimeout: hold' },
    ]);
    expect(made).toMatchObject({ do: 'end', ending: { reason: "undecided; the contract's policy acted" } });
    expect(incident.releases).toMatchObject([{ controller: 'theatre', as: 'suspected', actor: { by: 'machine' } }]);
  });

  it('says so in the register by the name of the contract', () => {
    const made = plan(aSentDuty(deciding, t0), suspected, hence(hours(24)));
    expect(commandsOf(made)).toMatchObject([{ type: 'Release', actor: { by: 'machine', rule: 'contract.onSuspectedTimeout: send' } }]);
  });

  it('keeps to its hours when the page could not be delivered', () => {
    const blocked = aDuty(deciding, { state: 'BLOCKED' });
    expect(plan(blocked, suspected, hence(minutes(5)))).toMatchObject({ do: 'wait', until: hence(hours(2)) });
    expect(plan(blocked, suspected, hence(hours(2)))).toMatchObject({
      create: [
        { recipient: 'incident-lead', step: 'decide' },
        { recipient: 'management', step: 'decide' },
      ],
    });
    expect(commandsOf(plan(aDuty(deciding), suspected, hence(hours(24))))).toHaveLength(1);
  });

  it('does what is due before it says that something will be', () => {
    const first = plan(aDuty(deciding), suspected, hence(hours(1)), withContracts({ notice: hours(1) }));
    expect(first).toMatchObject({
      do: 'wait',
      until: hence(hours(2)),
      commands: [{ type: 'Release', controllers: ['museum'] }],
      create: [],
    });
    const second = plan(aDuty(deciding), suspected, hence(hours(2)));
    expect(second).toMatchObject({ do: 'wait', until: hence(hours(4)), commands: [], create: [{ kind: 'call' }, { kind: 'call' }] });
    expect(second.do === 'wait' && second.create[0]?.deadlineAt).toBe(hence(minutes(125)));
  });

  it('never waits for an hour that is over', () => {
    const contracts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(contracts, fc.integer({ min: 0, max: 40 * 60 }), fc.boolean(), ([a, b], later, sent) => {
        const configuration = withContracts({ notice: hours(a ?? 1) }, { notice: hours(b ?? 1) });
        const now = hence(minutes(later));
        const duty = sent ? aSentDuty(deciding, t0) : aDuty(deciding);
        const made = plan(duty, suspected, now, configuration);
        if (made.do !== 'end') expect(nextTurn(made)).toBeGreaterThan(now);
      }),
    );
  });

  // The audit may make the duty that a lost write owed: the hours are those of the suspicion, not of the repair.
  it('counts from the suspicion, however late its duty was made', () => {
    const late = aDuty(deciding, { createdAt: hence(hours(5)) });
    expect(plan(late, suspected, hence(hours(5)))).toMatchObject({ create: [{ recipient: 'incident-lead' }, { recipient: 'management' }] });
    expect(commandsOf(plan(late, suspected, hence(hours(24))))).toHaveLength(1);
    const undated = aDuty(deciding, { createdAt: hence(hours(5)) });
    expect(plan(undated, anIncident({ nature: possible }), hence(hours(6)))).toMatchObject({ after: { until: hence(hours(7)) } });
    expect(commandsOf(plan(undated, anIncident({ nature: possible }), hence(hours(29))))).toHaveLength(1);
  });

  it('passes over a controller whom the directory does not know', () => {
    const less = aConfiguration({ controllers: [aController('theatre')] });
    expect(commandsOf(plan(aSentDuty(deciding, t0), suspected, hence(hours(24)), less))).toMatchObject([{ controllers: ['theatre'] }]);
  });

  it('calls while nobody is known, and sends to nobody', () => {
    const unknown = anIncident({ controllers: [], unidentified: true });
    const made = plan(aSentDuty(deciding, t0), unknown, hence(hours(30)));
    expect(made).toMatchObject({ do: 'wait', until: hence(hours(32)), commands: [] });
  });
});

describe('a decision on a suspicion', () => {
  it('ends the wait, whoever took it', () => {
    for (const decided of [
      when(suspected, confirm({ at: hence(hours(1)) })),
      when(suspected, { type: 'Refute', at: hence(hours(1)), actor: lead, evidence: 'The export was empty; the log is whole.' }),
    ])
      expect(plan(aSentDuty(deciding, t0), decided, hence(hours(1)))).toMatchObject({ do: 'end', ending: { state: 'DONE' }, commands: [] });
  });

  it('ends it when every controller is told', () => {
    const some = when(suspected, { type: 'Release', at: hence(hours(1)), actor: lead, controllers: [named('museum')] });
    expect(plan(aSentDuty(deciding, t0), some, hence(hours(1)))).toMatchObject({ do: 'wait', until: hence(hours(2)), commands: [] });
    expect(commandsOf(plan(aSentDuty(deciding, t0), some, hence(hours(24))))).toMatchObject([
      { type: 'Release', controllers: ['theatre'] },
    ]);
    const all = when(some, { type: 'Release', at: hence(hours(1)), actor: lead });
    expect(plan(aSentDuty(deciding, t0), all, hence(hours(1)))).toMatchObject({
      do: 'end',
      ending: { state: 'DONE', reason: 'decided for every controller' },
    });
  });
});

describe('a confirmation', () => {
  const confirmed = when(suspected, confirm({ at: t0 }));

  it('releases at its hour with everybody silent', () => {
    expect(played(releasing, confirmed).log).toEqual(['+0 h page incident-lead: release', '+4 h Release museum theatre', '+4 h DONE']);
    const made = plan(aDuty(releasing), confirmed, hence(hours(4)));
    expect(commandsOf(made)).toMatchObject([{ at: hence(hours(4)), actor: { by: 'machine', rule: 'policy.releaseWithin' } }]);
    expect(made).toMatchObject({ do: 'end', ending: { state: 'DONE', reason: 'released at its hour' } });
  });

  it('releases to each by its own contract', () => {
    const { log } = played(releasing, confirmed, withContracts({ notice: hours(2) }));
    expect(log.filter((line) => line.includes('Release'))).toEqual(['+2 h Release museum', '+4 h Release theatre']);
    const first = plan(aDuty(releasing), confirmed, hence(hours(2)), withContracts({ notice: hours(2) }));
    expect(first).toMatchObject({ do: 'wait', until: hence(hours(4)), commands: [{ controllers: ['museum'] }] });
  });

  it('is not stopped by a page that could not be delivered', () => {
    expect(plan(aDuty(releasing, { state: 'BLOCKED' }), confirmed, hence(hours(1)))).toMatchObject({ do: 'wait', until: hence(hours(4)) });
    expect(commandsOf(plan(aDuty(releasing, { state: 'BLOCKED' }), confirmed, hence(hours(4))))).toHaveLength(1);
  });

  it('is ended by a release, and cancelled with the case', () => {
    const released = when(confirmed, { type: 'Release', at: hence(hours(1)), actor: lead });
    expect(plan(aSentDuty(releasing, t0), released, hence(hours(1)))).toMatchObject({
      do: 'end',
      ending: { state: 'DONE', reason: 'released for every controller' },
      commands: [],
    });
    const merged = when(confirmed, { type: 'Close', at: hence(hours(1)), actor: lead, reason: 'merged' });
    expect(plan(aSentDuty(releasing, t0), merged, hence(hours(1)))).toMatchObject({
      do: 'end',
      ending: { state: 'CANCELLED' },
      commands: [],
    });
  });

  const holdOf = (from: number, until: number, by = 'lena'): Command => ({
    type: 'Hold',
    at: hence(hours(from)),
    reason: 'A written order of the court.',
    until: hence(hours(until)),
    by: personId(by),
    atMost: hours(2),
    term: hence(hours(24)),
  });

  it('waits for the end of a hold, and goes then', () => {
    const held = when(confirmed, holdOf(3, 5));
    expect(plan(aSentDuty(releasing, t0), held, hence(hours(4)))).toMatchObject({ do: 'wait', until: hence(hours(5)), commands: [] });
    expect(commandsOf(plan(aSentDuty(releasing, t0), held, hence(hours(5))))).toMatchObject([
      { type: 'Release', controllers: ['museum', 'theatre'] },
    ]);
  });

  it('is not put off by a hold that ends before its hour', () => {
    const held = when(confirmed, holdOf(1, 3));
    expect(plan(aSentDuty(releasing, t0), held, hence(hours(3)))).toMatchObject({ do: 'wait', until: hence(hours(4)) });
  });

  it('is never held past the strictest term, one controller at a time', () => {
    // The hold itself is bounded by one term; a controller with a stricter contract is told by its own.
    const held = when(confirmed, holdOf(3, 5));
    const strict = withContracts({ notice: hours(4) });
    expect(plan(aSentDuty(releasing, t0), held, hence(hours(4)), strict)).toMatchObject({
      do: 'wait',
      commands: [{ type: 'Release', controllers: ['museum'] }],
    });
  });

  it('goes by the term, however long it is held', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40 }), (held, contract) => {
        const configuration = withContracts({ notice: hours(contract) });
        const hold = { by: personId('lena'), reason: 'order', at: t0, until: hence(hours(held)) };
        const term = hence(hours(Math.min(24, contract)));
        const [command] = commandsOf(plan(aSentDuty(releasing, t0), { ...confirmed, hold }, term, configuration));
        expect(command).toMatchObject({ type: 'Release', controllers: expect.arrayContaining(['museum']) });
      }),
    );
  });
});

describe('a controller that came later (P-7)', () => {
  it('is released to by a duty of its own, and by no other', () => {
    const told = when(suspected, confirm({ at: t0, release: true }), attach(hence(hours(70)), { rule: 'other', controllers: ['library'] }));
    const late = { kind: 'release', step: 'confirmed:library' } as const;
    expect(plan(aDuty(late), told, hence(hours(70)))).toMatchObject({ do: 'act', after: { until: hence(hours(74)) } });
    expect(commandsOf(plan(aSentDuty(late, hence(hours(70))), told, hence(hours(74))))).toMatchObject([
      { type: 'Release', controllers: ['library'] },
    ]);
    expect(commandsOf(plan(aDuty({ kind: 'release', step: 'confirmed:museum' }), told, hence(hours(74))))).toEqual([]);
  });

  it('is decided on by a duty of its own while the breach is suspected', () => {
    const more = when(
      suspected,
      { type: 'Release', at: hence(hours(1)), actor: lead },
      attach(hence(hours(9)), { rule: 'other', controllers: ['library'] }),
    );
    const late = aSentDuty({ kind: 'release', step: 'suspected:library' }, hence(hours(9)));
    const made = { ...late, createdAt: hence(hours(9)) };
    expect(plan(made, more, hence(hours(10)))).toMatchObject({ do: 'wait', until: hence(hours(11)) });
    expect(commandsOf(plan(made, more, hence(hours(33))))).toMatchObject([{ type: 'Release', controllers: ['library'] }]);
  });
});

describe('a notice', () => {
  const told = when(suspected, { type: 'Release', at: hence(hours(1)), actor: lead });
  const spec = { kind: 'notice', recipient: 'museum', step: 'suspected' } as const;

  it('goes out, and a person is told in time to write the promised update (R-625)', () => {
    expect(plan(aDuty(spec), told, t0)).toEqual({
      do: 'act',
      act: { type: 'notice', controller: 'museum', as: 'suspected' },
      after: {
        state: 'SENT',
        until: hence(minutes(30)),
        create: [{ kind: 'human', recipient: 'incident-lead', step: 'update', deadlineAt: hence(hours(24)), notBefore: hence(hours(20)) }],
      },
    });
  });

  it('goes again when it was blocked', () => {
    expect(plan(aDuty(spec, { state: 'BLOCKED' }), told, hence(hours(24)))).toMatchObject({ do: 'act', act: { type: 'notice' } });
  });

  it('brings a person when no delivery is shown in time, and stays open (R-621)', () => {
    const sent = aSentDuty(spec, t0);
    expect(plan(sent, told, hence(minutes(30)))).toMatchObject({
      do: 'wait',
      create: [{ kind: 'human', recipient: 'incident-lead', step: sent.id, parent: sent.id }],
    });
  });

  it('of a suspicion is not sent after the refutation, nor beside the confirmed one', () => {
    const refuted = when(told, { type: 'Refute', at: hence(hours(2)), actor: lead, evidence: 'The export was empty; the log is whole.' });
    expect(plan(aDuty(spec), refuted, hence(hours(2)))).toMatchObject({
      do: 'end',
      ending: { state: 'CANCELLED', reason: 'refuted before it was sent' },
    });
    const confirmed = when(told, confirm({ at: hence(hours(2)), release: true }));
    expect(plan(aDuty(spec), confirmed, hence(hours(2)))).toMatchObject({
      do: 'end',
      ending: { state: 'CANCELLED', reason: 'the confirmed notice takes its place' },
    });
    expect(plan(aDuty({ ...spec, step: 'confirmed' }), confirmed, hence(hours(2)))).toMatchObject({ do: 'act', act: { as: 'confirmed' } });
  });

  it('that went out is followed up, whatever became of the suspicion', () => {
    const sent = aSentDuty(spec, hence(hours(1)));
    const refutation: Command = { type: 'Refute', at: hence(hours(2)), actor: lead, evidence: 'The export was empty; the log is whole.' };
    for (const command of [refutation, confirm({ at: hence(hours(2)), release: true })])
      expect(plan(sent, when(told, command), hence(hours(2)))).toMatchObject({ do: 'wait', create: [{ kind: 'human', parent: sent.id }] });
  });
});
