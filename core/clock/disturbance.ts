// Decides from when on a disturbance is told, how often, and when it is no mere disturbance any more: by the policy and the asset (P-23).
import type { Configuration, Policy } from '../directory/directory.ts';
import type { Disturbance, Disturbed } from '../incident/disturbance.ts';
import { type Duration, type Instant, durationOf, hours, latest, minutes, plus } from '../kernel/time.ts';

export type DisturbanceTerms = { readonly after: Duration; readonly every: Duration; readonly suspectAfter: Duration };

/** Where the policy says nothing. */
const usual: DisturbanceTerms = { after: minutes(5), every: hours(1), suspectAfter: hours(1) };

const termsOf = ({ disturbance = {} }: Pick<Policy, 'disturbance'>): DisturbanceTerms => ({
  after: disturbance.after ?? usual.after,
  every: disturbance.every ?? usual.every,
  suspectAfter: disturbance.suspectAfter ?? usual.suspectAfter,
});

/** Of several assets that are away at once the most pressing one counts. Undefined: nobody is told of any of them. */
export const disturbanceTerms = (
  { assets }: Pick<Disturbance, 'assets'>,
  { directory, policy }: Configuration,
): DisturbanceTerms | undefined => {
  const terms = termsOf(policy);
  const own = directory.assets.filter(({ id }) => assets.includes(id)).map(({ disturbance }) => disturbance ?? terms.after);
  const after = own.filter((one) => one !== 'never');
  if (own.length > 0 && after.length === 0) return undefined;
  return { ...terms, after: after.length === 0 ? terms.after : durationOf(Math.min(...after)) };
};

/** What came behind it in a queue is read first: a backlog tells of no outage that is long over. */
const settleIn = minutes(2);

/** From here on its users are told of it. */
export const toldAt = ({ since, heardAt }: Disturbance, { after }: DisturbanceTerms): Instant =>
  latest(plus(since, after), plus(heardAt, settleIn));

/** From when on each of those that last is a suspected loss of availability. */
export const suspectedFrom = ({ disturbances = [] }: Disturbed, policy: Pick<Policy, 'disturbance'>): readonly Instant[] =>
  disturbances
    .filter(({ restored }) => restored === undefined)
    .map(({ since, heardAt }) => latest(plus(since, termsOf(policy).suspectAfter), plus(heardAt, minutes(15))));
