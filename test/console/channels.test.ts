// Decides whether the console shows which channels are distrusted, and lets anybody of the house distrust one and those who decide trust it again.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeFor } from '#flow/code.ts';
import { reference } from '#core/kernel/ids.ts';
import { exfiltration } from '../flow/raw-events.ts';
import { type Console, openConsole } from './console.ts';

let c: Console;
beforeEach(async () => {
  c = await openConsole();
  c.as('tomke-harms');
});
afterEach(() => c.close());

const turn = (verb: string, channel = 'slack', fields: Readonly<Record<string, string>> = { reason: 'its administrator was phished' }) =>
  c.post(`/channels/${channel}/${verb}`, fields);

describe('a channel', () => {
  it('is distrusted by anybody of the house, with a reason, and the front page says so', async () => {
    expect(await c.get('/')).not.toContain('Nothing goes over');
    expect((await turn('distrust')).status).toBe(303);
    expect(await c.get('/')).toContain('Nothing goes over slack since 2026-11-25T09:00:00Z');
    expect(await c.get('/channels')).toContain('by person:sysop:tomke-harms: its administrator was phished');
    expect((await c.h.world.ledger.entriesOf('channel:slack')).map(({ type }) => type)).toEqual(['ChannelDistrusted']);
  });

  it('is trusted again by those who decide, and by nobody else', async () => {
    await turn('distrust');
    expect((await turn('trust')).status).toBe(409);
    expect(await c.get('/')).toContain('Nothing goes over slack');
    c.as('malik-brandt');
    expect((await turn('trust')).status).toBe(303);
    expect(await c.get('/')).not.toContain('Nothing goes over');
  });

  it('is turned for a reason, by its name, in our own form only', async () => {
    expect((await turn('distrust', 'slack', { reason: ' ' })).status).toBe(409);
    expect((await turn('distrust', 'fax')).status).toBe(404);
    expect((await turn('burn')).status).toBe(404);
    expect((await c.post('/channels/slack/distrust', { reason: 'x' }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await c.ask('/channels', {}, { cookie: '' })).status).toBe(401);
    expect(await c.h.world.ledger.entriesOf('channel:slack')).toEqual([]);
  });
});

it('a code that went by mail opens nothing while the mail is distrusted', async () => {
  await c.h.play([exfiltration()]);
  const incident = await c.h.incident();
  const typed = { reference: reference(incident.id), code: codeFor(c.h.world, incident.id, 'dpo') };
  expect((await c.post('/act', typed)).status).toBe(200);
  await turn('distrust', 'mail');
  expect((await c.post('/act', typed)).status).toBe(403);
});
