// P-13: somebody comes in without the identity provider. It stands in the register before they are in, and the house hears of it aloud.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { personId } from '#core/kernel/ids.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { audit } from '#flow/audit.ts';
import { breakGlass, closeGlass } from '#flow/break-glass.ts';
import { dueDuties } from '#flow/report.ts';
import { serveConsole } from '#local/server.ts';
import { sessionsOf } from '#local/sessions.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { exfiltration } from '../flow/raw-events.ts';
import { openBrowser } from '../local/browser.ts';
import { ask } from '../local/process.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

const by = personId('malik-brandt');
const come = (more: Partial<Parameters<typeof breakGlass>[1]> = {}) =>
  breakGlass(h.world, { by, why: 'Auth0 is in other hands', as: 'arn:aws:iam::111122223333:user/night', ...more });
const chain = () => h.world.ledger.entriesOf('access:malik-brandt');

it('the register holds who, when, why and by which credentials, and everybody who decides is told on every channel', async () => {
  expect(await come()).toEqual({ ok: true, value: 'in' });
  expect(await chain()).toMatchObject([
    {
      type: 'GlassBroken',
      actor: 'person:break-glass:malik-brandt',
      at: '2026-11-25T09:00:00Z',
      data: { reason: 'Auth0 is in other hands', credentials: 'arn:aws:iam::111122223333:user/night' },
    },
  ]);
  await h.work();
  const told = h.takeMessages();
  const to = (channel: string) => [...new Set(told.filter((one) => one.channel === channel).map((one) => one.to))].toSorted();
  expect(to('mail')).toEqual(['greta.vogt@muster.example', 'malik.brandt@muster.example', 'tomke.harms@muster.example']);
  expect(to('slack')).toHaveLength(3);
  for (const { subject, text } of told) {
    expect(subject).toBe('[Art33] Break-glass: Malik Brandt is in the console');
    expect(text).toContain('At 2026-11-25T09:00:00Z Malik Brandt opened the console without the identity provider');
    // Why is a person's own word: it stays in the register.
    expect(text).not.toContain('Auth0');
  }
  expect(await dueDuties(h.world.ledger)).toEqual([]);
  await closeGlass(h.world, by);
  expect((await chain()).map(({ type }) => type)).toEqual(['GlassBroken', 'GlassClosed']);
  expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
});

it('each coming in is told of', async () => {
  await come();
  await h.work();
  const once = h.takeMessages().length;
  await h.fastForward('1h');
  expect(h.takeMessages()).toEqual([]);
  await come();
  await h.work();
  expect(h.takeMessages()).toHaveLength(once);
});

it('nobody is in who is not in the directory, and nothing is written', async () => {
  expect(await come({ by: personId('nobody-known') })).toEqual({ ok: false, error: 'there is nobody of that id in the directory' });
  expect(await h.entries()).toEqual([]);
  expect(await dueDuties(h.world.ledger)).toEqual([]);
});

it('a word that no channel took is tried again, stands among what is due, and the audit finds nothing amiss', async () => {
  h.weather(() => 'again');
  await come();
  await h.work();
  expect((await dueDuties(h.world.ledger)).map(({ subject, recipient }) => [subject, recipient]).toSorted()).toEqual(
    ['incident-lead', 'management', 'sysop'].map((role) => ['access:malik-brandt', role]),
  );
  h.weather(() => undefined);
  await h.fastForward('15m');
  expect(h.takeMessages().length).toBeGreaterThanOrEqual(6);
  h.logged.splice(0);
  await audit(h.world);
  expect(h.logged.filter((line) => line.includes('"ERROR"') || line.includes('error'))).toEqual([]);
});

it('whoever is in acts under that name alone, and only as long as it is open', async () => {
  await h.play([exfiltration()]);
  const { id } = await h.incident();
  let isOpen = true;
  const sessions = sessionsOf(by, () => isOpen);
  const quiet = { count: () => undefined, all: () => ({}) };
  const replay = () => Promise.reject(new Error('nobody asked'));
  const here = await serveConsole({ world: h.world, outbox: h.node.outbox, sessions, counters: quiet, replay, banner: 'Break-glass' }, 0);
  try {
    const browser = await openBrowser(here.port, `/enter?once=${sessions.once}`);
    expect((await ask(here.port, `/enter?once=${sessions.once}`)).status).toBe(401);
    await browser.post('/who', '/who', { person: 'greta-vogt' });
    expect((await browser.post(`/incidents/${id}`, `/incidents/${id}/acknowledge`)).status).toBe(303);
    expect((await h.incident()).ack).toMatchObject({ actor: { by: 'person', person: by } });
    isOpen = false;
    expect((await browser.get('/')).status).toBe(401);
  } finally {
    await here.close();
  }
});
