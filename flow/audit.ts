// What happens every 15 minutes, on its own path: is everything there that must be? Then, and only then, the outside hears it (6.4).
import type { Duty } from '#core/duty/duty.ts';
import { overdueAfter, stalledAfter } from '#core/duty/proof.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type Safe, safe, safeId } from '#core/kernel/safe.ts';
import { type Duration, minutes } from '#core/kernel/time.ts';
import { type Examined, examine, examineDuties, isForgotten } from './audit-incident.ts';
import { type DueIndex, readIndex, reindex } from './audit-index.ts';
import { PortError, type World } from './ports.ts';
import { failureOf } from './failure.ts';
import { noteRecipients } from './recipients.ts';
import { watchSources } from './watch-sources.ts';

export type AuditReport = {
  /** How many were examined. */
  readonly incidents: number;
  /** Duties that were missing and were made. */
  readonly repaired: number;
  /** Duties that were not in the due index as they should be, and were written again. */
  readonly reindexed: number;
  /** Duties that say of themselves what nothing proves (I-21). */
  readonly unproved: number;
  /** Items that a newer version wrote (I-43). */
  readonly unknown: number;
  /** Duties due for more than five minutes with nobody at them (I-41). */
  readonly overdue: number;
  /** Stored raw events whose fate nothing tells; where the door counts nothing (AWS) that can't be told (I-05, D-9). */
  readonly intakeGap: number | 'unknown';
  readonly chains: 'whole' | 'broken';
  /** Parts that could not be examined, because the world failed. */
  readonly failed: number;
  /** Nothing to say against anything: the heartbeat was fed. */
  readonly clean: boolean;
};

type Counted = Awaited<ReturnType<World['ledger']['intake']>>[number];

/** Signs do not cancel out: what one source has too many does not make up for what another lost. */
const gapOf = (rows: readonly Counted[]): number | 'unknown' => {
  const counted = new Set(rows.filter((row) => row.disposition === 'stored').map((row) => row.source));
  if (counted.size === 0) return 'unknown';
  const gap = (source: string): number =>
    rows.filter((row) => row.source === source).reduce((sum, row) => sum + (row.disposition === 'stored' ? row.count : -row.count), 0);
  return [...counted].reduce((sum, source) => sum + Math.abs(gap(source)), 0);
};

/** What fails stops nothing else; it is said, and the pass is not clean. */
type Pass = { readonly world: World; failed: number; unknown: number };

const attempt = async <T>(pass: Pass, of: Readonly<Record<string, Safe>>, work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (cause) {
    const isStranger = cause instanceof PortError && cause.kind === 'unknown-version';
    if (isStranger) pass.unknown += 1;
    else pass.failed += 1;
    pass.world.log.error(isStranger ? 'item-version-unknown' : 'audit-failed', { ...of, ...failureOf(cause) });
    return undefined;
  }
};

/** Every incident by itself. The list alone may fail the whole: without it there is no audit. */
const examineAll = async (pass: Pass, index: DueIndex | undefined): Promise<readonly Examined[]> => {
  const { world } = pass;
  const all: Examined[] = [];
  const strange = (): void => {
    pass.unknown += 1;
  };
  for await (const incident of world.ledger.incidents(strange)) {
    const one = await attempt(pass, ofIncident(incident), () => examine(world, incident, index));
    if (one) all.push(one);
  }
  return all;
};

/** What the index names may be over by now. */
const othersIn = async (world: World, index: DueIndex | undefined): Promise<readonly Duty[]> =>
  (await Promise.all((index?.others ?? []).map((ref) => world.ledger.duty(ref)))).flatMap((duty) => duty ?? []);

/** Duties about sources belong to no incident: made here where they are owed, and looked at like any; so is what else belongs to none. */
const examineSources = async (world: World, index: DueIndex | undefined): Promise<Examined> => {
  const { duties, troubled } = await watchSources(world);
  if (troubled > 0) world.log.warn('sources-silent-or-unreadable', { sources: troubled });
  const now = world.clock.now();
  return examineDuties(world, [...duties.filter((duty) => !isForgotten(duty, now)), ...(await othersIn(world, index))], index);
};

const ofIncident = (incident: Incident): Readonly<Record<string, Safe>> => ({ incident: safeId(incident.id) });

const sum = (all: readonly Examined[], of: (one: Examined) => number): number => all.reduce((total, one) => total + of(one), 0);

const sayWhatIs = ({ world }: Pass, report: AuditReport, oldest: number): void => {
  const { log } = world;
  if (report.unknown > 0) log.error('items-of-unknown-version', { unknown: report.unknown });
  if (report.overdue > 0) log.error('duties-overdue', { overdue: report.overdue, oldest });
  if (report.intakeGap !== 'unknown' && report.intakeGap > 0) log.error('intake-gap', { gap: report.intakeGap });
  const { intakeGap, chains, ...counts } = report;
  log.info('audit', { ...counts, whole: chains === 'whole', intakeGap: intakeGap === 'unknown' ? safe`unknown` : intakeGap });
};

/** Silence outside is the alarm: one that is not delivered alarms by itself, and harms no audit. */
const beat = async ({ heartbeat, log }: World): Promise<void> => {
  try {
    await heartbeat.beat();
  } catch (cause) {
    log.error('heartbeat-failed', failureOf(cause));
  }
};

/** Recomputes, compares, repairs. A pass that had to repair was not clean: the next one may be. */
export const audit = async (world: World): Promise<AuditReport> => {
  const pass: Pass = { world, failed: 0, unknown: 0 };
  const index = await attempt(pass, { part: safe`index` }, () => readIndex(world));
  const sources = await attempt(pass, { part: safe`sources` }, () => examineSources(world, index));
  await attempt(pass, { part: safe`recipients` }, () => noteRecipients(world));
  const incidents = await examineAll(pass, index);
  const all = sources ? [...incidents, sources] : incidents;
  const suspects = all.flatMap((one) => one.suspects);
  const reindexed = (await attempt(pass, { part: safe`index` }, () => reindex(world, suspects))) ?? 0;
  const intakeGap = (await attempt(pass, { part: safe`intake` }, async () => gapOf(await world.ledger.intake()))) ?? 'unknown';
  const late = all.flatMap((one) => one.late);
  const oldest = late.reduce<number>((most, one) => Math.max(most, one), 0);
  const found = {
    repaired: sum(all, (one) => one.repaired),
    reindexed,
    unproved: sum(all, (one) => one.unproved),
    unknown: pass.unknown + sum(all, (one) => one.unknown),
    failed: pass.failed,
  };
  const chains = all.some((one) => one.broken > 0) ? 'broken' : 'whole';
  const clean =
    Object.values(found).every((count) => count === 0) &&
    chains === 'whole' &&
    oldest <= stalledAfter &&
    (intakeGap === 'unknown' || intakeGap === 0);
  const overdue = late.filter((one) => one > overdueAfter).length;
  const report: AuditReport = { incidents: incidents.length, ...found, overdue, intakeGap, chains, clean };
  sayWhatIs(pass, report, oldest);
  if (clean) await beat(world);
  return report;
};

export const auditEvery: Duration = minutes(15);
