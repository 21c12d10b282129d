// Decides whether every duty that is owed exists, none is due and undone, and what ended has its evidence (I-07, I-09, I-14).
import { type Duty, isTerminal } from '#core/duty/duty.ts';
import { owed } from '#core/duty/owed.ts';
import { makeIncidentDuty } from '#core/duty/spec.ts';
import { instantOf } from '#core/kernel/time.ts';
import type { Check, Facts, Violation } from './facts.ts';

const nameOf = (duty: Pick<Duty, 'kind' | 'recipient' | 'step' | 'subject'>): string =>
  `${duty.kind} ${duty.recipient} ${duty.step} of ${duty.subject}`;

const missing = ({ ledger, configuration, now }: Facts): readonly Violation[] => {
  const ids = new Set(ledger.duties.map((duty) => duty.id));
  const at = instantOf(now);
  return ledger.incidents.flatMap((incident) =>
    owed(incident, configuration, at)
      .map((spec) => makeIncidentDuty(incident, spec, at))
      .filter((duty) => !ids.has(duty.id))
      .map((duty): Violation => ({ kind: 'duty-missing', about: nameOf(duty) })),
  );
};

/** After the quiet time nothing is due, nobody holds a claim, and nothing that was tried is still to be done. */
const undone = ({ ledger, now }: Facts): readonly Violation[] =>
  ledger.duties
    .filter((duty) => !isTerminal(duty.state))
    .flatMap((duty): readonly Violation[] => {
      if (duty.nextAt <= now || duty.owner !== undefined)
        return [{ kind: 'duty-undone', about: `${nameOf(duty)}: due since ${duty.nextAt}` }];
      if (duty.state === 'BLOCKED') return [{ kind: 'duty-blocked', about: `${nameOf(duty)}: ${duty.lastFailure ?? 'no reason'}` }];
      if (duty.state === 'OPEN' && duty.attempts > 0)
        return [{ kind: 'duty-undone', about: `${nameOf(duty)}: tried ${duty.attempts} times, and open` }];
      return ledger.indexed.has(duty.id) ? [] : [{ kind: 'duty-forgotten', about: `${nameOf(duty)}: no index names it` }];
    });

/** Kinds that are done by a message and by nothing else. */
const byMessage: ReadonlySet<string> = new Set(['ticket', 'inform', 'notice']);

const unproved = ({ ledger }: Facts): readonly Violation[] =>
  ledger.duties
    .filter(
      (duty) =>
        (duty.state === 'SENT' || (duty.state === 'DONE' && byMessage.has(duty.kind))) &&
        duty.evidence.every((one) => one.via !== 'provider'),
    )
    .map((duty) => ({ kind: 'evidence-missing', about: `${nameOf(duty)}: ${duty.state}` }));

export const dutiesDone: Check = (facts) => [...missing(facts), ...undone(facts), ...unproved(facts)];
