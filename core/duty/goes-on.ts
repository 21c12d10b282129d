// Decides who is told by mail that its matter goes on under another reference, and when that is not said any more (P-14).
import type { Incident } from '../incident/incident.ts';
import type { ControllerId } from '../kernel/ids.ts';
import { hours, plus } from '../kernel/time.ts';
import type { DutySpec } from './spec.ts';
import { type Plan, type Situation, end } from './turn.ts';

/** Only whoever was given a reference has to learn of the new one. */
export const goesOnOwed = ({ splitFrom }: Incident): readonly DutySpec[] =>
  splitFrom === undefined
    ? []
    : splitFrom.told.map((controller) => ({
        kind: 'update',
        recipient: controller,
        step: 'reference',
        deadlineAt: plus(splitFrom.at, hours(4)),
      }));

/** Merged again before it left: the reference that the controller has is the one that goes on. */
const isUndone = ({ incident }: Situation): boolean =>
  incident.state === 'closed' && incident.mergedInto !== undefined && incident.mergedInto === incident.splitFrom?.incident;

export const goesOn = (s: Situation): Plan => {
  if (isUndone(s)) return end('CANCELLED', 'merged again before it was told');
  return {
    do: 'act',
    act: { type: 'reference', controller: s.duty.recipient as ControllerId },
    after: { state: 'SENT', until: plus(s.now, s.configuration.policy.deliveryWithin) },
  };
};
