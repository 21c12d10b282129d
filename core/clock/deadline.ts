// Decides by when: two clocks per controller (D-5), our own target, and the controller's 72 hours as information only.
import type { Controller, Policy } from '../directory/directory.ts';
import type { Incident } from '../incident/incident.ts';
import { type Duration, type Instant, durationOf, earliest, hours, plus } from '../kernel/time.ts';

/** A controller that came later has a later start of its own (P-7); one known from the first has the incident's. */
const startFor = (incident: Incident, controller: Controller, start: Instant, decidedAt: Instant): Instant => {
  const added = incident.controllersAt[controller.id];
  return added !== undefined && added > decidedAt ? added : start;
};

/** When this controller's suspicion began; undefined while nothing is suspected. */
export const suspectedFor = (incident: Incident, controller: Controller): Instant | undefined =>
  incident.suspectedAt === undefined ? undefined : startFor(incident, controller, incident.suspectedAt, incident.suspectedAt);

/** When we became aware for this controller; undefined before. */
export const awareFor = (incident: Incident, controller: Controller): Instant | undefined =>
  incident.aware === undefined ? undefined : startFor(incident, controller, incident.aware.at, incident.aware.decidedAt);

/** C1, the contract's clock: from suspicion where the contract says so, else from awareness. Elapsed hours, no shift. */
export const contractDeadline = (incident: Incident, controller: Controller): Instant | undefined => {
  const { notice, trigger } = controller.contract;
  if (notice === undefined) return undefined;
  const aware = awareFor(incident, controller);
  const suspected = trigger === 'suspected' ? suspectedFor(incident, controller) : undefined;
  const starts = [aware, suspected].filter((at) => at !== undefined);
  return starts.length === 0 ? undefined : plus(earliest(...starts), notice);
};

/** An agency still has to pass it on, so part of the time is its own: of a term of ours it gets that much at most (P-15). */
const passedOnIn = (term: Duration, { through, capacity }: Controller, { passOnTarget = hours(12) }: Policy): Duration =>
  through === undefined && capacity !== 'processor' ? term : durationOf(Math.min(term, passOnTarget));

/** C2, Art. 33(2): no number in the law; our own target holds us, the contract's term where it is stricter. */
export const awarenessDeadline = (incident: Incident, controller: Controller, policy: Policy): Instant | undefined => {
  const aware = awareFor(incident, controller);
  if (aware === undefined) return undefined;
  const own = plus(aware, passedOnIn(policy.ownTarget, controller, policy));
  const contract = contractDeadline(incident, controller);
  return contract === undefined ? own : earliest(own, contract);
};

/** Until when people may decide on a suspected notice: min(contract, hard limit); then the contract's policy does (D-5). */
export const suspectedLimit = (incident: Incident, controller: Controller, policy: Policy): Instant | undefined => {
  const suspected = suspectedFor(incident, controller);
  if (suspected === undefined) return undefined;
  const hard = plus(suspected, passedOnIn(policy.decide.hardLimit, controller, policy));
  const contract = contractDeadline(incident, controller);
  return contract === undefined ? hard : earliest(hard, contract);
};

/** When a confirmed notice goes unless held: awareness plus the policy's hours, never later than the contract (D-5). */
export const releaseBy = (incident: Incident, controller: Controller, policy: Policy): Instant | undefined => {
  const aware = awareFor(incident, controller);
  if (aware === undefined) return undefined;
  const own = plus(aware, passedOnIn(policy.releaseWithin, controller, policy));
  const contract = contractDeadline(incident, controller);
  return contract === undefined ? own : earliest(own, contract);
};

/** The latest instant a hold may end for this controller: the contract's term, or our own target. */
export const noticeTerm = (incident: Incident, controller: Controller, policy: Policy): Instant | undefined =>
  awarenessDeadline(incident, controller, policy);

/** The deadline of a released notice. */
export const noticeDeadline = (
  incident: Incident,
  controller: Controller,
  policy: Policy,
  as: 'suspected' | 'confirmed',
): Instant | undefined => (as === 'confirmed' ? releaseBy(incident, controller, policy) : suspectedLimit(incident, controller, policy));

/** The next word to a controller comes within this, changed or not. */
export const updateWithin: Duration = hours(24);

/** The controller's own 72 hours, strictest reading: receipt plus 72 h, no rounding, no holidays. Information, never ours to run. */
export const controllerDeadline = (informedAt: Instant): Instant => plus(informedAt, hours(72));
