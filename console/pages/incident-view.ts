// Names what the page of one incident is made from.
import type { Configuration } from '#core/directory/directory.ts';
import type { Duty } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Entry } from '#core/register/entry.ts';
import type { OutboxMessage } from '#flow/ports.ts';

export type IncidentView = {
  readonly incident: Incident;
  readonly duties: readonly Duty[];
  readonly entries: readonly Entry[];
  readonly messages: readonly OutboxMessage[];
  readonly configuration: Configuration;
  readonly now: Instant;
  readonly formToken: string;
  readonly refusal?: string;
  /** Whether this console may show what was reported in words. */
  readonly reported?: boolean;
  /** Whether it may seal and open what names affected people. */
  readonly seals?: boolean;
};
