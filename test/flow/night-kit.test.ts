// Decides what people hold on the night on which nothing else works: all that is owed, whom to call, what to say, and nothing that was sent already.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { controllerId, personId } from '#core/kernel/ids.ts';
import { rfc3339 } from '#core/kernel/time.ts';
import { anchorOf } from '#core/register/verify.ts';
import { exportKit, gatherKit, kitBytes } from '#flow/night-kit.ts';
import { kitText } from '#core/register/kit-text.ts';
import { type Harness, openHarness } from './harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
  await h.play(['events/demo/30-guardduty.json']);
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

const anchor = anchorOf([], 0 as Parameters<typeof anchorOf>[1]);
const anchors = { latest: async () => anchor, put: async () => undefined };
const kit = () => gatherKit({ ...h.world, anchors });

it('the kit names every role and controller with phones, what is owed nearest first, and the last anchor', async () => {
  const made = await kit();
  expect(made.madeAt).toBe(rfc3339(h.clock.now()));
  expect(made.roles.map(({ role, people }) => [role, people.length > 0])).toEqual(
    ['sysop', 'solution-architect', 'head-of-product', 'management', 'incident-lead', 'dpo'].map((role) => [role, true]),
  );
  expect(made.controllers.map(({ id }) => id).toSorted()).toEqual(['clinic-portal', 'museum-shop', 'travel-club']);
  expect(made.controllers.flatMap(({ contacts }) => contacts).map(({ phone }) => phone)).toContain('+49 30 23125 211');
  const open = (await h.duties()).filter((duty) => duty.endedAt === undefined);
  expect(made.duties.map(({ id }) => id).toSorted()).toEqual(open.map(({ id }) => id).toSorted());
  expect(made.duties.map(({ dueAt }) => dueAt)).toEqual(made.duties.map(({ dueAt }) => dueAt).toSorted());
  expect(made.anchor).toEqual(anchor);
});

it('the kit holds a draft for each affected controller, in its language, until that was sent', async () => {
  const drafts = (await kit()).drafts;
  expect(drafts.map(({ controller, as }) => `${controller} ${as}`).toSorted()).toEqual(
    ['clinic-portal', 'museum-shop', 'travel-club'].flatMap((id) => [`${id} confirmed`, `${id} suspected`]),
  );
  expect(drafts.find((one) => one.controller === 'museum-shop' && one.as === 'suspected')?.text).toContain('Verdacht');
  await h.release();
  expect((await kit()).drafts.map(({ as }) => as)).toEqual(['confirmed', 'confirmed', 'confirmed']);
  await h.refute();
  expect((await kit()).drafts).toEqual([]);
});

it('the kit holds a draft again for a controller whose notice was taken back, and that is affected after all', async () => {
  await h.release();
  const controllers = [controllerId('clinic-portal')];
  const by = { actor: { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' }, controllers } as const;
  await h.act((_incident, at) => ({ type: 'Narrow', at, ...by, reason: 'The log of that hour names the others alone.' }));
  await h.act((_incident, at) => ({ type: 'Widen', at, ...by, reason: 'Its rows were found.' }));
  expect((await kit()).drafts.filter(({ as }) => as === 'suspected').map(({ controller }) => controller)).toEqual(['clinic-portal']);
});

it('an item of a newer version is left out of the kit, and that is said', async () => {
  const [duty] = await h.duties('call');
  if (!duty) throw new Error('nobody is called');
  h.node.database.run("UPDATE duty SET doc = json_set(doc, '$.v', 2) WHERE id = ?", duty.id);
  expect((await kit()).duties.map(({ id }) => id)).not.toContain(duty.id);
  expect(h.logged.filter((line) => line.includes('items-of-unknown-version'))).toEqual([expect.stringContaining('"unknown":1')]);
});

it('the text that prints says the same: terms, phones, script, and each draft on a page of its own', async () => {
  const made = await kit();
  const text = kitText(made);
  for (const part of [
    'technical: Operations centre · +49 30 23125 215 · noc@clinic-portal.example',
    made.duties[0]!.dueAt,
    '+49 30 23125 211',
    'On THE PHONE'.toUpperCase(),
    anchor.root,
    made.callScript[0]!,
  ])
    expect(text).toContain(part);
  expect(text.split('\f')).toHaveLength(made.drafts.length + 1);
  expect(text.replaceAll('\f', '').replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

it('what leaves is sealed first, under the name of its hour', async () => {
  const laid: { name: string; bytes: Uint8Array }[] = [];
  const seal = async (bytes: Uint8Array) => new TextEncoder().encode(`sealed ${bytes.byteLength}`);
  const vault = { put: async (name: string, bytes: Uint8Array) => void laid.push({ name, bytes }) };
  await exportKit({ ...h.world, anchors, seal, vault });
  expect(laid.map(({ name }) => name)).toEqual(['kits/2026-11-25T09-00-00.000Z.age']);
  expect(new TextDecoder().decode(laid[0]!.bytes)).toBe(`sealed ${kitBytes(await kit()).byteLength}`);
  expect(h.logged.join('')).toContain('kit-exported');
});
