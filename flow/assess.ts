// What happens to one raw event: read, enriched, held against the rules, put to its case; one receipt, one commit (D-9).
import type { Awaited } from '#core/detection/absent.ts';
import { asBackfill, isBackfill } from '#core/detection/backfill.ts';
import { matchDetections } from '#core/detection/detect.ts';
import { engine } from '#core/detection/engine.ts';
import { evaluated, factsOf, findingKey, findingOf, isQuiet } from '#core/detection/find.ts';
import type { DecidedBy, Finding } from '#core/detection/finding.ts';
import { type Silence, shadows, unmuted, windowOf } from '#core/detection/mute.ts';
import { type Match, carriedFields, retained, walk } from '#core/detection/walk.ts';
import { sourceSettings } from '#core/directory/source-settings.ts';
import type { SignalRef } from '#core/incident/incident.ts';
import type { IncidentId } from '#core/kernel/ids.ts';
import { type Result, fail } from '#core/kernel/result.ts';
import { safeWord } from '#core/kernel/safe.ts';
import { type Duration, days, plus } from '#core/kernel/time.ts';
import { logsourceOf } from '#core/signal/normalise.ts';
import type { Refusal, Signal } from '#core/signal/signal.ts';
import { tellAbsences } from './absences.ts';
import { deskWrites, emptyDesk, place } from './cases.ts';
import { untilCommitted, wakeFor } from './change.ts';
import { noteGap } from './gap.ts';
import { type Read, namesIn, signalIn } from './read-signal.ts';
import { tellRestored } from './restore-service.ts';
import { tellSaturated } from './saturated.ts';
import { takeBack } from './take-back.ts';
import { PortError, type Raw, type Receipt, type SignalRecord, type World, type Write } from './ports.ts';

/** How late an event may arrive and still complete a pair: hosts that were offline (detection.md 6.3). */
const lateness: Duration = days(3);

export type Assessed = {
  readonly disposition: Receipt['disposition'];
  readonly signal?: Signal;
  readonly findings: readonly Finding[];
  readonly refusal?: Refusal;
};

/** What is to be assessed. `replaces`: it was quarantined, and its receipt is exchanged for the new one, so that the four still add up (D-9). */
type Task = Raw & { readonly replaces?: Receipt };

/** Bytes to signal; or why not. */
const read = async (world: World, raw: Task): Promise<Result<Read, Refusal>> => {
  const bytes = await world.evidence.get(raw.rawRef);
  if (!bytes && raw.replaces) return fail({ field: 'event', expected: 'the raw event, which is no longer kept' });
  if (!bytes) throw new PortError('evidence', 'again', 'a raw event is not where its reference says');
  return signalIn(world, raw, bytes);
};

/** What an incident keeps of a signal: pseudonyms and directory ids (D-15). */
const refOf = (world: World, signal: Signal): SignalRef => {
  const { actor, address, target: hit } = namesIn(signal);
  const target = signal.target?.asset ?? (hit === undefined ? undefined : world.pseudonyms.of('target', hit));
  return {
    id: signal.id,
    source: signal.source,
    kind: signal.kind,
    time: signal.time,
    received: signal.received,
    outcome: signal.outcome,
    ...(actor === undefined ? {} : { actor: world.pseudonyms.of('actor', actor) }),
    ...(address === undefined ? {} : { address: world.pseudonyms.of('address', address) }),
    ...(target === undefined ? {} : { target }),
    ...(signal.finding === undefined ? {} : { finding: findingKey(world.pseudonyms.idKey, { source: signal.source, id: signal.finding }) }),
    rawRef: signal.raw.ref,
  };
};

/** What matched, and what matched of which nobody is told. */
type Heard = { readonly matches: readonly Match[]; readonly silent: readonly Silence[] };
const nothing: Heard = { matches: [], silent: [] };
type Found = {
  readonly findings: readonly Finding[];
  /** Findings that something may still silence. */
  readonly waiting: readonly Awaited[];
  readonly silent: readonly Silence[];
  readonly matches: readonly Match[];
};

/** Firings that what they name as absent silenced before they came, and rules that say nothing of a crowd. */
const unheard = (matches: readonly Match[]): readonly Silence[] =>
  matches.flatMap(({ rule, silencedBy: by, saturated = [] }) => [
    ...(by === undefined ? [] : [{ rule: rule.name, by }]),
    ...saturated.filter(({ decides }) => !decides).map((one) => ({ rule: one.rule.name, by: 'saturated' })),
  ]);

/** Rules first, then correlations: each of the walk's questions is one idempotent write (detection.md 6.2). */
const matchesOf = async (world: World, { reader, event, signal }: Read): Promise<Heard> => {
  if (isQuiet(signal)) return nothing;
  const { rules } = world.directory.current();
  const keyed = (value: string): string => world.pseudonyms.of('value', value);
  const whole = evaluated(reader.vendorEvent(event), signal);
  const found = matchDetections(rules, logsourceOf(reader, signal), whole);
  const { left, silent } = unmuted(found, { event: whole, time: signal.time });
  if (left.length === 0) return { matches: [], silent };
  const facts = factsOf(whole, signal, carriedFields(rules), keyed);
  const climbing = walk(
    rules,
    left.map((rule): Match => ({ rule, time: signal.time, id: signal.id, signals: [signal.id], facts, event: whole })),
  );
  let step = climbing.next();
  while (!step.done) {
    const { group, member, look, correlation: _, ...reach } = step.value;
    const expires = plus(signal.received, retained(reach.window, lateness));
    const { add, around } = world.correlations;
    step = climbing.next(await (look ? around(group, member.time, reach) : add(group, member, reach, expires)));
  }
  const matches = step.value;
  return { matches, silent: [...silent, ...unheard(matches), ...shadows(matches.filter((match) => match.silencedBy === undefined))] };
};

/** What an old event completes is old, unless it ends today: a ban of then, a login of now. */
const inItsTime = (world: World, signal: Signal, finding: Finding): readonly Finding[] => {
  if (!signal.marks.includes('backfill')) return [finding];
  const settings = sourceSettings(world.directory.current().configuration, signal.source);
  if (!isBackfill(settings, finding.time)) return [finding];
  const old = asBackfill(finding, signal.source, world.pseudonyms.idKey);
  return old ? [old] : [];
};

const decidedBy = (world: World): DecidedBy => ({ ruleset: world.directory.current().rules.hash, engine });

const findingsOf = (world: World, signal: Signal, { matches, silent }: Heard): Found => {
  const vendor = signal.finding === undefined ? undefined : { source: signal.source, id: signal.finding };
  const all = matches.flatMap((match) => {
    const finding = match.silencedBy === undefined ? findingOf(match, world.pseudonyms.idKey, vendor) : undefined;
    return finding ? [{ match, finding: { ...finding, decidedBy: decidedBy(world) }, by: windowOf(match, finding, matches) }] : [];
  });
  const heard = all
    .filter(({ by }) => by === undefined)
    .flatMap(({ match: { absence }, finding }) => inItsTime(world, signal, finding).map((told) => ({ absence, finding: told })));
  return {
    findings: heard.filter(({ absence }) => absence === undefined).map(({ finding }) => finding),
    waiting: heard.flatMap(({ absence, finding }) =>
      absence ? [{ ...absence, finding, expires: plus(signal.received, retained(absence.window, lateness)) }] : [],
    ),
    silent: [...silent, ...all.flatMap(({ by }) => by ?? [])],
    matches,
  };
};

const receiptWrite = (world: World, { delivery, source, rawRef, replaces }: Task, more: Outcome): Write => ({
  put: 'receipt',
  receipt: { delivery, source, at: world.clock.now(), rawRef, ...more },
  ...(replaces ? { if: 'quarantined' } : {}),
});
type Outcome = Pick<Receipt, 'disposition'> & Partial<Receipt>;

const keep = (world: World, task: Task, reason: string): Promise<unknown> => {
  const { received, replaces } = task;
  // What still can't be read is as old as it was.
  const aged = { received, ...(replaces ? { at: replaces.at } : {}) };
  return world.ledger.commit([receiptWrite(world, task, { disposition: 'quarantined', reason, ...aged })]);
};

const quarantine = async (world: World, raw: Task, refusal: Refusal): Promise<Assessed> => {
  const reason = `${refusal.field}: expected ${refusal.expected}`;
  if (raw.replaces?.reason !== reason) await keep(world, raw, reason);
  if (raw.replaces) return { disposition: 'quarantined', findings: [], refusal };
  const { names } = world.sources.current();
  world.log.warn('quarantined', { source: safeWord(names.includes(raw.source) ? raw.source : 'unknown', [...names, 'unknown']) });
  return { disposition: 'quarantined', findings: [], refusal };
};

const alreadySeen = async (world: World, raw: Task, signal: Signal): Promise<Assessed> => {
  // A conflict only says that this receipt is written already.
  await world.ledger.commit([receiptWrite(world, raw, { disposition: 'duplicate', signal: signal.id })]);
  return { disposition: 'duplicate', findings: [] };
};

/**
 * The signal's identity is taken before it joins any group: whoever completes a window later finds its record there.
 * False when another delivery brought it first.
 */
const claimIdentity = (world: World, raw: Raw, signal: Signal): Promise<boolean> =>
  untilCommitted(async () => {
    const known = await world.ledger.signal(signal.id);
    if (known) return known.delivery === raw.delivery;
    const own: SignalRecord = { id: signal.id, delivery: raw.delivery, ref: refOf(world, signal), incidents: [] };
    return (await world.ledger.commit([{ put: 'signal', signal: own, if: 'absent' }])) === 'conflict' ? 'conflict' : true;
  });

const settled = (signal: Signal, incidents: readonly IncidentId[], silent: readonly Silence[]): Outcome => ({
  disposition: incidents.length > 0 ? 'attached' : 'assessed',
  signal: signal.id,
  ...(incidents.length > 0 ? { incidents } : {}),
  ...(silent.length > 0 ? { silent } : {}),
});

const settle = (world: World, raw: Task, signal: Signal, { findings, waiting, silent, matches }: Found): Promise<Assessed> =>
  untilCommitted<Assessed>(async () => {
    const desk = emptyDesk();
    const attached = new Set<IncidentId>();
    for (const finding of findings) {
      const id = await place(world, desk, finding);
      if (id !== undefined) attached.add(id);
    }
    await tellRestored(world, desk, matches);
    await tellSaturated(world, desk, matches);
    const told = await tellAbsences(world, desk, { waiting, matches, received: signal.received });
    for (const id of [...(await takeBack(world, desk, signal)), ...told]) attached.add(id);
    const outcome = settled(signal, [...attached], silent);
    const { disposition } = outcome;
    const writes: readonly Write[] = [...(await deskWrites(world, desk)), receiptWrite(world, raw, outcome)];
    if ((await world.ledger.commit(writes)) === 'conflict') {
      const standing = await world.ledger.receipt(raw.source, raw.delivery);
      return standing && standing.disposition !== raw.replaces?.disposition ? { disposition, signal, findings } : 'conflict';
    }
    await wakeFor(world, writes);
    return { disposition, signal, findings };
  });

/** An event that our own code could not take: kept, with its reason, and counted like any that can't be read. */
export const quarantineFaulty = async (world: World, raw: Raw): Promise<void> => {
  await keep(world, raw, 'event: a fault of ours met it; replay it after the next version');
};

/**
 * Assesses one raw event. Doing it again, in any order, any number of times, changes nothing more. `again`: one that could not be read
 * is read anew, by the readers of today.
 */
export const assess = async (world: World, raw: Raw, { again = false } = {}): Promise<Assessed> => {
  const known = await world.ledger.receipt(raw.source, raw.delivery);
  if (known && !(again && known.disposition === 'quarantined')) return { disposition: known.disposition, findings: [] };
  const task: Task = known ? { ...raw, replaces: known } : raw;
  const found = await read(world, task);
  if (!found.ok) return quarantine(world, task, found.error);
  const { signal } = found.value;
  if (!(await claimIdentity(world, task, signal))) return alreadySeen(world, task, signal);
  await noteGap(world, task, signal);
  const heard = await matchesOf(world, found.value);
  return settle(world, task, signal, findingsOf(world, signal, heard));
};
