// Decides whether the forms that merge and split do that, under the name of one who may decide, and whether every reference holds (P-14).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '#core/incident/incident.ts';
import { reference } from '#core/kernel/ids.ts';
import { codeFor } from '#flow/code.ts';
import { exfiltration } from '../flow/raw-events.ts';
import { type Console, openConsole } from './console.ts';

let c: Console;
let older: Incident;
let younger: Incident;
beforeEach(async () => {
  c = await openConsole();
  await c.h.play([exfiltration()]);
  await c.h.fastForward('10m');
  await c.h.play([exfiltration('lost-bucket', 2)]);
  [older, younger] = (await c.h.incidents()) as [Incident, Incident];
  c.as('malik-brandt');
});
afterEach(() => c.close());

const merge = (on: Incident, fields: Readonly<Record<string, string>> = {}) =>
  c.post(`/incidents/${on.id}/merge`, { other: reference(on === older ? younger.id : older.id), reason: 'one attacker', ...fields });

describe('the form that merges', () => {
  it('leads to the case that goes on, from either', async () => {
    const answer = await merge(younger, { other: reference(older.id).toLowerCase() });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/incidents/${older.id}`]);
    expect((await c.h.incidents()).map(({ id }) => id)).toEqual([older.id]);
  });

  it('stands on both while they go on, and on neither page of a merge that was', async () => {
    for (const { id } of [older, younger]) expect(await c.get(`/incidents/${id}`)).toContain(`action="/incidents/${id}/merge"`);
    await merge(older);
    expect(await c.get(`/incidents/${younger.id}`)).not.toContain('/merge"');
  });

  it('is not for whoever may not decide', async () => {
    c.as('tomke-harms');
    const answer = await merge(older);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('Only the incident lead or management may do this; you act as sysop.');
    expect(await c.h.incidents()).toHaveLength(2);
  });

  it('says what is wrong, and changes nothing', async () => {
    const said = async (fields: Readonly<Record<string, string>>) => (await merge(older, fields)).text();
    expect(await said({ other: 'ART33-NOSUCHID' })).toContain('No case has this reference. Write it as ART33-K7QF2MXA.');
    expect(await said({ reason: ' ' })).toContain('Say why the two are one case.');
    expect(await said({ other: reference(older.id) })).toContain('This is the same case. Name another one.');
    expect(await c.h.incidents()).toHaveLength(2);
  });
});

describe('after a merge', () => {
  beforeEach(() => merge(older));

  it('each page says where the other is', async () => {
    expect(await c.get(`/incidents/${younger.id}`)).toContain(`It goes on as <a href="/incidents/${older.id}">${reference(older.id)}</a>`);
    expect(await c.get(`/incidents/${older.id}`)).toContain(
      `Also known as <a href="/incidents/${younger.id}">${reference(younger.id)}</a>`,
    );
  });

  it('the officer’s code of either opens the one that goes on, and his advice is put there', async () => {
    for (const { id } of [younger, older]) {
      const fields = { reference: reference(id), code: codeFor(c.h.world, id, 'dpo'), advice: `about ${reference(id)}` };
      const answer = await c.ask('/act', { method: 'POST', body: new URLSearchParams(fields) }, { cookie: '' });
      expect(await answer.text()).toContain('Your advice is on record.');
    }
    const [goesOn] = await c.h.incidents();
    expect(goesOn?.advice.map(({ text }) => text)).toEqual([`about ${reference(younger.id)}`, `about ${reference(older.id)}`]);
  });
});

describe('the form that splits', () => {
  const split = (fields: Readonly<Record<string, string>>) =>
    c.post(`/incidents/${older.id}/split`, { reason: 'another story', ...fields });

  it('offers the findings and the controllers, and leads to the new case', async () => {
    const page = await c.get(`/incidents/${older.id}`);
    for (const name of ['rule:guardduty_s3_exfil_content', 'controller:clinic-portal', 'controller:museum-shop', 'controller:travel-club'])
      expect(page).toContain(`type="checkbox" name="${name}"`);
    const answer = await split({ 'controller:clinic-portal': 'on' });
    const part = (await c.h.incidents()).find(({ splitFrom }) => splitFrom?.incident === older.id);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/incidents/${part?.id}`]);
    expect(part?.controllers).toEqual(['clinic-portal']);
    expect(await c.get(`/incidents/${part?.id}`)).toContain(`Split off from <a href="/incidents/${older.id}">${reference(older.id)}</a>`);
    expect(await c.get(`/incidents/${older.id}`)).toContain(`go on by themselves: <a href="/incidents/${part?.id}">`);
  });

  it('says under which reference its controller was told', async () => {
    await c.post(`/incidents/${older.id}/release`);
    await c.h.work();
    const answer = await split({ 'controller:clinic-portal': 'on' });
    expect(await c.get(answer.headers.get('location') ?? '')).toContain(`told under ${reference(older.id)}`);
    expect(await c.get(`/incidents/${older.id}`)).not.toContain('told under');
  });

  it('splits by rule as well', async () => {
    await merge(older);
    await split({ 'rule:guardduty_s3_exfil_unknown': 'on' });
    const [rest, part] = [await c.h.incidents()].flatMap((all) => [
      all.find(({ id }) => id === older.id),
      all.find(({ splitFrom }) => splitFrom),
    ]);
    expect(part?.findings.map(({ rule }) => rule.name)).toEqual(['guardduty_s3_exfil_unknown']);
    expect(rest?.findings.map(({ rule }) => rule.name)).toEqual(['guardduty_s3_exfil_content']);
  });

  it('is not offered where there is nothing to choose from, nor where the case is over', async () => {
    await merge(older);
    expect(await c.get(`/incidents/${younger.id}`)).not.toContain('/split"');
  });

  it('is not for whoever may not decide, and says what is wrong', async () => {
    expect(await (await split({})).text()).toContain('Choose the findings or the controllers that go on by themselves.');
    expect(await (await split({ 'controller:clinic-portal': 'on', reason: '' })).text()).toContain(
      'Say why this part is a case of its own.',
    );
    c.as('tomke-harms');
    expect((await split({ 'controller:clinic-portal': 'on' })).status).toBe(409);
    expect(await c.h.incidents()).toHaveLength(2);
  });
});
