// Decides which duties an incident must have: recomputed from the incident alone, so that an auditor finds what is missing (I-07).
import { awareFor, contractDeadline, noticeDeadline, releaseBy, suspectedFor } from '../clock/deadline.ts';
import { atLeast } from '../detection/outcome.ts';
import type { Asked } from '../detection/rule.ts';
import { type Configuration, type Controller, informedRoles } from '../directory/directory.ts';
import { releasedTo } from '../incident/decide.ts';
import { isCalled } from '../incident/growth.ts';
import type { Incident } from '../incident/incident.ts';
import { liveReleases, noticeStep, unanswered } from '../incident/scope.ts';
import type { ControllerId } from '../kernel/ids.ts';
import { type Instant, days, earliest, hours, minutes, plus } from '../kernel/time.ts';
import { triageStep, withdrawStep } from './duty.ts';
import { disturbanceOwed } from './disturbing.ts';
import { goesOnOwed } from './goes-on.ts';
import { ownOwed } from './owning.ts';
import { type DutySpec, againStep, releaseStep } from './spec.ts';
import { callWithin, isPressing } from './urgency.ts';
import { withdrawalsOf } from './withdrawing.ts';

/** Who decides and releases (D-5). */
const lead = 'incident-lead';

const controllersOf = (incident: Incident, configuration: Configuration): readonly Controller[] =>
  incident.controllers.flatMap((id) => configuration.directory.controllers.get(id) ?? []);

const inTwo = <T>(all: readonly T[], isFirst: (one: T) => boolean): readonly [readonly T[], readonly T[]] => [
  all.filter(isFirst),
  all.filter((one) => !isFirst(one)),
];

const always = (incident: Incident): readonly DutySpec[] => {
  // Who works on it heard of the whole in time; of a part of its own from when it is one.
  const start = incident.splitFrom?.at ?? incident.openedAt;
  const informWithin = atLeast(incident.level, 'high') || isPressing(incident) ? minutes(15) : hours(24);
  return [
    { kind: 'ticket', recipient: 'desk', step: '1', deadlineAt: plus(start, hours(4)) },
    ...informedRoles.map((role): DutySpec => ({ kind: 'inform', recipient: role, step: '1', deadlineAt: plus(start, informWithin) })),
  ];
};

const called = (incident: Incident, configuration: Configuration, now: Instant): readonly DutySpec[] => {
  const [first] = configuration.policy.call.chain;
  // A closed case calls nobody anew, whoever is first in the chain by now; a refuted one is no case to call for.
  const over = incident.state === 'closed';
  return !over && isCalled(incident) && first !== undefined
    ? [{ kind: 'call', recipient: first, step: '0', deadlineAt: plus(now, callWithin(incident)) }]
    : [];
};

/** What people hear of a case that goes on: a call for what is new, and how many more there are. */
const toldAgain = (incident: Incident, configuration: Configuration): readonly DutySpec[] => {
  const [first] = configuration.policy.call.chain;
  if (incident.state === 'refuted' || incident.state === 'closed' || first === undefined) return [];
  return (incident.grown ?? []).map(({ at, why, to }, i): DutySpec => {
    const own = { recipient: to ?? first, notBefore: at };
    return why === 'more'
      ? { ...own, kind: 'inform', step: `digest:${i}`, deadlineAt: plus(at, hours(1)) }
      : { ...own, kind: 'call', step: `${againStep}${i}`, deadlineAt: plus(at, callWithin(incident)) };
  });
};

const assessed = (incident: Incident, configuration: Configuration): readonly DutySpec[] =>
  incident.state === 'open' && incident.outcome === 'breach-assessment'
    ? [{ kind: 'review', recipient: lead, step: 'assess', deadlineAt: plus(incident.openedAt, configuration.policy.assessWithin) }]
    : [];

/** Ruled out before: the release that it had is over. */
const cameBack = ({ returned }: Incident, { id }: Controller): boolean => returned?.[id] !== undefined;

const suspected = (incident: Incident, configuration: Configuration): readonly DutySpec[] => {
  if (incident.state !== 'suspected') return [];
  const { within } = configuration.policy.decide;
  const settled = new Set<ControllerId>([...releasedTo(incident, 'suspected'), ...incident.heldByPolicy]);
  const [first, late] = inTwo(
    controllersOf(incident, configuration),
    (c) => suspectedFor(incident, c) === incident.suspectedAt && !cameBack(incident, c),
  );
  const deadlineAt = earliest(plus(incident.suspectedAt, within), ...first.flatMap((c) => contractDeadline(incident, c) ?? []));
  return [
    { kind: 'release', recipient: lead, step: releaseStep('suspected'), deadlineAt },
    { kind: 'consult', recipient: 'dpo', step: 'suspected', deadlineAt },
    ...late
      .filter((c) => !settled.has(c.id))
      .map((c): DutySpec => {
        const back = incident.returned?.[c.id];
        const own = plus(back?.at ?? suspectedFor(incident, c) ?? incident.suspectedAt, within);
        return {
          kind: 'release',
          recipient: lead,
          step: releaseStep('suspected', c.id, back?.nth),
          deadlineAt: earliest(own, contractDeadline(incident, c) ?? own),
        };
      }),
  ];
};

const confirmed = (incident: Incident, configuration: Configuration): readonly DutySpec[] => {
  if (incident.state !== 'confirmed' && incident.state !== 'contained') return [];
  const done = releasedTo(incident, 'confirmed');
  const open = controllersOf(incident, configuration).filter((c) => !done.has(c.id));
  const [first, late] = inTwo(open, (c) => awareFor(incident, c) === incident.aware.at && !cameBack(incident, c));
  const terms = first.flatMap((c) => releaseBy(incident, c, configuration.policy) ?? []);
  return [
    ...(terms.length === 0
      ? []
      : [{ kind: 'release' as const, recipient: lead, step: releaseStep('confirmed'), deadlineAt: earliest(...terms) }]),
    ...late.map(
      (c): DutySpec => ({
        kind: 'release',
        recipient: lead,
        step: releaseStep('confirmed', c.id, incident.returned?.[c.id]?.nth),
        deadlineAt: releaseBy(incident, c, configuration.policy) ?? incident.aware.at,
      }),
    ),
  ];
};

/** One notice per controller and kind of release: a confirmation after a suspicion is a notice of its own. */
const notices = (incident: Incident, configuration: Configuration): readonly DutySpec[] =>
  liveReleases(incident)
    .filter((release) => release.under === undefined)
    .map((release) => {
      // One that left the directory is owed its notice all the same: the duty is blocked, and a person finds the address.
      const controller = configuration.directory.controllers.get(release.controller);
      const deadlineAt = (controller && noticeDeadline(incident, controller, configuration.policy, release.as)) ?? release.at;
      return { kind: 'notice', recipient: release.controller, step: noticeStep(release), deadlineAt };
    });

const identified = (incident: Incident, configuration: Configuration, now: Instant): readonly DutySpec[] =>
  incident.unidentified && incident.state !== 'refuted' && incident.state !== 'closed'
    ? [
        {
          kind: 'identify-controller',
          recipient: lead,
          step: String(incident.identifyRound ?? 1),
          deadlineAt: plus(now, configuration.policy.identifyWithin),
        },
      ]
    : [];

/** What the rules ask of people beside that: who looks at a report, calls its sender, sees to the sub-processor (P-8, P-22). */
const askedFor: Readonly<Record<Asked, (now: Instant) => readonly DutySpec[]>> = {
  triage: (now) => [{ kind: 'review', recipient: lead, step: triageStep, deadlineAt: plus(now, hours(1)) }],
  'verify-sender': (now) => [{ kind: 'phone', recipient: lead, step: 'verify-sender', deadlineAt: plus(now, hours(1)) }],
  subprocessor: (now) => [
    { kind: 'subprocessor', recipient: lead, step: 'inform', deadlineAt: plus(now, hours(24)) },
    // Nobody reviews a contract at night: first the controllers are told.
    { kind: 'subprocessor', recipient: lead, step: 'review-protection', deadlineAt: plus(now, days(7)), notBefore: plus(now, hours(24)) },
    { kind: 'subprocessor', recipient: lead, step: 'review-destruction', deadlineAt: plus(now, days(14)), notBefore: plus(now, hours(24)) },
  ],
};

const askedByRules = (incident: Incident, now: Instant): readonly DutySpec[] =>
  incident.state === 'refuted' || incident.state === 'closed'
    ? []
    : [...new Set(incident.findings.flatMap(({ rule }) => rule.owes ?? []))].flatMap((one) => askedFor[one](now));

/** A refuted suspicion that controllers were told of: withdrawing is a person's act, never automatic (P-14). */
const toBeWithdrawn = (incident: Incident): readonly DutySpec[] =>
  incident.state === 'refuted' && liveReleases(incident).length > 0
    ? [{ kind: 'human', recipient: lead, step: withdrawStep, deadlineAt: plus(incident.refuted.at, hours(4)) }]
    : [];

/** Whoever acts on a notice that is wrong acts for nothing: it hears so within hours. One mail for each time that its notices were taken back. */
const withdrawals = (incident: Incident): readonly DutySpec[] =>
  withdrawalsOf(incident).map(({ controller, at, nth }) => ({
    kind: 'withdrawal',
    recipient: controller,
    step: String(nth),
    deadlineAt: plus(at, hours(4)),
  }));

/** All of an asset's controllers count as affected until a person says which of them are (D-5). */
const narrowed = (incident: Incident, { directory, policy }: Configuration, now: Instant): readonly DutySpec[] =>
  incident.state === 'refuted' || incident.state === 'closed' || unanswered(incident, directory).length === 0
    ? []
    : [
        {
          kind: 'narrow',
          recipient: lead,
          step: String((incident.scope?.nth ?? 0) + 1),
          deadlineAt: plus(now, policy.decide.within),
          // The release asks the same person at once; this only reminds who forgot it.
          notBefore: plus(now, hours(1)),
        },
      ];

/** Everything that must exist for this incident now. `now` dates only duties that are new. */
export const owed = (incident: Incident, configuration: Configuration, now: Instant): readonly DutySpec[] => [
  ...always(incident),
  ...called(incident, configuration, now),
  ...toldAgain(incident, configuration),
  ...assessed(incident, configuration),
  ...suspected(incident, configuration),
  ...confirmed(incident, configuration),
  ...identified(incident, configuration, now),
  ...askedByRules(incident, now),
  ...notices(incident, configuration),
  ...goesOnOwed(incident),
  ...ownOwed(incident, configuration),
  ...toBeWithdrawn(incident),
  ...withdrawals(incident),
  ...narrowed(incident, configuration, now),
  ...disturbanceOwed(incident, configuration, now),
];
