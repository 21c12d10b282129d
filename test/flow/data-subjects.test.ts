// Decides what becomes of a list of affected people: sealed for one controller, counted, checked by a second person, opened for nobody unseen (D-14, D-15).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '#core/detection/finding.ts';
import type { Count } from '#core/incident/data-subject-list.ts';
import type { Incident } from '#core/incident/incident.ts';
import { sha256 } from '#core/kernel/hash.ts';
import { controllerId, personId } from '#core/kernel/ids.ts';
import { days, plus } from '#core/kernel/time.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import { type Person, checkSubjects, estimateSubjects, importSubjects, readSubjects } from '#flow/data-subjects.ts';
import type { Sealing } from '#flow/data-keys.ts';
import { resolveHandles } from '#flow/handles.ts';
import { nameKeeper } from '#flow/keep-names.ts';
import { PortError, type Raw } from '#flow/ports.ts';
import { keyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import { type Harness, openHarness } from './harness.ts';

const museum = controllerId('museum-shop');
const clinic = controllerId('clinic-portal');
const ada: Person = { by: 'person', person: personId('tomke-harms'), role: 'sysop' };
const ben: Person = { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' };

const login = (user: string, ip: string, type: string, n: number, organization?: string): string =>
  JSON.stringify({
    log_id: `9002026112500000000000000000000${String(n).padStart(3, '0')}`,
    data: {
      date: `2026-11-25T08:${String(10 + n).padStart(2, '0')}:00.000Z`,
      type,
      ip,
      user_id: `auth0|${user}`,
      user_name: `${user}@example.org`,
      tenant_name: 'muster',
      hostname: 'muster.eu.auth0.com',
      ...(organization === undefined ? {} : { organization_id: organization }),
      log_id: `9002026112500000000000000000000${String(n).padStart(3, '0')}`,
    },
  });

let h: Harness;
let sealing: Sealing;
let incident: Incident;

beforeEach(async () => {
  h = await openHarness();
  sealing = { world: h.world, envelopes: h.node.envelopes };
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

/** Somebody guesses a password of the museum's, changes the log-in's second factor, and one account of the shared tenant is tried too. */
const takeover = async (): Promise<void> => {
  const lines = [
    ...Array.from({ length: 12 }, (_, n) => login('anna', '203.0.113.9', 'fp', n, 'org_museum_shop')),
    login('anna', '203.0.113.9', 's', 20, 'org_museum_shop'),
    login('anna', '203.0.113.9', 'gd_unenroll', 21, 'org_museum_shop'),
  ];
  await ingestDelivery(h.world, { source: 'auth0', id: 'd', bytes: new TextEncoder().encode(lines.join('\n')), received: h.clock.now() });
  await h.work();
  const all = await h.incidents();
  const [found] = all.filter((one) => one.controllers.includes(museum));
  if (!found) throw new Error(`no incident of the museum among ${all.length}`);
  incident = found;
};

const file = (rows: string): Uint8Array => new TextEncoder().encode(`id,category,country,basis,asOf\n${rows}`);
const upload = (rows: string, more: Partial<Parameters<typeof importSubjects>[1]> = {}) =>
  importSubjects(sealing, { incident: incident.id, controller: museum, actor: ada, bytes: file(rows), ...more });
const stored = async (): Promise<Incident> => (await h.world.ledger.incident(incident.id))!;
const counted = async () => (await stored()).dataSubjects?.[museum];
const sealedOf = () => h.node.database.all("SELECT ref, bytes FROM raw WHERE source = 'affected'");
const looks = async () => (await h.entries()).filter(({ type }) => type === 'PersonalDataViewed');

describe('a list that a person uploads', () => {
  beforeEach(takeover);

  it('is joined with the accounts of the signs, and each id counts once', async () => {
    const done = await upload(
      'auth0|anna,,DE,likely,2026-11-25\nauth0|jon,,DE,likely,2026-11-25\nauth0|jon,,,likely,2026-11-25\nauth0|eve,,,possible,2026-11-24\n',
    );
    expect(done).toEqual({ ok: true, value: { count: { min: 1, best: 2, max: 3 }, file: 3, signs: 1, both: 1, repeated: 1 } });
    expect(await counted()).toMatchObject({ count: { min: 1, best: 2, max: 3 }, basis: 'list', actor: ada });
  });

  it('lies sealed under its controller, and its name is the hash that the register holds', async () => {
    await upload('auth0|jon,,DE,likely,2026-11-25\n');
    const [row, second] = sealedOf();
    expect(second).toBeUndefined();
    const bytes = row?.['bytes'] as Uint8Array;
    const [list] = (await counted())!.lists;
    expect(row?.['ref']).toBe(`affected/museum-shop/${incident.id}/${list!.hash}`);
    expect(sha256(bytes)).toBe(list!.hash);
    expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/jon|anna/);
    await expect(sealing.envelopes.open(bytes, { incident: incident.id, controller: clinic })).rejects.toMatchObject({ port: 'keys' });
    const text = JSON.stringify([await h.entries(), await h.incidents(), h.logged]);
    expect(text).toContain(list!.hash);
    expect(text).not.toMatch(/auth0\|/);
  });

  it('is refused as a whole by row, and nothing stays behind', async () => {
    const done = await upload('auth0|jon,,,likely,2026-11-25\nx,patients,,likely,2026-11-25\n');
    expect(done).toMatchObject({ ok: false, error: { field: 'file', rows: [{ row: 3, column: 'category' }] } });
    expect(sealedOf()).toEqual([]);
    expect(await counted()).toBeUndefined();
  });

  it('is refused for a controller that is not on the incident, or not in the directory', async () => {
    expect(await upload('a,,,seen,2026-11-25\n', { controller: clinic })).toMatchObject({ ok: false, error: { field: 'controller' } });
    expect(await upload('a,,,seen,2026-11-25\n', { controller: controllerId('nobody') })).toMatchObject({
      ok: false,
      error: { field: 'controller' },
    });
    expect(sealedOf()).toEqual([]);
  });

  it('changes nothing when no key can be had', async () => {
    const broken = { ...sealing, envelopes: { ...sealing.envelopes, seal: () => Promise.reject(new Error('no key')) } };
    await expect(importSubjects(broken, { incident: incident.id, controller: museum, actor: ada })).rejects.toThrow('no key');
    expect([await counted(), sealedOf()]).toEqual([undefined, []]);
  });
});

describe('the accounts that the signs name', () => {
  beforeEach(takeover);

  it('make a list by themselves: who was logged in is seen', async () => {
    const done = await importSubjects(sealing, { incident: incident.id, controller: museum, actor: ada });
    expect(done).toMatchObject({ ok: true, value: { count: { min: 1, best: 1, max: 1 }, file: 0, signs: 1 } });
  });

  it('are none any more when their names are kept no longer', async () => {
    h.node.database.run("DELETE FROM raw WHERE ref LIKE 'raw/%'");
    const done = await importSubjects(sealing, { incident: incident.id, controller: museum, actor: ada });
    expect(done).toMatchObject({ ok: false, error: { field: 'file' } });
  });
});

describe('an account', () => {
  it('of a system that keeps none of the controller’s people names nobody: it may be staff', async () => {
    h.configure((configuration) => {
      const { assets } = configuration.directory;
      const other = assets.map((one) => ({ ...one, dataClasses: one.dataClasses.filter((name) => name !== 'account') }));
      return { ...configuration, directory: { ...configuration.directory, assets: other } };
    });
    await takeover();
    const done = await importSubjects(sealing, { incident: incident.id, controller: museum, actor: ada });
    expect(done).toMatchObject({ ok: false, error: { field: 'file' } });
  });
});

describe('the names of a signal', () => {
  const kept = () => h.node.database.all("SELECT ref, bytes FROM raw WHERE source = 'handles' ORDER BY ref");

  it('lie sealed beside its raw event, each in an envelope of its own', async () => {
    await takeover();
    const refs = kept().map((row) => row['ref']);
    expect(refs).toEqual(incident.signals.map(({ id }) => `raw/handles/${id}`).toSorted());
    expect(Buffer.from(kept()[0]?.['bytes'] as Uint8Array).toString('latin1')).not.toMatch(/anna|203/);
    const [first, second] = incident.signals;
    const sealed = (await h.world.evidence.get(`raw/handles/${first?.id}`))!;
    expect(Buffer.from(await sealing.envelopes.open(sealed, { signal: first?.id ?? '' })).toString()).toContain('auth0|anna');
    await expect(sealing.envelopes.open(sealed, { signal: second?.id ?? '' })).rejects.toMatchObject({ port: 'keys' });
  });

  it('are not kept of what is part of no case', async () => {
    await ingestDelivery(h.world, {
      source: 'auth0',
      id: 'x',
      bytes: new TextEncoder().encode(login('eve', '192.0.2.4', 's', 1)),
      received: h.clock.now(),
    });
    await h.work();
    expect([await h.incidents(), kept()]).toEqual([[], []]);
  });

  it('are not kept of a finding that opens no case', async () => {
    await takeover();
    h.node.database.run("DELETE FROM raw WHERE source = 'handles'");
    const finding = { signals: incident.signals.map(({ id }) => id) } as unknown as Finding;
    await nameKeeper(sealing)(
      { source: 'auth0', delivery: 'd#0', rawRef: '', received: h.clock.now() },
      { disposition: 'assessed', findings: [finding] },
    );
    expect(kept()).toEqual([]);
  });

  it('are kept by the repetition when a process died before', async () => {
    await takeover();
    const before = kept().length;
    h.node.database.run("DELETE FROM raw WHERE source = 'handles'");
    const keep = nameKeeper(sealing);
    for (const row of h.node.database.all("SELECT doc FROM receipt WHERE source = 'auth0'")) {
      const receipt = JSON.parse(String(row['doc'])) as Raw & { disposition: 'attached' };
      await keep(receipt, { disposition: receipt.disposition, findings: [] });
    }
    expect(before).toBeGreaterThan(0);
    expect(kept().length).toBe(h.node.database.all("SELECT 1 FROM receipt WHERE disposition = 'attached'").length);
  });

  it('fail no assessment when no key can be had, and say so', async () => {
    const broken = { ...sealing, envelopes: { ...sealing.envelopes, seal: () => Promise.reject(new PortError('keys', 'again', 'anna')) } };
    await takeover();
    const [signal] = incident.signals;
    const receipt = h.node.database.get("SELECT doc FROM receipt WHERE disposition = 'attached'")?.['doc'];
    h.logged.length = 0;
    await nameKeeper(broken)(JSON.parse(String(receipt)) as Raw, { disposition: 'attached', findings: [] });
    expect(signal).toBeDefined();
    expect(h.logged.join('')).toMatch(/names-not-kept.*keys/);
    expect(h.logged.join('')).not.toContain('anna');
  });
});

describe('a count', () => {
  beforeEach(takeover);
  const check = async (actor: Person, countedAt = 0) =>
    checkSubjects(h.world, {
      incident: incident.id,
      controller: museum,
      actor,
      countedAt: countedAt === 0 ? (await counted())!.at : (countedAt as never),
      how: 'against the table of accounts',
    });

  it('is confirmed by a second person, not by whoever uploaded', async () => {
    await upload('auth0|jon,,DE,likely,2026-11-25\n');
    expect(await check(ada)).toMatchObject({ ok: false, error: { field: 'actor' } });
    expect((await check(ben)).ok).toBe(true);
    expect((await counted())?.checked?.actor).toEqual(ben);
  });

  it('may be estimated without a list, which nobody can open then', async () => {
    const count: Count = { min: 10, best: 200, max: 5_000 };
    expect(
      (await estimateSubjects(h.world, { incident: incident.id, controller: museum, actor: ada, count, why: 'rows in reach' })).ok,
    ).toBe(true);
    expect(await readSubjects(sealing, { incident: incident.id, controller: museum, actor: ben, reason: 'check' })).toMatchObject({
      ok: false,
      error: { field: 'controller' },
    });
    expect(await looks()).toEqual([]);
  });
});

describe('a look', () => {
  beforeEach(takeover);
  const read = (reason = 'to check the list', controller = museum) =>
    readSubjects(sealing, { incident: incident.id, controller, actor: ben, reason });

  it('at a list stands in the register with who, why and which', async () => {
    await upload('auth0|jon,,DE,likely,2026-11-25\n');
    const done = await read();
    expect(done.ok && done.value.map(({ id, basis }) => [id, basis])).toEqual([
      ['auth0|anna', 'seen'],
      ['auth0|jon', 'likely'],
    ]);
    const lists = (await counted())!.lists.map(({ hash }) => hash);
    expect(await looks()).toMatchObject([
      { actor: 'person:incident-lead:malik-brandt', data: { reason: 'to check the list', controller: 'museum-shop', lists } },
    ]);
  });

  it('without a reason shows nothing', async () => {
    await upload('auth0|jon,,DE,likely,2026-11-25\n');
    expect(await read(' ')).toMatchObject({ ok: false, error: { field: 'reason' } });
    expect(await looks()).toEqual([]);
  });

  it('shows nothing while the register can’t be written', async () => {
    await upload('auth0|jon,,DE,likely,2026-11-25\n');
    const opened: string[] = [];
    const deaf: Sealing = {
      world: { ...h.world, ledger: { ...h.world.ledger, commit: async () => 'conflict' } },
      envelopes: {
        ...sealing.envelopes,
        open: async (bytes, context) => {
          opened.push(JSON.stringify(context));
          return sealing.envelopes.open(bytes, context);
        },
      },
    };
    await expect(readSubjects(deaf, { incident: incident.id, controller: museum, actor: ben, reason: 'x' })).rejects.toMatchObject({
      port: 'ledger',
    });
    expect(opened).toEqual([]);
  });

  it('finds a list that was changed, and says so', async () => {
    await upload('auth0|jon,,DE,likely,2026-11-25\n');
    h.node.database.run("UPDATE raw SET bytes = zeroblob(200) WHERE source = 'affected'");
    expect(await read()).toMatchObject({ ok: false, error: { message: expect.stringContaining('not where its hash says') } });
  });

  it('opens no list after 180 days', async () => {
    await upload('auth0|jon,,DE,likely,2026-11-25\n');
    h.clock.set(plus(h.clock.now(), days(180)));
    expect(await read()).toMatchObject({ ok: false, error: { message: expect.stringContaining('erased') } });
  });

  it('behind the handles of the case stands in the register, and shows what the raw events say', async () => {
    const done = await resolveHandles(sealing, { incident: incident.id, actor: ben, reason: 'to call her' });
    expect(done).toEqual({
      ok: true,
      value: [
        { handle: 'account-1', value: 'auth0|anna' },
        { handle: 'address-1', value: '203.0.113.9' },
      ],
    });
    expect(await looks()).toMatchObject([{ data: { reason: 'to call her', handles: ['account-1', 'address-1'] } }]);
    expect(JSON.stringify(await h.entries())).not.toMatch(/anna|203\.0\.113\.9/);
  });

  it('behind one handle is a look at that one', async () => {
    const one = { incident: incident.id, actor: ben, reason: 'to call her', handle: 'account-1' };
    expect(await resolveHandles(sealing, one)).toMatchObject({ ok: true, value: [{ value: 'auth0|anna' }] });
    expect((await looks())[0]?.data['handles']).toEqual(['account-1']);
    expect(await resolveHandles(sealing, { ...one, handle: 'account-9' })).toMatchObject({ ok: false, error: { field: 'handle' } });
    expect(await resolveHandles(sealing, { ...one, reason: '' })).toMatchObject({ ok: false, error: { field: 'reason' } });
    expect(await looks()).toHaveLength(1);
  });

  it('shows nothing once the names are kept no longer', async () => {
    h.node.database.run("DELETE FROM raw WHERE ref LIKE 'raw/%'");
    const done = await resolveHandles(sealing, { incident: incident.id, actor: ben, reason: 'to call her' });
    expect(done.ok && done.value.every(({ value }) => value === undefined)).toBe(true);
  });

  it('shows no value that another pseudonym was made of', async () => {
    const other = keyedPseudonyms(new Uint8Array(32).fill(8));
    const asked = { incident: incident.id, actor: ben, reason: 'x', handle: 'account-1' };
    const done = await resolveHandles({ ...sealing, world: { ...h.world, pseudonyms: other } }, asked);
    expect(done).toEqual({ ok: true, value: [{ handle: 'account-1', value: undefined }] });
  });
});

it('an account of a log-in that several controllers share is on nobody’s list', async () => {
  await takeover();
  const shared = [...Array.from({ length: 12 }, (_, n) => login('kim', '203.0.113.9', 'fp', 30 + n)), login('kim', '203.0.113.9', 's', 45)];
  await ingestDelivery(h.world, { source: 'auth0', id: 'e', bytes: new TextEncoder().encode(shared.join('\n')), received: h.clock.now() });
  await h.work();
  for (const one of await h.incidents())
    for (const controller of one.controllers) await importSubjects(sealing, { incident: one.id, controller, actor: ada });
  const opened = await Promise.all(
    (await h.incidents()).flatMap((one) =>
      Object.keys(one.dataSubjects ?? {}).map((id) =>
        readSubjects(sealing, { incident: one.id, controller: controllerId(id), actor: ben, reason: 'x' }),
      ),
    ),
  );
  expect(opened.flatMap((done) => (done.ok ? done.value.map(({ id }) => id) : []))).toEqual(['auth0|anna']);
});
