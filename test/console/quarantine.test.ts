// Decides whether the console shows by source what could not be read, and reads it again for a person, from our own form only.
import { hours, plus } from '#core/kernel/time.ts';
import { audit } from '#flow/audit.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { raw } from '../flow/raw-events.ts';
import { type Console, host, openConsole } from './console.ts';

let c: Console;
beforeEach(async () => {
  c = await openConsole();
  c.as('tomke-harms');
  await c.h.play([raw('fail2ban', 'Ban <b>nothing</b>'), raw('fail2ban', 'Ban of jane@example.com'), raw('auth0', { nothing: 1 })]);
});
afterEach(() => c.close());

describe('what could not be read', () => {
  it('is shown by source: how many, since when and why, nothing of what it says', async () => {
    const shown = await c.get('/signals');
    expect(shown).toMatch(
      /<tr><th scope="row">fail2ban<\/th>\s*<td>2<\/td><td><time datetime="2026-11-25T09:00:00Z".*?<li>.*expected.*\(2\)<\/li>/s,
    );
    expect(shown).toMatch(/<tr><th scope="row">auth0<\/th>\s*<td>1<\/td>/);
    expect(shown).toContain('name="source" value="fail2ban"');
    expect(shown).not.toMatch(/jane|<b>/);
  });

  it('stands beside when its source was last heard of, and how often that is expected', async () => {
    const settings = { zone: 'UTC', owner: 'sysop', firstConnection: 'live', expectEvery: hours(6) } as const;
    c.h.configure((configuration) => ({ ...configuration, sources: new Map([['fail2ban', settings]]) }));
    expect(await c.get('/signals')).toMatch(/fail2ban<\/th><td><time datetime="2026-11-25T09:00:00Z".*?expected every 6 h/s);
    c.h.clock.set(plus(c.h.clock.now(), hours(7)));
    await audit(c.h.world);
    await c.h.work();
    expect(await c.get('/due')).toContain('<a href="/signals">source fail2ban</a>');
  });

  it('is read again, and its page says what became of it', async () => {
    const { ledger } = c.h.world;
    const answer = await c.post('/quarantine/replay', { source: 'fail2ban' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Read 0: 0 part of an incident, 0 nothing bad, 0 seen before. Still unreadable: 2.');
    expect(await ledger.quarantined(9)).toHaveLength(3);
    expect(c.h.logged.join('')).toContain('quarantine-replayed');
    expect(await (await c.post('/quarantine/replay', { source: 'nobody' })).text()).toContain('Still unreadable: 0.');
  });

  it('is read again from no other page, and without the form’s token by nobody', async () => {
    expect((await c.post('/quarantine/replay', { source: 'fail2ban' }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await c.post('/quarantine/replay', { source: 'fail2ban', token: 'x' })).status).toBe(403);
    expect((await c.ask('/quarantine/replay', { method: 'POST' }, { origin: `http://${host}`, cookie: '' })).status).toBe(401);
    expect(c.h.logged.join('')).not.toContain('quarantine-replayed');
  });
});

describe('one of them', () => {
  const looked = async () =>
    (await c.h.world.ledger.entriesOf('source:fail2ban')).map(({ type, actor, data }) => [type, actor, data['reason']]);
  const id = async (): Promise<string> => {
    const [receipt] = (await c.h.world.ledger.quarantined(9, 'fail2ban')).filter(({ rawRef }) => rawRef !== '');
    return `fail2ban/${receipt?.delivery}`;
  };

  it('is shown to a person who says why, harmless, and the register keeps the look', async () => {
    const event = await id();
    expect(await c.get('/signals')).toContain(`/quarantine/look?id=${encodeURIComponent(event)}`);
    const asked = await c.get(`/quarantine/look?id=${encodeURIComponent(event)}`);
    expect(asked).toContain('Why do you look at it?');
    expect(asked).not.toMatch(/jane|nothing/);
    expect(await looked()).toEqual([]);
    const shown = await (await c.post('/quarantine/look', { id: event, reason: 'to mend the mapping' })).text();
    expect(shown).toMatch(/jane@example\.com|&lt;b&gt;nothing&lt;\/b&gt;/);
    expect(shown).not.toContain('<b>nothing');
    expect(await looked()).toEqual([['RawEventViewed', 'person:sysop:tomke-harms', 'to mend the mapping']]);
  });

  it('is shown for no reason to nobody, from no other page, and where it is none', async () => {
    const event = await id();
    const refused = await c.post('/quarantine/look', { id: event, reason: ' ' });
    expect(refused.status).toBe(409);
    expect(await refused.text()).not.toMatch(/jane|nothing/);
    expect((await c.post('/quarantine/look', { id: event, reason: 'x' }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await c.post('/quarantine/look', { id: 'fail2ban/none', reason: 'x' })).status).toBe(404);
    expect(await looked()).toEqual([]);
  });

  it('is not shown where the console may not read it', async () => {
    c.close();
    c = await openConsole({ reports: false });
    c.as('tomke-harms');
    await c.h.play([raw('fail2ban', 'Ban of jane@example.com')]);
    expect((await c.ask(`/quarantine/look?id=${encodeURIComponent(await id())}`)).status).toBe(404);
    expect(await c.get('/signals')).not.toContain('/quarantine/look');
  });
});
