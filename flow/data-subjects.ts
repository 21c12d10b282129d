// What happens to a list of affected people: read strictly, joined with the accounts that the signs name, sealed, and counted (D-14).
import type { Controller } from '#core/directory/directory.ts';
import type { Refused } from '#core/incident/decide.ts';
import {
  type Count,
  type DataSubject,
  type RowProblem,
  countOf,
  readSubjectList,
  sameSubject,
  subjectBases,
  together,
} from '#core/incident/data-subject-list.ts';
import { type SealedList, cannotCount } from '#core/incident/data-subjects.ts';
import type { Actor, Incident } from '#core/incident/incident.ts';
import { canonical, sha256 } from '#core/kernel/hash.ts';
import type { ControllerId, IncidentId } from '#core/kernel/ids.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { type Duration, type Instant, days, latest, plus } from '#core/kernel/time.ts';
import { command } from './change.ts';
import type { Sealing } from './data-keys.ts';
import { type SignalNames, namesOf } from './names.ts';
import type { World } from './ports.ts';

export type Person = Extract<Actor, { readonly by: 'person' }>;

/** From its upload on: as long as controllers may ask for help with Art. 33 and 34. A setting of the bucket says the same. */
export const keptFor: Duration = days(180);

/** What belongs to one controller lies under its name (D-1). */
export const listPrefix = 'affected/';
const refOf = (controller: ControllerId, { incident, hash }: SealedList): string => `${listPrefix}${controller}/${incident}/${hash}`;

export type Refusal = Refused & { readonly rows?: readonly RowProblem[] };
const refuse = (message: string, field: string): Result<never, Refusal> => fail({ kind: 'invalid', field, message });

type Place = { readonly incident: Incident; readonly controller: Controller };

const placeOf = async (world: World, id: IncidentId, controller: ControllerId): Promise<Result<Place, Refusal>> => {
  const incident = await world.ledger.incident(id);
  if (!incident) return refuse('There is no such incident.', 'incident');
  const known = world.directory.current().configuration.directory.controllers.get(controller);
  if (!known) return refuse('There is no such controller in the directory.', 'controller');
  const cannot = cannotCount(incident, controller);
  return cannot ? fail(cannot) : ok({ incident, controller: known });
};

/** Accounts that the signs of a case name and that are surely this controller's, as long as their names are kept. Who was logged in is seen. */
const subjectsOf = async (sealing: Sealing, { incident, controller }: Place): Promise<readonly DataSubject[]> => {
  const [only, second] = sealing.world.directory.current().configuration.directory.operator.peopleCategories;
  const category = second === undefined ? (only ?? '') : '';
  const subject = ({ actor, accountOf, outcome, time }: SignalNames): readonly DataSubject[] =>
    actor === undefined || accountOf !== controller.id
      ? []
      : [{ id: actor, category, country: '', basis: outcome === 'success' ? 'seen' : 'possible', asOf: time }];
  const names = await Promise.all(incident.signals.map((ref) => namesOf(sealing, ref)));
  return together(names.flatMap((one) => (one ? subject(one) : [])));
};

export type Imported = {
  readonly count: Count;
  /** Ids by where they come from; `both` stand in the file and in the signs. */
  readonly file: number;
  readonly signs: number;
  readonly both: number;
  /** Rows of the file whose id stood there already. */
  readonly repeated: number;
};

const filed = (world: World, { controller }: Place, bytes: Uint8Array): ReturnType<typeof readSubjectList> => {
  const { directory } = world.directory.current().configuration;
  return readSubjectList({
    bytes,
    controller,
    controllers: [...directory.controllers.values()],
    categories: directory.operator.peopleCategories,
    now: world.clock.now(),
  });
};

const encoder = new TextEncoder();

/** Sealed before anything names it: a list that nobody counted is erased with the others. */
const keep = async ({ world, envelopes }: Sealing, { incident, controller }: Place, rows: readonly DataSubject[]): Promise<string> => {
  const context = { incident: incident.id, controller: controller.id };
  const sealed = await envelopes.seal(encoder.encode(canonical({ v: 1, ...context, rows })), context);
  const hash = sha256(sealed);
  await world.evidence.put(refOf(controller.id, { incident: incident.id, hash }), 'affected', sealed, world.clock.now());
  return hash;
};

export type Import = {
  readonly incident: IncidentId;
  readonly controller: ControllerId;
  readonly actor: Person;
  /** Without a file the list has the accounts of the signs alone. */
  readonly bytes?: Uint8Array;
};

export const importSubjects = async (
  sealing: Sealing,
  { incident: id, controller, actor, bytes }: Import,
): Promise<Result<Imported, Refusal>> => {
  const { world } = sealing;
  const place = await placeOf(world, id, controller);
  if (!place.ok) return place;
  const file = bytes === undefined ? ok({ rows: [], repeated: 0 }) : filed(world, place.value, bytes);
  if (!file.ok)
    return fail({ kind: 'invalid', field: 'file', message: 'Nothing was taken over: the file has rows to mend.', rows: file.error });
  const signs = await subjectsOf(sealing, place.value);
  const rows = together([...file.value.rows, ...signs]);
  if (rows.length === 0) return refuse('The signs name no account that is surely of this controller. Give a file, or numbers.', 'file');
  const count = countOf(rows);
  const list = await keep(sealing, place.value, rows);
  const asOf = latest(...rows.map((row) => row.asOf));
  const done = await command(world, id, (_incident, at) => ({
    type: 'CountDataSubjects',
    at,
    actor,
    controller,
    count,
    asOf,
    from: { list },
  }));
  if (!done.ok) return done;
  const inFile = new Set(file.value.rows.map((row) => sameSubject(row.id)));
  const both = signs.filter((row) => inFile.has(sameSubject(row.id))).length;
  return ok({ count, file: inFile.size, signs: signs.length, both, repeated: file.value.repeated });
};

type Kept = { readonly v: 1; readonly rows: readonly DataSubject[] };

const isKept = (value: unknown): value is Kept =>
  typeof value === 'object' && value !== null && (value as Kept).v === 1 && Array.isArray((value as Kept).rows);

const openList = async (
  { world, envelopes }: Sealing,
  controller: ControllerId,
  list: SealedList,
): Promise<readonly DataSubject[] | undefined> => {
  const sealed = await world.evidence.get(refOf(controller, list));
  if (!sealed || sha256(sealed) !== list.hash) return undefined;
  const bytes = await envelopes.open(sealed, { incident: list.incident, controller });
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  return isKept(value) ? value.rows : undefined;
};

export type Look = { readonly incident: IncidentId; readonly controller: ControllerId; readonly actor: Person; readonly reason: string };

/** A controller's list, for whoever checks it. Nothing is opened before the register holds who looked, and why. */
export const readSubjects = async (
  sealing: Sealing,
  { incident: id, controller, actor, reason }: Look,
): Promise<Result<readonly DataSubject[], Refusal>> => {
  const { world } = sealing;
  const known = (await world.ledger.incident(id))?.dataSubjects?.[controller];
  if (!known || known.lists.length === 0)
    return refuse('There is no list of this controller: nobody counted, or the numbers are an estimate.', 'controller');
  if (plus(known.at, keptFor) <= world.clock.now())
    return refuse('The list was kept for 180 days and is erased; its counts stand in the register.', 'controller');
  const of = { controller, lists: known.lists.map(({ hash }) => hash) };
  const noted = await command(world, id, (_incident, at) => ({ type: 'ViewPersonalData', at, actor, reason, of }));
  if (!noted.ok) return noted;
  const lists = await Promise.all(known.lists.map((list) => openList(sealing, controller, list)));
  if (lists.includes(undefined))
    return refuse('The list is not where its hash says, or was changed: restore the evidence, or count anew.', 'controller');
  return ok(together(lists.flatMap((rows) => rows ?? [])));
};

/** Least surely known first: that is where a check begins. */
export const bySureness = (rows: readonly DataSubject[]): readonly DataSubject[] =>
  rows.toSorted((a, b) => subjectBases.indexOf(b.basis) - subjectBases.indexOf(a.basis));

export type Estimate = {
  readonly incident: IncidentId;
  readonly controller: ControllerId;
  readonly actor: Person;
  readonly count: Count;
  readonly why: string;
};

/** Numbers without a list. */
export const estimateSubjects = (world: World, { incident, controller, actor, count, why }: Estimate): Promise<Result<Incident, Refused>> =>
  command(world, incident, (_incident, at) => ({ type: 'CountDataSubjects', at, actor, controller, count, asOf: at, from: { why } }));

export type Check = {
  readonly incident: IncidentId;
  readonly controller: ControllerId;
  readonly actor: Person;
  readonly countedAt: Instant;
  readonly how: string;
};

export const checkSubjects = (world: World, { incident, controller, actor, countedAt, how }: Check): Promise<Result<Incident, Refused>> =>
  command(world, incident, (_incident, at) => ({ type: 'CheckDataSubjects', at, actor, controller, countedAt, how }));
