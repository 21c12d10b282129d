// What happens on the morning after: the register of a night that was worked elsewhere comes home whole, and what it proves is written into the ledger (P-13).
import type { Duty } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import { genesis } from '#core/kernel/hash.ts';
import { type PersonId, incidentSubject } from '#core/kernel/ids.ts';
import { type Instant, parseInstant } from '#core/kernel/time.ts';
import { type Entry, headOf, nextEntry } from '#core/register/entry.ts';
import { anchorOf } from '#core/register/verify.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { command, untilCommitted } from './change.ts';
import { nightChain, nightOf } from './night.ts';
import type { Evidences, Journal, Ledger, World, Write } from './ports.ts';
import { type Row, reconcile } from './reconcile.ts';

/** The store of the night, which nobody works on any more. */
export type Night = { readonly ledger: Ledger; readonly evidence: Pick<Evidences, 'get'>; readonly journal: Journal };

export type Merged = {
  readonly rows: readonly Row[];
  /** Lines of the night's register that are kept in ours now. */
  readonly entries: number;
  readonly adopted: number;
  /** Both registers as they stood: of the house before it took the night in, of the night at its end. */
  readonly roots: { readonly house: string; readonly night: string };
};

const entriesIn = async (ledger: Ledger): Promise<readonly Entry[]> => {
  const entries: Entry[] = [];
  for await (const entry of ledger.entries()) entries.push(entry);
  return entries;
};

type Line = { readonly type: string; readonly data: Readonly<Record<string, unknown>> };

/** Behind the last line of the night's chain in our register, which is read once: a night has thousands of lines. */
const appender = async (world: World, chain: string, actor: string): Promise<(line: Line) => Promise<true>> => {
  const lastOf = async (): Promise<Entry | undefined> => (await world.ledger.entriesOf(chain)).at(-1);
  let last = await lastOf();
  return (line) =>
    untilCommitted<true>(async () => {
      const entry = nextEntry(last ? headOf(last) : genesis, { chain, at: world.clock.now(), actor, ...line });
      const written = await world.ledger.commit([{ put: 'entry', entry }]);
      last = written === 'conflict' ? await lastOf() : entry;
      return written === 'conflict' ? 'conflict' : true;
    });
};

const kept = 'NightEntry';
const ended = 'NightMerged';

/** Hashes of the night's lines that stand in ours, each whole within one of ours. */
const keptIn = (lines: readonly Entry[]): ReadonlySet<string> =>
  new Set(lines.flatMap(({ type, data }) => (type === kept ? [String((data['entry'] as Partial<Entry> | undefined)?.hash)] : [])));

type Lines = ReadonlyMap<string, readonly Entry[]>;

/**
 * A case that began that night, with its duties first: a duty without its case does nothing, a case without its duties would make them
 * anew. Returns the chains that are ours now.
 */
const adopt = async (world: World, incident: Incident, duties: readonly Duty[], lines: Lines): Promise<readonly string[]> => {
  // One by one: a chain may be longer than a transaction. What was written by a try before stands there.
  const write = async (chain: string, item: Write): Promise<void> => {
    for (const entry of lines.get(chain) ?? []) await world.ledger.commit([{ put: 'entry', entry }]);
    await world.ledger.commit([item]);
  };
  for (const { owner: _owner, ownerEpoch: _epoch, leaseUntil: _lease, ...duty } of duties)
    await write(duty.id, { put: 'duty', duty, if: 'absent' });
  await write(incident.id, { put: 'incident', incident, ifVer: 0 });
  return [incident.id, ...duties.map(({ id }) => id)];
};

/** Every case that the house has never heard of; the chains that came with them. */
const adoptNew = async (
  world: World,
  { ledger }: Night,
  lines: Lines,
): Promise<{ readonly cases: number; readonly chains: ReadonlySet<string> }> => {
  const chains = new Set<string>();
  let cases = 0;
  for await (const incident of ledger.incidents()) {
    if (await world.ledger.incident(incident.id)) continue;
    for (const chain of await adopt(world, incident, await ledger.dutiesOf(incidentSubject(incident.id)), lines)) chains.add(chain);
    cases += 1;
  }
  return { cases, chains };
};

/** Whoever became certain that night was certain then: the hour comes home with its name, and nobody is asked a second time. */
const confirmAsThen = async (world: World, incident: Incident): Promise<void> => {
  const { aware } = incident;
  if (aware === undefined || (await world.ledger.incident(incident.id))?.aware !== undefined) return;
  await command(world, incident.id, (_known, at) => ({
    type: 'Confirm',
    at,
    since: aware.at,
    how: aware.how,
    reason: 'so it was decided in the night that was worked from the kit',
    actor: aware.actor,
    release: false,
  }));
};

/** The bytes that each controller got that night, beside those of every other notice. */
const keepNotices = async (world: World, night: Night, since: Instant): Promise<void> => {
  for await (const { what, eventId, at } of night.journal.since(since)) {
    const bytes = what === 'tried' ? await night.evidence.get(`mail/${eventId}`) : undefined;
    if (bytes) await world.evidence.put(`mail/${eventId}`, 'notice', bytes, at);
  }
};

/** Doing it again changes nothing more. Refused where the store holds no night. */
export const mergeNight = async (world: World, night: Night, by: PersonId): Promise<Result<Merged>> => {
  const lines = await entriesIn(night.ledger);
  const origin = nightOf(lines);
  const since = parseInstant(origin?.madeAt ?? '');
  if (!origin || !since.ok) return fail('no night was ever begun in this store');
  const chain = nightChain(origin.sealed);
  const actor = `person:night:${by}`;
  const before = await entriesIn(world.ledger);
  const now = world.clock.now();
  const roots = { house: anchorOf(before, now).root, night: anchorOf(lines, now).root };
  const ours = new Set([...before.map(({ hash }) => hash), ...keptIn(before)]);
  const adopted = await adoptNew(
    world,
    night,
    Map.groupBy(lines, (entry) => entry.chain),
  );
  // What both registers share needs no second copy, and what was adopted is ours now.
  const parted = lines.filter((entry) => !ours.has(entry.hash) && !adopted.chains.has(entry.chain));
  const append = await appender(world, chain, actor);
  for (const entry of parted) await append({ type: kept, data: { entry } });
  await keepNotices(world, night, since.value);
  // Before anything is decided here: what was sent that night is known then, and nothing that follows sends it again.
  const rows = await reconcile({ ...world, journal: night.journal }, { since: since.value, journal: 'kept' });
  for await (const incident of night.ledger.incidents()) await confirmAsThen(world, incident);
  const last = (await world.ledger.entriesOf(chain)).at(-1);
  const data = { kit: origin.sealed, house: roots.house, night: roots.night, entries: lines.length };
  if (parted.length > 0 || adopted.cases > 0 || last?.type !== ended) await append({ type: ended, data });
  return ok({ rows, entries: parted.length, adopted: adopted.cases, roots });
};
