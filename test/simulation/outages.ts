// Decides when a dependency is away: once or twice in the faulty time, by itself or beside another.
import type { FaultName } from './faults.ts';
import { random } from './kernel.ts';
import type { Story } from './story.ts';
import type { Service } from './worker.ts';

const minute = 60_000;

type Window = { readonly service: Service; readonly from: number; readonly to: number };

/** Each dependency that a seed takes away is away once or twice, for 1 to 60 minutes; two of them may overlap. */
export const outages = (seed: number, on: ReadonlySet<FaultName>, story: Story): readonly Window[] => {
  const draw = random(seed, 4);
  return (['store', 'queue', 'mail', 'chat', 'tickets'] as const).flatMap((service) =>
    Array.from({ length: draw.between(1, 2) }, () => ({ from: draw.between(0, story.faultyFor), for: draw.between(minute, 60 * minute) }))
      .filter(() => on.has(`outage-${service}`))
      .map((one) => ({ service, from: story.startedAt + one.from, to: story.startedAt + Math.min(one.from + one.for, story.faultyFor) })),
  );
};
