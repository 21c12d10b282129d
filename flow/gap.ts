// What happens to an event that was fetched from where its source keeps it, and that the source had not delivered: its owner is told, once a day.
import { gapDuty } from '#core/duty/source-duty.ts';
import { sourceSettings } from '#core/directory/source-settings.ts';
import { type Duration, between, hours } from '#core/kernel/time.ts';
import { isHearing } from '#core/signal/heard.ts';
import type { Signal } from '#core/signal/signal.ts';
import type { Raw, World } from './ports.ts';
import { makeForSource } from './watch-sources.ts';

/** What is younger may be on its way: a sender tries again for a while. */
const onItsWay: Duration = hours(1);

/** `raw`: of an event whose identity nobody brought before. Before the source was first heard of, nothing was to be delivered. */
export const noteGap = async (world: World, { source, delivery, received }: Raw, { time }: Signal): Promise<void> => {
  if (isHearing(delivery) || between(time, received) < onItsWay) return;
  const { owner } = sourceSettings(world.directory.current().configuration, source);
  const wanted = gapDuty({ source, owner }, world.clock.now());
  if (await world.ledger.duty(wanted)) return;
  const heard = (await world.ledger.heard()).find((one) => one.source === source);
  if (heard && time > heard.since) await makeForSource(world, wanted);
};
