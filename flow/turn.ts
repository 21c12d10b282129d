// What an act is given: the duty in hand with its incident and plan, and the one way to try an effect.
import type { Duty } from '#core/duty/duty.ts';
import type { Plan } from '#core/duty/turn.ts';
import type { ActResult } from '#core/duty/settle.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { Duration } from '#core/kernel/time.ts';
import type { Effect, Sent } from './ports.ts';

export type Turn = {
  readonly duty: Duty;
  readonly incident: Incident;
  readonly plan: Extract<Plan, { readonly do: 'act' }>;
  readonly timeout: Duration;
};

/** One effect on one channel: fenced, with its intent written first; what the world throws comes back as a value. */
export type Try = (channel: string, effect: (effect: Effect) => Promise<Sent & { readonly sha256?: string }>) => Promise<ActResult>;
