// Decides whether a controller's data could have been there at that time: who was a customer then, and whose backups still lived (P-15).
import { type Instant, hours, plus } from '../kernel/time.ts';
import type { Controller } from './directory.ts';

/** Days are written without a clock, and begin as midnight UTC. Somewhere a day began 14 hours before that, and ends 36 hours after. */
const before = hours(14);
const after = hours(36);

/** When something happened, first and last. */
export type Span = { readonly from: Instant; readonly to: Instant };

export type Tenancy = 'customer' | 'data-kept' | 'not-yet' | 'data-gone';

/**
 * After the contract's end the data live on in backups until the day that somebody wrote down. Nobody wrote one: they may still be there,
 * and whoever may be affected is told.
 */
export const tenancyOf = ({ customer }: Pick<Controller, 'customer'>, { from, to }: Span): Tenancy => {
  const { from: since, until, dataUntil } = customer ?? {};
  if (since !== undefined && plus(to, before) < since) return 'not-yet';
  if (until === undefined || from <= plus(until, after)) return 'customer';
  return dataUntil === undefined || from <= plus(dataUntil, after) ? 'data-kept' : 'data-gone';
};

/** Did he use it then? Whose data only live on in backups does not, nor whoever comes later. One that is not known any more may have. */
export const usedIt = (controller: Pick<Controller, 'customer'> | undefined, at: Instant): boolean =>
  controller === undefined || tenancyOf(controller, { from: at, to: at }) === 'customer';

/** Could data of his have been hit then? */
export const wasThere = (controller: Pick<Controller, 'customer'> | undefined, span: Span): boolean => {
  const tenancy = controller === undefined ? 'customer' : tenancyOf(controller, span);
  return tenancy === 'customer' || tenancy === 'data-kept';
};
