// What happens every 15 minutes, on its own path: which duties MUST exist? Missing ones are made, then the outside hears that all is well.
import { owed } from '#core/duty/owed.ts';
import { incidentSubject } from '#core/kernel/ids.ts';
import { safeId } from '#core/kernel/safe.ts';
import { type Duration, minutes } from '#core/kernel/time.ts';
import { verifyRegister } from '#core/register/verify.ts';
import type { Incident } from '#core/incident/incident.ts';
import { dutyWrites, untilCommitted, wakeFor } from './change.ts';
import type { World } from './ports.ts';

export type AuditReport = {
  readonly incidents: number;
  readonly repaired: number;
  readonly intakeGap: number;
  readonly chains: 'whole' | 'broken';
};

/**
 * Receipts that are missing for stored raw events: not an error while they wait, an alarm when they stay (I-05).
 * Counted for sources whose stored events the ledger knows; where the door must do without the ledger, the queue's age tells.
 */
const gapOf = (intake: Awaited<ReturnType<World['ledger']['intake']>>): number => {
  const counted = new Set(intake.filter((row) => row.disposition === 'stored').map((row) => row.source));
  return intake
    .filter((row) => counted.has(row.source))
    .reduce((sum, row) => sum + (row.disposition === 'stored' ? row.count : -row.count), 0);
};

const repair = (world: World, incident: Incident): Promise<number> =>
  untilCommitted(async () => {
    const now = world.clock.now();
    const existing = await world.ledger.dutiesOf(incidentSubject(incident.id));
    const writes = dutyWrites(incident, owed(incident, world.directory.current().configuration, now), existing, now);
    if (writes.length === 0) return 0;
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    await wakeFor(world, writes);
    const made = writes.filter((write) => write.put === 'duty').length;
    world.log.error('duty-was-missing', { incident: safeId(incident.id), made });
    return made;
  });

/** Recomputes, compares, repairs; only a clean pass feeds the heartbeat outside. */
export const audit = async (world: World): Promise<AuditReport> => {
  let incidents = 0;
  let repaired = 0;
  for await (const incident of world.ledger.incidents()) {
    incidents += 1;
    repaired += await repair(world, incident);
  }
  const entries = [];
  for await (const entry of world.ledger.entries()) entries.push(entry);
  const chains = verifyRegister(entries, []).verdict === 'broken' ? 'broken' : 'whole';
  const report: AuditReport = { incidents, repaired, intakeGap: gapOf(await world.ledger.intake()), chains };
  if (repaired === 0 && chains === 'whole') await world.heartbeat.beat();
  world.log.info('audit', { incidents, repaired, intakeGap: report.intakeGap, whole: chains === 'whole' });
  return report;
};

export const auditEvery: Duration = minutes(15);
