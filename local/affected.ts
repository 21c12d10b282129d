// Decides how affected people are counted from the command line: the same answers over the socket of a running process and from the store (D-14).
import type { Hono } from 'hono';
import { handlingRoles } from '#core/directory/directory.ts';
import { rolesOf } from '#core/directory/lookup.ts';
import type { DataSubjectCount } from '#core/incident/data-subjects.ts';
import type { Incident } from '#core/incident/incident.ts';
import { controllerId, personId, reference } from '#core/kernel/ids.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { rfc3339 } from '#core/kernel/time.ts';
import { type Imported, type Person, type Refusal, checkSubjects, importSubjects } from '#flow/data-subjects.ts';
import type { Node } from './node.ts';

type Asked = { readonly incident: string; readonly controller: string; readonly person: string };
/** The file in base64, as it travels over the socket. */
export type AskedImport = Asked & { readonly file: string };
export type AskedCheck = Asked & { readonly how: string };

/** Counts only: nobody is named on a command line. */
export type Counted = {
  readonly incident: string;
  readonly controller: string;
  readonly count: DataSubjectCount['count'] | null;
  readonly status: 'unknown' | 'estimated' | 'confirmed';
  readonly basis: DataSubjectCount['basis'] | null;
  readonly asOf: string | null;
};

const refuse = (message: string): Result<never, Refusal> => fail({ kind: 'invalid', message });

/** By its id, or by what people say on the phone. */
const incidentOf = async (node: Node, word: string): Promise<Incident | undefined> => {
  for await (const incident of node.world.ledger.incidents(() => undefined))
    if (incident.id === word || reference(incident.id) === word.toUpperCase()) return incident;
  return undefined;
};

const personOf = (node: Node, id: string): Person | undefined => {
  const { directory } = node.world.directory.current().configuration;
  const role = rolesOf(directory, personId(id)).find((one) => (handlingRoles as readonly string[]).includes(one));
  return role === undefined ? undefined : { by: 'person', person: personId(id), role };
};

type Place = { readonly incident: Incident['id']; readonly controller: ReturnType<typeof controllerId>; readonly actor: Person };

const placeOf = async (node: Node, { incident: word, controller, person }: Asked): Promise<Result<Place, Refusal>> => {
  const incident = await incidentOf(node, word);
  if (!incident) return refuse('No case has this id or reference. Write it as ART33-K7QF2MXA.');
  const actor = personOf(node, person);
  if (!actor) return refuse(`--as: nobody of people.yml with a role of ${handlingRoles.join(', ')}.`);
  return ok({ incident: incident.id, controller: controllerId(controller), actor });
};

const statusOf = (known: DataSubjectCount | undefined): Counted['status'] =>
  known ? (known.checked ? 'confirmed' : 'estimated') : 'unknown';

export const countsHere = async (node: Node, word: string | undefined): Promise<readonly Counted[]> => {
  const all: Counted[] = [];
  for await (const incident of node.world.ledger.incidents(() => undefined)) {
    if (word !== undefined && incident.id !== word && reference(incident.id) !== word.toUpperCase()) continue;
    for (const controller of incident.controllers) {
      const known = incident.dataSubjects?.[controller];
      const numbers = { count: known?.count ?? null, basis: known?.basis ?? null, asOf: known ? rfc3339(known.asOf) : null };
      all.push({ incident: reference(incident.id), controller, status: statusOf(known), ...numbers });
    }
  }
  return all;
};

export const importHere = async (node: Node, asked: AskedImport): Promise<Result<Imported, Refusal>> => {
  const place = await placeOf(node, asked);
  return place.ok ? importSubjects(node, { ...place.value, bytes: Buffer.from(asked.file, 'base64') }) : place;
};

export const checkHere = async (node: Node, asked: AskedCheck): Promise<Result<null, Refusal>> => {
  const place = await placeOf(node, asked);
  if (!place.ok) return place;
  const known = (await node.world.ledger.incident(place.value.incident))?.dataSubjects?.[place.value.controller];
  if (!known) return refuse('Nobody has counted the people of this controller yet.');
  const done = await checkSubjects(node.world, { ...place.value, countedAt: known.at, how: asked.how });
  return done.ok ? ok(null) : done;
};

export const addAffected = (app: Hono, node: Node): void => {
  app.get('/affected', async (c) => c.json(await countsHere(node, c.req.query('incident'))));
  app.post('/affected/import', async (c) => c.json(await importHere(node, await c.req.json<AskedImport>())));
  app.post('/affected/check', async (c) => c.json(await checkHere(node, await c.req.json<AskedCheck>())));
};
