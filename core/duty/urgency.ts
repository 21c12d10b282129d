// Decides how an incident's severity presses inside the house: how soon people hear, whose call goes first, who is called and for how long. Never a notice.
import { type SeverityLevel, severityLevels } from '../detection/severity.ts';
import type { Policy, Pressing, RoleName } from '../directory/directory.ts';
import type { Incident } from '../incident/incident.ts';
import { type Duration, minutes } from '../kernel/time.ts';

type Scored = Pick<Incident, 'severity'>;
type Calling = Policy['call'];

const isAtLeast = ({ severity }: Scored, level: SeverityLevel): boolean =>
  severity !== undefined && severityLevels.indexOf(severity.escalation) >= severityLevels.indexOf(level);

/** From high on all roles are informed within a quarter of an hour, whatever level the rule has. */
export const isPressing = (incident: Scored): boolean => isAtLeast(incident, 'high');

/**
 * A page later than five minutes counts as failed (reliability.md 5.3). What is due is done by deadline, so of two calls that wait the
 * graver one goes first.
 */
export const callWithin = (incident: Scored): Duration => {
  if (isAtLeast(incident, 'very-high')) return minutes(3);
  return minutes(isAtLeast(incident, 'high') ? 4 : 5);
};

/** What the policy gives for this severity: what the gravest level leaves open is taken from the next one. */
const given = <K extends keyof Pressing>(incident: Scored, { bySeverity }: Calling, what: K): Pressing[K] =>
  (['very-high', 'high', 'medium'] as const)
    .filter((level) => isAtLeast(incident, level))
    .map((level) => bySeverity?.[level]?.[what])
    .find((one) => one !== undefined);

/** How long whoever is called at this step has to answer, before the next one is. */
export const answerWithin = (incident: Scored, calling: Calling, step: number): Duration => {
  const timeouts = given(incident, calling, 'timeouts') ?? calling.timeouts;
  return timeouts[Math.min(step, timeouts.length - 1)] ?? minutes(15);
};

/** Who is called now: whoever's turn it is, and those whom the policy wants beside him. */
export const calledWith = (incident: Scored, calling: Calling, recipient: RoleName): readonly RoleName[] => [
  ...new Set([recipient, ...(given(incident, calling, 'together') ?? [])]),
];
