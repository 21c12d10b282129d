// Decides what the console does about affected people: counts for whoever works on the case, names only to those who say why (D-14, D-15).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '#core/incident/incident.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import { type Console, host, openConsole } from './console.ts';

const lines = (type: string, n: number): string =>
  JSON.stringify({
    log_id: `9002026112500000000000000000000${n}`,
    data: {
      date: `2026-11-25T08:${n}:00.000Z`,
      type,
      ip: '203.0.113.9',
      user_id: 'auth0|anna',
      user_name: 'anna@example.org',
      tenant_name: 'muster',
      hostname: 'muster.eu.auth0.com',
      organization_id: 'org_museum_shop',
      log_id: `9002026112500000000000000000000${n}`,
    },
  });

let c: Console;
let incident: Incident;
let path: string;
beforeEach(async () => {
  c = await openConsole();
  c.as('malik-brandt');
  const text = [...Array.from({ length: 12 }, (_, n) => lines('fp', 10 + n)), lines('s', 30), lines('gd_unenroll', 31)].join('\n');
  await ingestDelivery(c.h.world, { source: 'auth0', id: 'd', bytes: new TextEncoder().encode(text), received: c.h.clock.now() });
  await c.h.work();
  const found = (await c.h.incidents()).find((one) => one.controllers.includes('museum-shop' as never));
  if (!found) throw new Error('no incident of the museum');
  incident = found;
  path = `/incidents/${incident.id}`;
});
afterEach(() => c.close());

const museum = { controller: 'museum-shop' };
const upload = (rows: string, more: Readonly<Record<string, string>> = {}) => {
  const body = new FormData();
  for (const [name, value] of Object.entries({ token: 'form-token', ...museum, ...more })) body.set(name, value);
  body.set('file', new File([`id,category,country,basis,asOf\n${rows}`], 'people.csv', { type: 'text/csv' }));
  return c.ask(`${path}/people/import`, { method: 'POST', body }, { origin: `http://${host}` });
};
const looks = async () => (await c.h.entries()).filter(({ type }) => type === 'PersonalDataViewed');
const countedAt = async () => {
  const known = (await c.h.world.ledger.incident(incident.id))?.dataSubjects?.['museum-shop'];
  return new Date(known?.at ?? 0).toISOString();
};

describe('the page of an incident', () => {
  it('shows handles in place of persons, and that nobody has counted', async () => {
    const page = await c.get(path);
    expect(page).toContain('<code>account-1</code>');
    expect(page).toContain('not counted');
    expect(page).not.toMatch(/auth0\|anna|203\.0\.113\.9/);
  });

  it('shows a count as estimated until a second person checked it', async () => {
    expect((await upload('auth0|jon,,DE,likely,2026-11-25\n')).status).toBe(303);
    expect(await c.get(path)).toMatch(/<strong>2<\/strong>.*at least 1, at most 2.*estimated/s);
    const check = { ...museum, countedAt: await countedAt(), how: 'against the table' };
    expect(await (await c.post(`${path}/people/check`, check)).text()).toContain('a second person does');
    c.as('tomke-harms');
    expect((await c.post(`${path}/people/check`, check)).status).toBe(303);
    expect(await c.get(path)).toContain('checked by a second person');
    expect(await c.get(`${path}/draft/museum-shop`)).toContain('People concerned: 2 (at least 1, at most 2); checked by a second person');
  });

  it('takes numbers without a list', async () => {
    const numbers = { ...museum, min: '1', best: '20', max: '300', why: 'rows in reach' };
    expect((await c.post(`${path}/people/estimate`, { ...numbers, best: '' })).status).toBe(409);
    expect((await c.post(`${path}/people/estimate`, numbers)).status).toBe(303);
    expect(await c.get(path)).toContain('estimated, without a list');
  });
});

describe('a list that is too large', () => {
  it('is not even read, whoever sends it', async () => {
    const answer = await upload('x'.repeat(4_300_000));
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('Give numbers instead')]);
  });
});

describe('a list with wrong rows', () => {
  it('is answered row by row with what would be right, and without what stands there', async () => {
    const answer = await upload('auth0|jon,,DE,sure,2026-11-25\nauth0|eve,patients,,seen,2026-11-25\n');
    const page = await answer.text();
    expect(answer.status).toBe(409);
    expect(page).toMatch(/<td>2<\/td><td>basis<\/td><td>none of seen, likely, possible<\/td>/);
    expect(page).toMatch(/<td>3<\/td><td>category<\/td>/);
    expect(page).not.toMatch(/jon|eve|patients/);
  });
});

describe('a look at the list', () => {
  beforeEach(async () => {
    await upload("auth0|jon,,DE,likely,2026-11-25\n'=cmd,,,possible,2026-11-25\n");
  });

  it('needs a reason, and stands in the register', async () => {
    expect((await c.post(`${path}/people/list`, { ...museum, reason: ' ' })).status).toBe(409);
    expect(await looks()).toEqual([]);
    const page = await (await c.post(`${path}/people/list`, { ...museum, reason: 'to check it' })).text();
    expect(page).toContain('<td>auth0|jon</td>');
    expect(page.indexOf('=cmd')).toBeLessThan(page.indexOf('auth0|jon'));
    expect((await looks())[0]).toMatchObject({ data: { reason: 'to check it', controller: 'museum-shop' } });
    expect(await c.get(path)).toContain('Personal data looked at');
  });

  it('is a download in which no cell is a formula', async () => {
    const answer = await c.post(`${path}/people/list`, { ...museum, reason: 'to check it', as: 'csv' });
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="ART33-[A-Z2-7]{8}-museum-shop.csv"$/);
    expect(await answer.text()).toContain("\r\n'=cmd,");
    expect(await looks()).toHaveLength(1);
  });

  it('is nobody’s who does not work on the case', async () => {
    c.h.configure((configuration) => {
      const roles = new Map([...configuration.directory.roles].map(([role, people]) => [role, role === 'head-of-product' ? people : []]));
      return { ...configuration, directory: { ...configuration.directory, roles } };
    });
    for (const act of ['list', 'handles', 'import', 'estimate', 'check']) {
      const answer = await c.post(`${path}/people/${act}`, {
        ...museum,
        reason: 'curious',
        why: 'x',
        how: 'x',
        min: '1',
        best: '1',
        max: '1',
      });
      expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining('may see or count affected people')]);
    }
    expect(await looks()).toEqual([]);
  });
});

describe('a look behind the handles', () => {
  it('shows what they stand for, and stands in the register with its reason', async () => {
    const page = await (await c.post(`${path}/people/handles`, { handle: 'account-1', reason: 'to call her' })).text();
    expect(page).toContain('auth0|anna');
    expect(page).not.toContain('203.0.113.9');
    expect((await looks())[0]).toMatchObject({ data: { reason: 'to call her', handles: ['account-1'] } });
  });

  it('is refused without a form token, by GET, and without a reason', async () => {
    expect((await c.ask(`${path}/people/handles`)).status).toBe(404);
    expect((await c.post(`${path}/people/handles`, { token: 'other', reason: 'x' })).status).toBe(403);
    expect((await c.post(`${path}/people/handles`, {})).status).toBe(409);
    expect(await looks()).toEqual([]);
  });
});

it('there is no other act on affected people', async () => {
  expect((await c.post(`${path}/people/toString`, museum)).status).toBe(404);
});
