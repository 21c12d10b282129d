// Holds whom an incident counts as affected after people widened, narrowed or confirmed it, and what of what was told still holds (P-14, D-5).
import { describe, expect, it } from 'vitest';
import type { Command } from '#core/incident/decide.ts';
import { decide, releasedTo } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { liveReleases, noticeStep, possiblyAffected, takenBack, unanswered } from '#core/incident/scope.ts';
import { incidentId } from '#core/kernel/ids.ts';
import { hours } from '#core/kernel/time.ts';
import { aConfiguration, anAsset, anIncident, attach, confirm, folded, hence, idKey, lead, named, refusal, t0, when } from '../given.ts';

const suspected = (): Incident => anIncident({ controllers: ['museum', 'theatre'] });
const evidence = 'The rows of that hour name the other alone.';

const widen = (controllers: readonly string[], at = hence(hours(2)), reason = 'Its rows were in the export.'): Command => ({
  type: 'Widen',
  at,
  actor: lead,
  controllers: controllers.map(named),
  reason,
});
const narrow = (controllers: readonly string[], at = hence(hours(3)), reason = evidence): Command => ({
  type: 'Narrow',
  at,
  actor: lead,
  controllers: controllers.map(named),
  reason,
});
const confirmScope = (reason = 'Both were exported.'): Command => ({ type: 'ConfirmScope', at: hence(hours(2)), actor: lead, reason });
const withdraw = (at = hence(hours(9)), reason = evidence): Command => ({ type: 'Withdraw', at, actor: lead, reason });
const release = (at = hence(hours(1))): Command => ({ type: 'Release', at, actor: lead });
const refute: Command = { type: 'Refute', at: hence(hours(8)), actor: lead, evidence };

describe('widening', () => {
  it('adds a controller with a clock of its own, and moves no other', () => {
    expect(when(suspected(), widen(['library']))).toMatchObject({
      controllers: ['library', 'museum', 'theatre'],
      controllersAt: { museum: t0, theatre: t0, library: hence(hours(2)) },
      scope: { nth: 1, at: hence(hours(2)), about: ['library', 'museum', 'theatre'] },
    });
  });

  it('names each once, and those that are new alone', () => {
    const decided = decide(widen(['library', 'museum', 'library']), suspected());
    expect(decided).toMatchObject({
      ok: true,
      value: [{ type: 'ScopeWidened', controllers: ['library'], reason: 'Its rows were in the export.' }],
    });
  });

  it('needs a controller, a reason, news, and a case that is not over', () => {
    expect(refusal(suspected(), widen([]))).toEqual({
      kind: 'invalid',
      field: 'controllers',
      message: 'Name at least one controller of the directory.',
    });
    expect(refusal(suspected(), widen(['library'], t0, ' '))).toEqual({
      kind: 'invalid',
      field: 'reason',
      message: 'Say what shows that this controller is affected too.',
    });
    expect(refusal(suspected(), widen(['museum']))).toEqual({ kind: 'already', message: 'These controllers are on the incident already.' });
    for (const over of [when(suspected(), refute), when(suspected(), { type: 'Close', at: t0, actor: lead, reason: 'test' })])
      for (const command of [widen(['library']), narrow(['museum']), confirmScope()])
        expect(refusal(over, command)).toEqual({
          kind: 'wrong-state',
          message: 'This incident is over: whom it touches is not asked any more.',
        });
  });
});

describe('narrowing', () => {
  it('takes a controller off with the evidence, and its clock with it', () => {
    const left = when(suspected(), narrow(['museum']));
    expect(left).toMatchObject({
      controllers: ['theatre'],
      controllersAt: { theatre: t0 },
      ruledOut: [{ at: hence(hours(3)), reason: evidence, since: { museum: t0 } }],
      scope: { nth: 1, about: ['museum', 'theatre'] },
    });
    expect(left).not.toHaveProperty('withdrawals');
    expect(left.controllersAt).not.toHaveProperty('museum');
  });

  it('ends its clock by documented evidence alone', () => {
    expect(refusal(suspected(), narrow(['museum'], t0, 'it seems fine'))).toEqual({
      kind: 'invalid',
      field: 'reason',
      message: 'Say what shows that its data is not affected, and which logs cover the time (at least 20 characters).',
    });
    expect(decide(narrow(['museum'], t0, 'x'.repeat(20)), suspected()).ok).toBe(true);
    expect(refusal(suspected(), narrow(['museum'], t0, `  ${'x'.repeat(19)}  `))).toMatchObject({ field: 'reason' });
  });

  it('is of those alone that the incident counts', () => {
    expect(refusal(suspected(), narrow(['library']))).toEqual({
      kind: 'invalid',
      field: 'controllers',
      message: 'Name at least one controller that the incident counts as affected.',
    });
    expect(decide(narrow(['library', 'museum', 'museum']), suspected())).toMatchObject({ ok: true, value: [{ controllers: ['museum'] }] });
  });

  it('holds against the same rule on the same asset, however often it fires', () => {
    const left = when(suspected(), narrow(['museum']), attach(hence(hours(4)), { controllers: ['museum', 'theatre'] }));
    expect(left.controllers).toEqual(['theatre']);
  });

  it('is over when another rule, or another asset, touches the controller: it comes back by the clock that it had', () => {
    const left = when(suspected(), narrow(['museum']));
    for (const news of [{ rule: 'other' }, { assets: ['archive', 'backup'] }]) {
      const back = when(left, attach(hence(hours(4)), { controllers: ['museum'], ...news }));
      expect(back).toMatchObject({
        controllers: ['museum', 'theatre'],
        controllersAt: { museum: t0, theatre: t0 },
        ruledOut: [],
        returned: { museum: { nth: 1, at: hence(hours(4)) } },
        scope: { nth: 1, about: ['theatre'] },
      });
    }
    // What touches somebody else alone brings nobody back.
    expect(when(left, attach(hence(hours(4)), { rule: 'other', controllers: ['theatre'] })).controllers).toEqual(['theatre']);
  });

  it('is over when people add it again, and each return is counted', () => {
    const again = when(suspected(), narrow(['museum']), widen(['museum']), narrow(['museum']), widen(['museum'], hence(hours(7))));
    expect(again).toMatchObject({
      controllersAt: { museum: t0 },
      ruledOut: [],
      returned: { museum: { nth: 2, at: hence(hours(7)) } },
      scope: { nth: 4, about: ['museum', 'theatre'] },
    });
    const identified = when(suspected(), narrow(['museum']), {
      type: 'Identify',
      at: hence(hours(5)),
      actor: lead,
      controllers: [named('museum')],
      reason: 'the tenant is theirs',
    });
    expect(identified).toMatchObject({ controllers: ['museum', 'theatre'], controllersAt: { museum: t0 }, ruledOut: [] });
  });

  it('keeps each reason once, however many it is about, and those who stay out when one comes back', () => {
    const three = anIncident({ controllers: ['museum', 'theatre', 'library'] });
    const left = when(three, narrow(['museum', 'theatre']), widen(['museum'], hence(hours(4))));
    expect(left.ruledOut).toEqual([{ at: hence(hours(3)), reason: evidence, since: { theatre: t0 } }]);
    expect(left.controllers).toEqual(['library', 'museum']);
  });

  it('brings back those alone that were ruled out, each in its place', () => {
    const left = when(suspected(), narrow(['museum', 'theatre']));
    const back = when(left, widen(['theatre', 'library'], hence(hours(4))));
    expect(back).toMatchObject({ controllers: ['library', 'theatre'], ruledOut: [{ since: { museum: t0 } }] });
    expect(back.returned).toEqual({ theatre: { nth: 1, at: hence(hours(4)) } });
    expect(back.controllersAt).toEqual({ theatre: t0, library: hence(hours(4)) });
    // Of several findings one that said it before is enough.
    const two = when(suspected(), attach(hence(hours(1)), { rule: 'other', controllers: ['theatre'] }), narrow(['museum']));
    expect(when(two, attach(hence(hours(4)), { controllers: ['museum'] })).controllers).toEqual(['theatre']);
  });

  it('lets the policy decide anew about one that came back', () => {
    const held = when(suspected(), { type: 'HoldByPolicy', at: hence(hours(2)), controllers: [named('museum')], rule: 'contract' });
    expect(when(held, narrow(['museum']), widen(['museum'])).heldByPolicy).toEqual([]);
  });
});

describe('what was told to a controller that is not affected after all', () => {
  const told = (): Incident => when(suspected(), release());

  it('holds no longer, while that of the others does', () => {
    const left = when(told(), narrow(['museum']));
    expect(liveReleases(left).map((one) => one.controller)).toEqual(['theatre']);
    expect([...releasedTo(left, 'suspected')]).toEqual(['theatre']);
    expect(left.releases).toHaveLength(2);
    expect(left.withdrawals).toEqual([{ controllers: ['museum'], at: hence(hours(3)), upTo: 2, why: 'not-affected', reason: evidence }]);
    expect(takenBack(left, named('museum'), 'suspected')).toMatchObject({ why: 'not-affected' });
    expect(takenBack(left, named('theatre'), 'suspected')).toBeUndefined();
    expect(takenBack(left, named('museum'), 'confirmed')).toBeUndefined();
  });

  it('may be told again when it comes back, by a notice of its own', () => {
    const again = when(told(), narrow(['museum']), widen(['museum']), release(hence(hours(5))));
    expect(again.releases.map((one) => [one.controller, noticeStep(one)])).toEqual([
      ['museum', 'suspected'],
      ['theatre', 'suspected'],
      ['museum', 'suspected:2'],
    ]);
    expect(takenBack(again, named('museum'), 'suspected')).toBeDefined();
    expect(takenBack(again, named('museum'), 'suspected:2')).toBeUndefined();
    // Taken back once more: by a withdrawal of its own, of all that went before.
    const twice = when(again, narrow(['museum'], hence(hours(6))));
    expect(twice.withdrawals?.map((one) => [one.controllers, one.upTo])).toEqual([
      [['museum'], 2],
      [['museum'], 3],
    ]);
    expect(takenBack(twice, named('museum'), 'suspected:2')).toBeDefined();
  });

  it('is taken back even where the machine let it go', () => {
    const confirmed = when(suspected(), confirm({ at: hence(hours(1)), release: true }), narrow(['theatre']));
    expect(confirmed.withdrawals).toMatchObject([{ controllers: ['theatre'], upTo: 2 }]);
  });
});

describe('withdrawing the whole', () => {
  it('refutes a suspicion that was sent out, and takes back what each was told', () => {
    const back = when(suspected(), release(), withdraw());
    expect(back).toMatchObject({
      state: 'refuted',
      outcome: 'refuted',
      refuted: { evidence },
      withdrawals: [{ controllers: ['museum', 'theatre'], why: 'no-breach', upTo: 2 }],
    });
    expect(liveReleases(back)).toEqual([]);
  });

  it('is how a confirmed breach turns out false; that it was known, and since when, stays', () => {
    const confirmed = when(suspected(), confirm({ at: hence(hours(1)), release: true }));
    expect(refusal(confirmed, refute)).toMatchObject({ kind: 'wrong-state' });
    const back = when(confirmed, withdraw());
    expect(back).toMatchObject({ state: 'refuted', aware: { at: hence(hours(1)) } });
    expect(back.releases).toHaveLength(2);
  });

  it('follows a refutation, which stays as it was', () => {
    const refuted = when(suspected(), release(), refute);
    const decided = decide(withdraw(), refuted);
    expect(decided).toMatchObject({ ok: true, value: [{ type: 'NoticesWithdrawn', controllers: ['museum', 'theatre'] }] });
    expect(when(refuted, withdraw())).toMatchObject({ refuted: { at: hence(hours(8)) } });
  });

  it('leaves out whom a narrowing told already', () => {
    const back = when(suspected(), release(), narrow(['museum']), withdraw());
    expect(back.withdrawals?.map((one) => [one.controllers, one.why])).toEqual([
      [['museum'], 'not-affected'],
      [['theatre'], 'no-breach'],
    ]);
  });

  it('needs something that was told, evidence, and a case of its own', () => {
    const nothing = { kind: 'wrong-state', message: 'No controller was told anything that still holds: there is nothing to withdraw.' };
    expect(refusal(suspected(), withdraw())).toEqual(nothing);
    const told = when(suspected(), release());
    expect(refusal(when(told, withdraw()), withdraw())).toEqual({ ...nothing, kind: 'already' });
    expect(refusal(told, withdraw(t0, `no${' '.repeat(30)}`))).toEqual({
      kind: 'invalid',
      field: 'reason',
      message: 'Say what shows that there was no breach, and which logs cover the time (at least 20 characters).',
    });
    expect(decide(withdraw(t0, 'x'.repeat(20)), told).ok).toBe(true);
    expect(refusal(when(told, { type: 'Close', at: t0, actor: lead, reason: 'merged' }), withdraw())).toEqual({
      kind: 'wrong-state',
      message: 'This incident is closed. Withdraw what the one it was merged into told.',
    });
  });
});

describe('confirming the scope', () => {
  it('answers for all that are named then', () => {
    const sure = when(suspected(), confirmScope());
    expect(sure).toMatchObject({ controllers: ['museum', 'theatre'], scope: { nth: 1, about: ['museum', 'theatre'] } });
    expect(refusal(sure, confirmScope())).toMatchObject({ kind: 'already' });
    const more = when(sure, widen(['library']));
    expect(refusal(more, confirmScope())).toMatchObject({ kind: 'already' });
  });

  it('needs somebody named, and a reason', () => {
    expect(refusal(suspected(), confirmScope(' '))).toEqual({
      kind: 'invalid',
      field: 'reason',
      message: 'Say what shows that all of them are affected.',
    });
    expect(refusal(anIncident({ controllers: [], unidentified: true }), confirmScope())).toEqual({
      kind: 'wrong-state',
      message: 'No controller is named yet: identify or add it first.',
    });
  });

  it('is asked again where one of several was not answered for', () => {
    const sure = when(suspected(), confirmScope());
    const more = when(sure, attach(hence(hours(3)), { rule: 'other', controllers: ['museum', 'library'] }));
    expect(decide(confirmScope(), more).ok).toBe(true);
    expect(refusal(sure, confirmScope())).toEqual({
      kind: 'already',
      message: 'Somebody answered this for all of these controllers already.',
    });
  });
});

describe('possibly affected', () => {
  const { directory } = aConfiguration({ assets: [anAsset('archive', ['museum', 'theatre']), anAsset('own', ['museum'])] });
  const of = (incident: Incident) => possiblyAffected(incident, directory);

  it('are those who share what was hit', () => {
    expect(of(suspected())).toEqual(['museum', 'theatre']);
  });

  it('is not who has an asset alone, or was the only customer then, or was named by the event or by people', () => {
    expect(of(when(suspected(), attach(t0, { rule: 'own', assets: ['own'], controllers: ['museum'] })))).toEqual(['theatre']);
    expect(of(anIncident({ controllers: ['museum'] }))).toEqual([]);
    expect(of(anIncident({ assets: [], controllers: ['museum', 'theatre'] }))).toEqual([]);
    expect(of(when(anIncident({ controllers: [], unidentified: true }), widen(['museum', 'theatre'])))).toEqual([]);
  });

  it('asks no more about those whom somebody answered for', () => {
    expect(unanswered(suspected(), directory)).toEqual(['museum', 'theatre']);
    expect(unanswered(when(suspected(), confirmScope()), directory)).toEqual([]);
    expect(unanswered(when(suspected(), narrow(['museum'])), directory)).toEqual([]);
  });
});

describe('a merge', () => {
  const younger = incidentId(idKey, 'case', 2);
  const other = (...commands: readonly Command[]): Incident =>
    when(anIncident({ id: younger, openedAt: hence(hours(1)), controllers: ['museum', 'library'] }), ...commands);
  const absorbed = (incident: Incident, from: Incident): Incident => when(incident, { type: 'Absorb', at: hence(hours(6)), other: from });

  it('leaves out whom the other ruled out, and takes in whom either counts', () => {
    const both = absorbed(anIncident(), other(narrow(['library'])));
    expect(both).toMatchObject({ controllers: ['museum'], ruledOut: [{ since: { library: hence(hours(1)) } }] });
    expect(absorbed(when(suspected(), narrow(['museum'])), other())).toMatchObject({
      controllers: ['library', 'museum', 'theatre'],
      controllersAt: { museum: t0 },
      ruledOut: [],
    });
    expect(absorbed(suspected(), other(narrow(['museum']))).controllers).toEqual(['library', 'museum', 'theatre']);
  });

  it('keeps the earlier start of whom both ruled out', () => {
    const both = absorbed(when(suspected(), narrow(['museum'])), other(narrow(['museum'])));
    expect(both.ruledOut).toMatchObject([{ since: { museum: t0 } }]);
    expect(when(both, widen(['museum'], hence(hours(9)))).controllersAt).toMatchObject({ museum: t0 });
  });

  it('takes over what was told and holds, and withdraws it under the reference that it had', () => {
    const both = absorbed(suspected(), other(release(hence(hours(2))), narrow(['library'])));
    expect(both.releases.map((one) => [one.controller, one.under])).toEqual([['museum', younger]]);
    const narrowed = when(both, narrow(['museum'], hence(hours(7))));
    // What was told under another reference is no notice of ours, nor is that of another controller.
    expect(takenBack(narrowed, named('museum'), 'suspected')).toBeUndefined();
    const own = when(suspected(), release(), narrow(['theatre']));
    expect(takenBack(own, named('museum'), 'suspected')).toBeUndefined();
    expect(takenBack(own, named('theatre'), 'suspected')).toBeDefined();
    // Its first notice under our reference is the first of its kind.
    const again = when(narrowed, widen(['museum'], hence(hours(8))), release(hence(hours(9))));
    expect(again.releases.filter((one) => one.controller === 'museum').map((one) => one.step)).toEqual([undefined, undefined]);
    expect(when(both, narrow(['museum'], hence(hours(7)))).withdrawals).toMatchObject([{ controllers: ['museum'], upTo: 1 }]);
    // The first notice under our own reference is not the second of its kind.
    expect(when(both, widen(['library'], hence(hours(7))), release(hence(hours(8)))).releases.map(noticeStep)).toEqual([
      'suspected',
      'suspected',
      'suspected',
    ]);
  });
});

describe('an incident that an older version wrote', () => {
  it('knows nothing of this, and is narrowed all the same', () => {
    const { ruledOut: _r, scope: _s, withdrawals: _w, returned: _t, ...old } = suspected();
    const left = folded(old as Incident, [
      { type: 'ScopeNarrowed', at: t0, actor: lead, controllers: [named('museum')], reason: evidence },
    ]);
    expect(left.controllers).toEqual(['theatre']);
  });
});
