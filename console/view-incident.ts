// Decides what is read to show one incident.
import { type IncidentId, incidentSubject } from '#core/kernel/ids.ts';
import type { Entry } from '#core/register/entry.ts';
import type { ConsoleDeps } from './deps.ts';
import type { Html } from './layout.ts';

const entriesFor = async (deps: ConsoleDeps, chains: readonly string[]): Promise<readonly Entry[]> =>
  (await Promise.all(chains.map((chain) => deps.world.ledger.entriesOf(chain)))).flat();

/** The view of one incident; undefined when there is none. */
export const viewIncident = async (
  deps: ConsoleDeps,
  id: IncidentId,
  more: { readonly formToken: string; readonly refusal?: string },
): Promise<Html | undefined> => {
  const incident = await deps.world.ledger.incident(id);
  if (!incident) return undefined;
  // What a newer version wrote is left out here; the front page says how many.
  const duties = await deps.world.ledger.dutiesOf(incidentSubject(id), () => undefined);
  const messages = (await deps.outbox.messages()).filter((message) => message.incident === id);
  const entries = await entriesFor(deps, [id, ...duties.map((duty) => duty.id)]);
  // The largest page of all: a function loads it for whoever opens a case.
  const { incidentPage } = await import('./pages/incident.ts');
  return incidentPage({
    incident,
    duties,
    entries,
    messages,
    configuration: deps.world.directory.current().configuration,
    now: deps.world.clock.now(),
    reported: deps.reports !== undefined,
    seals: deps.envelopes !== undefined,
    ...more,
  });
};
