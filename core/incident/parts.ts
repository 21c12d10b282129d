// Names what a case knows of the parts that people took out of it, and a part of the case that it was taken from (P-14).
import type { ControllerId, IncidentId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/time.ts';

/**
 * What these rules find goes there; where controllers are named, as far as it touches them. `leaves`: affected there alone from then on,
 * so their first `upTo` releases speak for the other case.
 */
export type Parted = {
  readonly into: IncidentId;
  readonly at: Instant;
  readonly rules: readonly string[];
  readonly controllers: readonly ControllerId[];
  readonly leaves: readonly ControllerId[];
  readonly upTo: number;
};

/** `told`: to whom something had left under the other reference; `both`: those of them for whom that one goes on as well. */
export type SplitFrom = {
  readonly incident: IncidentId;
  readonly at: Instant;
  readonly told: readonly ControllerId[];
  readonly both: readonly ControllerId[];
};
