// Holds what the operator owes as a controller itself: when each duty is there, when it presses, and what ends it (P-4).
import { describe, expect, it } from 'vitest';
import type { Asset } from '#core/directory/directory.ts';
import { owed } from '#core/duty/owed.ts';
import { planOf } from '#core/duty/plan.ts';
import { type Command, decide } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { mergeOf } from '#core/incident/merge.ts';
import { touchesOwn } from '#core/incident/own.ts';
import { incidentId } from '#core/kernel/ids.ts';
import { type Duration, hours, minutes } from '#core/kernel/time.ts';
import {
  aConfiguration,
  aDuty,
  aSentDuty,
  anAsset,
  anIncident,
  confirm,
  folded,
  hence,
  idKey,
  lead,
  none,
  possible,
  t0,
  when,
} from '../given.ts';

const archive = (capacity: Asset['capacity']): Asset => ({ ...anAsset('archive', ['museum']), capacity });
const configuration = aConfiguration({ assets: [archive('both')] });
const said = (risk: string, after: Duration = hours(3), reason = 'Names of forty employees were in it.'): Command => ({
  type: 'AssessOwn',
  at: hence(after),
  actor: lead,
  risk,
  reason,
});
const aware = (): Incident => when(anIncident(), confirm({ at: t0 }));
const ownIn = (incident: Incident, of = configuration) =>
  owed(incident, of, hence(hours(4))).flatMap(({ kind, step, deadlineAt }) => (kind.startsWith('own-') ? [[kind, step, deadlineAt]] : []));

describe('our own data', () => {
  it('is touched where an asset that we hold for ourselves was hit, and personal data with it', () => {
    const touched = (incident: Incident, capacity: Asset['capacity']) => touchesOwn(incident, { assets: [archive(capacity)] });
    expect((['controller', 'both', 'processor'] as const).map((one) => touched(anIncident(), one))).toEqual([true, true, false]);
    for (const given of [{ data: 'unlikely' }, { nature: none }, { assets: ['box'] }] as const)
      expect(touched(anIncident(given), 'both')).toBe(false);
  });

  it('is to be assessed from the suspicion on, and reported from awareness on', () => {
    expect(ownIn(anIncident({ nature: possible }))).toEqual([]);
    expect(ownIn(anIncident())).toEqual([['own-assessment', '1', hence(hours(24))]]);
    expect(ownIn(aware())).toEqual([
      ['own-assessment', '1', hence(hours(24))],
      ['own-report', '1', hence(hours(72))],
    ]);
    expect(ownIn(aware(), aConfiguration())).toEqual([]);
  });

  it('has the clock of an awareness that was dated back', () => {
    const late = when(anIncident({ openedAt: hence(hours(5)) }), confirm({ at: hence(hours(6)), since: hence(hours(1)) }));
    expect(ownIn(late)).toEqual([
      ['own-assessment', '1', hence(hours(25))],
      ['own-report', '1', hence(hours(73))],
    ]);
  });

  it('owes a report unless a risk is unlikely, and word to the people where it is high', () => {
    const kindsOf = (...risks: readonly string[]) =>
      ownIn(when(aware(), ...risks.map((risk) => said(risk)))).map(([kind, step]) => [kind, step]);
    expect(kindsOf('risk')).toEqual([
      ['own-assessment', '1'],
      ['own-report', '1'],
    ]);
    expect(kindsOf('none')).toEqual([['own-assessment', '1']]);
    expect(kindsOf('high')).toEqual([
      ['own-assessment', '1'],
      ['own-report', '1'],
      ['own-art34', '1'],
    ]);
    expect(kindsOf('none', 'none', 'high')).toEqual([
      ['own-assessment', '1'],
      ['own-report', '2'],
      ['own-art34', '2'],
    ]);
    expect(ownIn(when(anIncident(), said('high'))).map(([kind]) => kind)).toEqual(['own-assessment']);
  });

  it('is assessed in words that can be shown', () => {
    const why = (command: Command, incident = aware()) => {
      const done = decide(command, incident);
      return done.ok ? undefined : done.error;
    };
    expect(why(said('none', hours(3), 'nineteen characters'))).toEqual({
      kind: 'invalid',
      field: 'reason',
      message: 'Say why a risk to the people concerned is unlikely (at least 20 characters).',
    });
    expect(why(said('none', hours(3), 'twenty characters it'))).toBeUndefined();
    expect(why(said('risk', hours(3), 'short'))).toBeUndefined();
    expect(why(said('none', hours(3), `short${' '.repeat(20)}`))?.field).toBe('reason');
    expect(why(said('high', hours(3), ' '))).toEqual({
      kind: 'invalid',
      field: 'reason',
      message: 'Give the reason: who is affected, and what may come of it for them.',
    });
    expect(why(said('medium'))).toEqual({ kind: 'invalid', field: 'risk', message: 'Say how high the risk is: one of none, risk, high.' });
    expect(why(said('risk'), anIncident({ nature: possible }))).toEqual({
      kind: 'wrong-state',
      message: 'No breach is suspected or confirmed here yet.',
    });
    const closed = when(anIncident(), { type: 'Close', at: t0, actor: lead, reason: 'x' });
    const refuted = when(anIncident(), { type: 'Refute', at: t0, actor: lead, evidence: 'The export was empty; the log is whole.' });
    for (const over of [closed, refuted])
      expect(why(said('risk'), over)).toEqual({ kind: 'wrong-state', message: 'This case is over: no risk is left to assess.' });
  });

  it('keeps the graver word in a merge', () => {
    const other = (risk?: string): Incident => {
      const one = anIncident({ id: incidentId(idKey, 'other', 1), openedAt: hence(minutes(5)), rule: 'bulk_export' });
      return risk === undefined ? one : when(one, said(risk));
    };
    const both = (mine: string | undefined, theirs: string | undefined) => {
      const own = mine === undefined ? aware() : when(aware(), said(mine));
      const done = mergeOf(own, other(theirs), { at: hence(hours(5)), actor: lead, reason: 'one' });
      if (!done.ok) throw new Error(done.error.message);
      return folded(done.value.survivor.incident, done.value.survivor.events).own;
    };
    expect(both(undefined, 'none')).toMatchObject({ risk: 'none', cleared: 1 });
    expect(both('none', 'high')).toMatchObject({ risk: 'high', cleared: 1 });
    expect(both('high', 'none')).toMatchObject({ risk: 'high', cleared: 0 });
    expect(both('risk', undefined)).toMatchObject({ risk: 'risk' });
    expect(both(undefined, undefined)).toBeUndefined();
  });
});

describe('its report', () => {
  const spec = { kind: 'own-report', recipient: 'management', deadlineAt: hence(hours(72)) } as const;
  const plan = (duty: ReturnType<typeof aDuty>, after: Duration, incident = aware()) =>
    planOf({ duty, incident, configuration, now: hence(after) });

  it('is asked for once, then pressed for on every channel in its last day', () => {
    expect(plan(aDuty(spec), hours(1))).toMatchObject({
      act: { roles: ['management'], topic: 'own-report', reach: 'first' },
      after: { state: 'SENT', until: hence(hours(48)) },
    });
    expect(plan(aSentDuty(spec, hence(hours(1))), hours(47))).toMatchObject({ do: 'wait', until: hence(hours(48)) });
    expect(plan(aSentDuty(spec, hence(hours(1))), hours(48))).toMatchObject({
      act: { roles: ['management', 'incident-lead'], reach: 'all' },
      after: { state: 'SENT', until: hence(hours(52)) },
    });
    expect(plan(aSentDuty(spec, hence(hours(48))), hours(49))).toMatchObject({ do: 'wait', until: hence(hours(52)) });
    expect(plan(aDuty(spec), hours(60))).toMatchObject({ act: { reach: 'all' } });
  });

  it('is pressed for sooner where awareness was dated back since', () => {
    const earlier = when(anIncident(), confirm({ at: hence(hours(1)), since: t0 }));
    expect(plan(aSentDuty({ ...spec, deadlineAt: hence(hours(80)) }, hence(hours(1))), hours(48), earlier)).toMatchObject({
      act: { reach: 'all' },
    });
  });

  it('ends with the case', () => {
    const closed = when(anIncident(), { type: 'Close', at: t0, actor: lead, reason: 'x' });
    for (const kind of ['own-report', 'own-assessment', 'own-art34'] as const)
      expect(plan(aDuty({ ...spec, kind }), hours(1), closed)).toMatchObject({
        do: 'end',
        ending: { state: 'CANCELLED', reason: 'closed' },
      });
  });

  it('and word to the people, and the assessment, are asked for by their own hours', () => {
    const high = when(aware(), said('high'));
    expect(plan(aDuty({ ...spec, kind: 'own-art34', deadlineAt: hence(hours(27)) }), hours(4), high)).toMatchObject({
      act: { roles: ['management'], topic: 'own-art34' },
      after: { until: hence(hours(27)) },
    });
    expect(plan(aDuty({ ...spec, kind: 'own-assessment', deadlineAt: hence(hours(24)) }), hours(4))).toMatchObject({
      act: { roles: ['management'], topic: 'own-assessment' },
      after: { until: hence(hours(24)) },
    });
  });

  it('ends by what people said of the risk, each in its own words', () => {
    const endOf = (kind: 'own-assessment' | 'own-report' | 'own-art34', risk: string) =>
      plan(aDuty({ ...spec, kind }), hours(4), when(aware(), said(risk)));
    expect(endOf('own-assessment', 'high')).toMatchObject({ do: 'end', ending: { state: 'DONE', reason: 'assessed: high' } });
    expect(endOf('own-report', 'none')).toMatchObject({
      do: 'end',
      ending: { state: 'CANCELLED', reason: 'a risk is unlikely, by the reason on record' },
    });
    expect(endOf('own-report', 'risk').do).toBe('act');
    expect(endOf('own-art34', 'risk')).toMatchObject({
      do: 'end',
      ending: { state: 'CANCELLED', reason: 'no high risk, by the reason on record' },
    });
    expect(plan(aDuty({ ...spec, kind: 'own-art34' }), hours(4))).toMatchObject({ do: 'end', ending: { state: 'CANCELLED' } });
  });

  it('goes on where the breach is contained, and presses on after a word that came too early', () => {
    const contained = when(aware(), { type: 'Contain', at: hence(hours(2)), actor: lead });
    expect(ownIn(contained).map(([kind]) => kind)).toEqual(['own-assessment', 'own-report']);
    const early = aSentDuty(spec, hence(hours(47)));
    expect(plan(early, hours(48))).toMatchObject({ do: 'act', act: { type: 'page', reach: 'all' } });
    const both = { ...early, evidence: [...early.evidence, ...aSentDuty(spec, hence(hours(48))).evidence] };
    expect(plan(both, hours(49))).toMatchObject({ do: 'wait' });
  });
});
