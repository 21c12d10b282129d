// What happens when a service is back, by a signal or by a person's word: every case that knows of its disturbance hears so, and its users are told (P-23).
import type { Match } from '#core/detection/walk.ts';
import { restoredKeys } from '#core/detection/restoring.ts';
import { decide } from '#core/incident/decide.ts';
import { keysOf, lastOf } from '#core/incident/disturbance.ts';
import type { Refused } from '#core/incident/decide.ts';
import type { Actor, Incident } from '#core/incident/incident.ts';
import type { RestoreCommand } from '#core/incident/restored.ts';
import type { IncidentId } from '#core/kernel/ids.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { type Instant, latest } from '#core/kernel/time.ts';
import { type Desk, apply, deskWrites, emptyDesk, incidentOn, recordOn, survivor } from './cases.ts';
import { untilCommitted, wakeFor } from './change.ts';
import type { World } from './ports.ts';

const relatedTo = ({ disturbances = [], parted = [] }: Incident): readonly IncidentId[] => [
  ...disturbances.flatMap(({ home }) => home ?? []),
  ...parted.map(({ into }) => into),
];

/** The case under whose reference it is told, and those that only know of it: what took that one in, and its parts. */
const knowing = async (world: World, desk: Desk, ids: readonly IncidentId[]): Promise<readonly Incident[]> => {
  const found = new Map<IncidentId, Incident>();
  const queue = [...ids];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (found.has(id)) continue;
    const incident = await incidentOn(world, desk, id);
    if (!incident) continue;
    found.set(id, incident);
    const into = await survivor(world, desk, id);
    queue.push(...relatedTo(incident), ...(into ? [into.id] : []));
  }
  return [...found.values()];
};

/** `keys`: of each case that knows of it those are over. Tells which cases heard so; refused where none did. */
const restoreOn = async (
  world: World,
  desk: Desk,
  ids: readonly IncidentId[],
  said: (cases: readonly Incident[]) => readonly RestoreCommand[],
): Promise<Result<readonly IncidentId[], Refused>> => {
  let refused: Refused = { kind: 'invalid', message: 'There is no such disturbance here.' };
  const done: IncidentId[] = [];
  const cases = await knowing(world, desk, ids);
  for (const command of said(cases))
    for (const { id } of cases) {
      const incident = desk.now.get(id);
      if (!incident || !lastOf(incident, command.key)) continue;
      const decided = decide(command, incident);
      if (decided.ok) {
        apply(desk, id, decided.value);
        done.push(id);
      } else refused = decided.error;
    }
  return done.length > 0 ? ok(done) : fail(refused);
};

const restored = (
  world: World,
  { key, at, rule }: { readonly key: string; readonly at: Instant; readonly rule: string },
): RestoreCommand => ({
  type: 'Restore',
  at: world.clock.now(),
  actor: { by: 'machine', rule },
  key,
  restoredAt: at,
});

/** It is remembered whether or not anybody knew that it was away: a bus knows no order, and the sign of it may still come. */
const heardOf = async (world: World, desk: Desk, key: string, by: { readonly at: Instant; readonly rule: string }): Promise<void> => {
  const record = await recordOn(world, desk, key);
  const held = desk.records.get(key);
  if (held && (record.restored === undefined || record.restored.at < by.at)) held.record = { ...held.record, restored: by };
  await restoreOn(
    world,
    desk,
    record.cases.map(({ incident }) => incident),
    () => [restored(world, { key, ...by })],
  );
};

/** On the desk, for the one commit of this event. */
export const tellRestored = async (world: World, desk: Desk, matches: readonly Match[]): Promise<void> => {
  const { rules } = world.directory.current();
  for (const match of matches)
    for (const key of restoredKeys(rules, match, world.pseudonyms.idKey))
      await heardOf(world, desk, key, { at: match.time, rule: match.rule.name });
};

export type RestoreRequest = {
  readonly id: IncidentId;
  readonly actor: Extract<Actor, { readonly by: 'person' }>;
  readonly key: string;
  readonly restoredAt: Instant;
  readonly effect: string;
  readonly how: string;
};

/** A named person says that it is back, or what it meant for people. Later than it is known by a signal it moves no time. */
export const restoreService = (world: World, { id, ...said }: RestoreRequest): Promise<Result<IncidentId, Refused>> =>
  untilCommitted<Result<IncidentId, Refused>>(async () => {
    const desk = emptyDesk();
    const at = world.clock.now();
    const done = await restoreOn(world, desk, [id], (cases) =>
      keysOf(cases, said.key).map((key): RestoreCommand => ({ type: 'Restore', at, ...said, key })),
    );
    if (!done.ok) return done;
    const record = await recordOn(world, desk, said.key);
    const held = desk.records.get(said.key);
    const back = latest(record.restored?.at ?? said.restoredAt, said.restoredAt);
    if (held) held.record = { ...held.record, restored: { at: back, rule: record.restored?.rule ?? 'person' } };
    const writes = await deskWrites(world, desk);
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    await wakeFor(world, writes);
    return ok(id);
  });
