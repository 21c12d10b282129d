// Holds what severity may do: it informs sooner, orders and hurries calls, wakes more people; and it touches no duty towards a controller.
import { describe, expect, it } from 'vitest';
import { type Known, type Severity, severityOf } from '#core/detection/severity.ts';
import type { Configuration, Policy, Pressing } from '#core/directory/directory.ts';
import { planOf } from '#core/duty/plan.ts';
import { inTurn } from '#core/duty/order.ts';
import { owed } from '#core/duty/owed.ts';
import type { DutySpec } from '#core/duty/spec.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type Duration, hours, minutes } from '#core/kernel/time.ts';
import {
  aConfiguration,
  aController,
  aDuty,
  aSentDuty,
  anIncident,
  attach,
  confirm,
  folded,
  hence,
  likely,
  none,
  possible,
  t0,
  thePolicy,
  when,
} from '../given.ts';

const known: Known = { nature: none, dataClasses: ['contact'], unintelligible: true, malicious: false };
const scores: Readonly<Record<Severity['level'], Severity>> = {
  low: severityOf(known),
  medium: severityOf({ ...known, dataClasses: ['message-content'], unintelligible: false }),
  high: severityOf({ ...known, dataClasses: ['message-content'], unintelligible: false, nature: likely, malicious: true }),
  'very-high': severityOf({ ...known, dataClasses: ['special-category'], unintelligible: false, nature: likely, malicious: true }),
};
type Level = keyof typeof scores;
const all = Object.keys(scores) as Level[];

const scoredAs = (incident: Incident, level: Level | undefined): Incident =>
  level === undefined ? incident : folded(incident, [{ type: 'SeverityScored', at: t0, severity: scores[level] }]);

const lineOf = ({ kind, recipient, step, deadlineAt }: DutySpec): string => `${kind} ${recipient} ${step} ${deadlineAt - t0}`;
const within = (incident: Incident, kind: string): readonly number[] =>
  owed(incident, aConfiguration(), t0).flatMap((spec) => (spec.kind === kind ? spec.deadlineAt - t0 : []));

describe('severity', () => {
  it('gives each level its own', () => {
    expect(all.map((level) => scores[level].escalation)).toEqual(all);
  });

  it('informs all roles within a quarter of an hour from high on, whatever level the rule has', () => {
    const faint = anIncident({ level: 'low' });
    const soon = (level?: Level): number => Math.max(...within(scoredAs(faint, level), 'inform'));
    expect([undefined, ...all].map(soon)).toEqual([hours(24), hours(24), hours(24), minutes(15), minutes(15)]);
    expect(Math.max(...within(scoredAs(anIncident({ level: 'high' }), 'low'), 'inform'))).toBe(minutes(15));
  });

  it('puts the call for the graver case before the others that wait, and none beyond five minutes', () => {
    const calls = [undefined, ...all].map((level) => within(scoredAs(anIncident(), level), 'call')[0]);
    expect(calls).toEqual([minutes(5), minutes(5), minutes(5), minutes(4), minutes(3)]);
    const due = (level: Level) => {
      const deadlineAt = hence((within(scoredAs(anIncident(), level), 'call')[0] ?? 0) as Duration);
      return { ...aDuty({ kind: 'call', step: level, deadlineAt }), share: level };
    };
    expect(inTurn((['low', 'very-high', 'high'] as const).map(due)).map(({ share }) => share)).toEqual(['very-high', 'high', 'low']);
  });

  it('hurries the word on what is new as well', () => {
    const grown = { ...anIncident(), grown: [{ at: hence(minutes(15)), foundAt: t0, why: 'resource' as const }] };
    const again = (level: Level): readonly number[] => within(scoredAs(grown, level), 'call');
    expect(again('low')).toEqual([minutes(5), minutes(20)]);
    expect(again('very-high')).toEqual([minutes(3), minutes(18)]);
  });

  const policy = (bySeverity: Policy['call']['bySeverity']): Configuration =>
    aConfiguration({ policy: { call: { ...thePolicy.call, bySeverity } } });
  const hurried: Pressing = { timeouts: [minutes(2), minutes(3), minutes(4)], together: ['management'] };

  const planned = (level: Level, configuration: Configuration, step = '0') =>
    planOf({ duty: aDuty({ kind: 'call', recipient: 'sysop', step }), incident: scoredAs(anIncident(), level), configuration, now: t0 });

  it('leaves the chain as it is where the policy says nothing of it', () => {
    for (const level of all)
      expect(planned(level, aConfiguration())).toMatchObject({ act: { roles: ['sysop'] }, after: { until: hence(minutes(5)) } });
  });

  it('hurries the chain and calls more people from the level on that the policy names', () => {
    const configuration = policy({ high: hurried });
    expect(planned('medium', configuration)).toMatchObject({ act: { roles: ['sysop'] }, after: { until: hence(minutes(5)) } });
    for (const level of ['high', 'very-high'] as const) {
      expect(planned(level, configuration)).toMatchObject({ act: { roles: ['sysop', 'management'] }, after: { until: hence(minutes(2)) } });
      expect(planned(level, configuration, '1')).toMatchObject({ after: { until: hence(minutes(3)) } });
      expect(planned(level, configuration, '7')).toMatchObject({ after: { until: hence(minutes(4)) } });
    }
  });

  it('takes what the gravest level leaves open from the next one', () => {
    const configuration = policy({ medium: hurried, 'very-high': { timeouts: [minutes(1), minutes(1), minutes(1)] } });
    expect(planned('very-high', configuration)).toMatchObject({
      act: { roles: ['sysop', 'management'] },
      after: { until: hence(minutes(1)) },
    });
  });

  it('takes the times as well from the next one, where the gravest only names people', () => {
    const configuration = policy({ high: hurried, 'very-high': { together: ['incident-lead'] } });
    expect(planned('very-high', configuration)).toMatchObject({
      act: { roles: ['sysop', 'incident-lead'] },
      after: { until: hence(minutes(2)) },
    });
  });

  it('ends a wait that began before the case was found to be so grave', () => {
    const configuration = policy({ 'very-high': hurried });
    const duty = aSentDuty({ kind: 'call', recipient: 'sysop', step: '0' }, t0);
    const turn = (level: Level) => planOf({ duty, incident: scoredAs(anIncident(), level), configuration, now: hence(minutes(3)) });
    expect(turn('high')).toMatchObject({ do: 'wait', until: hence(minutes(5)) });
    expect(turn('very-high')).toMatchObject({
      do: 'end',
      ending: { reason: 'no answer in time' },
      create: [{ deadlineAt: hence(minutes(6)) }],
    });
  });
});

/** What a controller's notice depends on. */
const towardsControllers: ReadonlySet<string> = new Set([
  'release',
  'notice',
  'withdrawal',
  'update',
  'final',
  'consult',
  'review',
  'identify-controller',
  'narrow',
  'human',
  'ticket',
]);

describe('whatever the severity is', () => {
  const configuration = aConfiguration({
    controllers: [
      aController('museum', { notice: hours(12) }),
      aController('theatre', { onSuspectedTimeout: 'hold' }),
      aController('library'),
    ],
    policy: {
      call: { ...thePolicy.call, bySeverity: { medium: { timeouts: [minutes(1), minutes(1), minutes(1)], together: ['management'] } } },
    },
  });
  const stories: readonly (readonly [string, Incident])[] = [
    ['suspected', anIncident({ controllers: ['museum', 'theatre'] })],
    ['to be assessed', anIncident({ nature: possible, controllers: ['library'] })],
    ['confirmed', when(anIncident({ controllers: ['museum', 'library'] }), confirm({ at: hence(hours(1)) }))],
    ['confirmed and released', when(anIncident({ controllers: ['museum', 'library'] }), confirm({ at: hence(hours(1)), release: true }))],
    ['widened late', when(anIncident({ controllers: ['museum'] }), attach(hence(hours(3)), { controllers: ['library'] }))],
    ['nobody identified', anIncident({ controllers: [], unidentified: true })],
  ];

  it.each(stories)('the same is owed towards controllers, at the same hour: %s', (_, incident) => {
    const lines = (level: Level | undefined): readonly string[] =>
      owed(scoredAs(incident, level), configuration, hence(hours(4)))
        .filter(({ kind }) => towardsControllers.has(kind))
        .map(lineOf);
    const wanted = lines(undefined);
    expect(wanted.length).toBeGreaterThan(1);
    for (const level of all) expect(lines(level)).toEqual(wanted);
  });

  it.each(stories)('each of these duties takes the same turn at every hour: %s', (_, incident) => {
    const specs = owed(incident, configuration, t0).filter(({ kind }) => towardsControllers.has(kind));
    for (const spec of specs)
      for (const hour of [0, 2, 4, 12, 24]) {
        const now = hence(hours(hour));
        const turns = [undefined, ...all].map((level) =>
          planOf({ duty: aDuty(spec), incident: scoredAs(incident, level), configuration, now }),
        );
        for (const turn of turns) expect(turn).toEqual(turns[0]);
      }
  });
});
