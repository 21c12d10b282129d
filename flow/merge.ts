// What happens when a person merges two cases: the older goes on with both, in one transaction (P-14).
import type { Refused } from '#core/incident/decide.ts';
import type { Actor, Incident } from '#core/incident/incident.ts';
import { mergeOf } from '#core/incident/merge.ts';
import type { IncidentId } from '#core/kernel/ids.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { apply, deskWrites, emptyDesk, incidentOn } from './cases.ts';
import { untilCommitted, wakeFor } from './change.ts';
import type { World } from './ports.ts';

export type MergeRequest = {
  readonly one: IncidentId;
  readonly other: IncidentId;
  readonly actor: Actor;
  readonly reason: string;
};

/** Returns the case that goes on. */
export const mergeCases = (world: World, { one, other, actor, reason }: MergeRequest): Promise<Result<Incident, Refused>> =>
  untilCommitted<Result<Incident, Refused>>(async () => {
    const desk = emptyDesk();
    const [own, added] = [await incidentOn(world, desk, one), await incidentOn(world, desk, other)];
    if (!own || !added) return fail({ kind: 'invalid', field: 'other', message: 'There is no such case.' });
    const merged = mergeOf(own, added, { at: world.clock.now(), actor, reason });
    if (!merged.ok) return merged;
    for (const { incident, events } of Object.values(merged.value)) apply(desk, incident.id, events);
    const writes = await deskWrites(world, desk);
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    await wakeFor(world, writes);
    const survivor = merged.value.survivor.incident;
    return ok(desk.now.get(survivor.id) ?? survivor);
  });
