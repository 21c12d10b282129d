// Decides whether a case shows what services are away apart from its notices, and takes anybody's word of the house that one is back (P-23, R-205).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startedAt } from '../flow/harness.ts';
import { database, exfiltration } from '../flow/raw-events.ts';
import { type Console, openConsole } from './console.ts';

let c: Console;
let path = '';
beforeEach(async () => {
  c = await openConsole();
  await c.h.play([database('failed', startedAt)]);
  await c.h.fastForward('30m');
  path = `/incidents/${(await c.h.incident()).id}`;
  c.as('tomke-harms');
});
afterEach(() => c.close());

const key = async () => (await c.h.incident()).disturbances?.[0]?.key ?? '';
const say = async (fields: Readonly<Record<string, string>> = {}) =>
  c.post(`${path}/restored`, {
    key: await key(),
    restoredAt: '2026-11-25T09:20',
    effect: 'unreachable',
    how: 'looked at the machine',
    ...fields,
  });

describe('a case of a service that is away', () => {
  it('shows it apart from the notices, and each word with its step', async () => {
    const page = await c.get(path);
    expect(page).toContain('<h2>Disturbances of services</h2>');
    expect(page).toContain('Such a message is no notice of a breach and starts no clock.');
    expect(page).toContain('Message database');
    expect(page).toContain('still away');
    expect(page).toContain('disturbance (start)');
    expect(page).toContain('museum-shop (disturbance, start)');
    // Nothing was released, and no 72 hours began.
    expect(page).toContain('draft, not released');
    expect(page).not.toContain('its own 72 h end');
  });

  it('takes the word of whoever is at the machine, and tells everybody who was told', async () => {
    c.h.takeMessages();
    expect((await say()).status).toBe(303);
    await c.h.work();
    expect(
      c.h
        .takeMessages()
        .filter(({ subject }) => subject.includes('is over'))
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual(['bereitschaft@museum-shop.example', 'noc@clinic-portal.example']);
    const page = await c.get(path);
    expect(page).toContain('after 20 min');
    expect(page).toContain('they could not reach it; nothing is lost');
    expect(page).toContain('Service back');
    expect(page).not.toContain(`${path}/restored`);
  });

  it('refuses in words what cannot be', async () => {
    expect(await (await say({ how: '' })).text()).toContain('Say how you know');
    expect(await (await say({ restoredAt: 'soon' })).text()).toContain('Give the time as a date and a time of day, UTC.');
    expect(await (await say({ restoredAt: '2026-11-25T11:00' })).text()).toContain('It can&#39;t be back later than now');
    expect(await (await say({ effect: 'much' })).text()).toContain(
      'Say what it meant for people: one of none, unreachable, delayed, lost.',
    );
    expect((await say({ key: 'x' })).status).toBe(409);
    expect((await c.h.incident()).disturbances?.[0]).not.toHaveProperty('restored');
  });

  it('takes the minute of its last sign for the end of that', async () => {
    await c.h.play([database('failed', startedAt + 90_000)]);
    expect((await say({ restoredAt: '2026-11-25T09:01' })).status).toBe(303);
    expect((await c.h.incident()).disturbances?.[0]?.restored?.at).toBe(startedAt + 90_000);
  });

  it('asks what it meant for people where a signal said that it is back, and says it to nobody a second time', async () => {
    await c.h.play([database('up', startedAt + 20 * 60_000)]);
    c.h.takeMessages();
    const page = await c.get(path);
    expect(page).toContain('was away: what did it mean for people?');
    expect((await say({ effect: 'delayed' })).status).toBe(303);
    await c.h.work();
    expect(c.h.takeMessages().filter(({ subject }) => subject.startsWith('Disturbance'))).toEqual([]);
    expect((await c.h.incident()).disturbances?.[0]?.restored).toMatchObject({ at: startedAt + 20 * 60_000, effect: 'delayed' });
  });

  it('is the only one that shows any of this', async () => {
    await c.h.play([exfiltration()]);
    const other = (await c.h.incidents()).find(({ disturbances }) => disturbances === undefined);
    const page = await c.get(`/incidents/${other?.id}`);
    expect(page).not.toContain('Disturbances of services');
    expect(page).not.toContain('/restored');
  });
});
