// Decides whether the running process does what the start promises: console behind its link, doors with their tokens, acts that go out.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askRunning } from '#local/ask.ts';
import { readable } from '#console/letter.ts';
import { signatureOf } from '#core/signal/signature.ts';
import { type Browser, form, openBrowser } from './browser.ts';
import { type Running, ask, askUntil, cleanUp, cli, freshFolder, root, start } from './process.ts';

type Message = {
  readonly channel: string;
  readonly to: string;
  readonly subject: string;
  readonly incident: string;
  readonly file: string;
};
type State = {
  readonly signals: { readonly accepted: number; readonly rejected: number; readonly duplicates: number };
  readonly incidents: readonly {
    readonly id: string;
    readonly title: string;
    readonly controllers: readonly string[];
    readonly state: string;
  }[];
  readonly duties: readonly { readonly kind: string; readonly state: string }[];
  readonly messages: readonly Message[];
};

const link = /http:\/\/localhost:(\d+)(\/enter\?once=\S+)/;
const data = freshFolder();
let running: Running;
let port = 0;
let browser: Browser;
const state = (): Promise<State> => askRunning<State>(join(data, 'sock'), { path: '/state' });

const begin = async (): Promise<void> => {
  running = start(['--data', data, '--port', '0']);
  const [, at, path] = await running.said(link);
  port = Number(at);
  browser = await openBrowser(port, path ?? '');
};

beforeAll(async () => {
  await begin();
  await browser.post('/who', '/who', { person: 'malik-brandt' });
  await askUntil(state, (s) => s.incidents.length === 2 && s.messages.length === 18);
});
afterAll(cleanUp);

const incident = async (controllers: number): Promise<State['incidents'][number]> => {
  const found = (await state()).incidents.find((one) => one.controllers.length === controllers);
  if (!found) throw new Error('no such incident');
  return found;
};

describe('what lies in the data folder', () => {
  it('is its owner’s alone', () => {
    for (const file of ['secrets.json', 'art33.db', 'sock', 'lock']) expect(statSync(join(data, file)).mode & 0o077, file).toBe(0);
  });
});

describe('the console', () => {
  it('lets nobody in without the link', async () => {
    expect((await ask(port, '/')).status).toBe(401);
  });

  it('opens one browser with its link, no second', async () => {
    const [, , path] = await running.said(link);
    expect((await ask(port, path ?? '')).status).toBe(401);
    expect((await ask(port, '/enter?once=guess')).status).toBe(401);
  });

  it('serves no other host', async () => {
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1']) {
      expect((await ask(port, '/', { headers: { host, cookie: browser.cookie } })).status).toBe(421);
      expect((await ask(port, '/signals/auth0', { method: 'POST', headers: { host } })).status).toBe(421);
    }
    expect((await ask(port, '/', { headers: { host: `127.0.0.1:${port}`, cookie: browser.cookie } })).status).toBe(200);
  });

  it('takes no form without its token or from another origin', async () => {
    const { id } = await incident(3);
    const token = await browser.tokenOn(`/incidents/${id}`);
    const post = async (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) => {
      const sent = form(fields);
      return (
        await ask(port, `/incidents/${id}/release`, {
          method: 'POST',
          headers: { ...sent.headers, cookie: browser.cookie, ...headers },
          body: sent.body,
        })
      ).status;
    };
    expect(await post({}, { origin: `http://localhost:${port}` })).toBe(403);
    expect(await post({ token: `${token}x` }, { origin: `http://localhost:${port}` })).toBe(403);
    expect(await post({ token }, {})).toBe(403);
    expect(await post({ token }, { origin: 'http://evil.example' })).toBe(403);
    expect((await state()).messages.filter((m) => m.subject.startsWith('Noti'))).toEqual([]);
  });

  it('releases one mail to each controller, each naming only that controller', async () => {
    const { id } = await incident(3);
    const released = await browser.post(`/incidents/${id}`, `/incidents/${id}/release`);
    expect(released.status).toBe(303);
    const { messages } = await askUntil(state, (s) => s.messages.filter((m) => m.subject.startsWith('Notice')).length === 3);
    const names = ['Museumsladen Nord', 'Klinikportal Elbe', 'Travel Club Baltic'];
    const texts = messages.filter((m) => m.subject.startsWith('Notice')).map((m) => readable(readFileSync(m.file)));
    expect(texts.map((text) => names.filter((name) => text.includes(name))).toSorted()).toEqual(names.map((name) => [name]).toSorted());
    expect(new Set(messages.filter((m) => m.subject.startsWith('Notice')).map((m) => m.to)).size).toBe(3);
  });

  it('confirms with since and how, and the notices then bear the name of Art. 33(2)', async () => {
    const { id } = await incident(1);
    const confirmed = await browser.post(`/incidents/${id}`, `/incidents/${id}/confirm`, {
      since: new Date().toISOString().slice(0, 16),
      how: 'seen in the log',
    });
    expect(confirmed.status).toBe(303);
    const { messages } = await askUntil(state, (s) => s.messages.some((m) => m.incident === id && m.subject.includes('Art. 33(2)')));
    expect(messages.filter((m) => m.incident === id && m.subject.includes('Art. 33(2)')).map((m) => m.to)).toEqual([
      'datenschutz@museum-shop.example',
    ]);
  });

  it('shows every page, and each message of the outbox as it leaves', async () => {
    for (const page of ['/', '/due', '/outbox', '/signals', '/register', '/who', '/act', '/style.css', '/live.js'])
      expect((await browser.get(page)).status, page).toBe(200);
    const outbox = (await browser.get('/outbox')).text;
    const [, file] = /href="(\/outbox\/[^"]+)"/.exec(outbox) ?? [];
    expect((await browser.get(file ?? '')).status).toBe(200);
    expect((await browser.get('/outbox/..%2f..%2fsecrets.json')).status).toBe(404);
    expect((await browser.get('/nowhere')).status).toBe(404);
    expect((await browser.post('/register', '/register/verify')).text).toContain('Self-consistent');
  });

  it('shows no name or address of any event on any page', async () => {
    const pages = ['/', '/due', '/outbox', '/signals', '/register', ...(await state()).incidents.map((one) => `/incidents/${one.id}`)];
    for (const page of pages) expect((await browser.get(page)).text).not.toMatch(/example\.org|203\.0\.113|198\.51\.100|192\.0\.2/);
  });
});

describe('the door for signals', () => {
  const token = (source: string): string =>
    (JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as { tokens: Record<string, string> }).tokens[source] ?? '';
  const send = (
    source: string,
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>> = { authorization: `Bearer ${token(source)}` },
  ) => ask(port, `/signals/${source}`, { method: 'POST', headers, body });
  const line = '2026-03-14 11:02:41,173 fail2ban.actions [812]: NOTICE [sshd] Ban 192.0.2.210\n';

  it('takes a log line with the source’s token and says how much it stored', async () => {
    const before = (await state()).signals.accepted;
    const answer = await send('fail2ban', line);
    expect(answer.status).toBe(202);
    expect(JSON.parse(answer.text)).toMatchObject({ stored: 1, quarantined: 0 });
    await askUntil(state, (s) => s.signals.accepted === before + 1);
    expect((await send('fail2ban', line, { authorization: token('fail2ban') })).status).toBe(202);
    await askUntil(state, (s) => s.signals.duplicates > 0);
  });

  it('turns a wrong or missing token, another source’s token and a browser away, with no effect but a count', async () => {
    const before = await state();
    expect((await send('auth0', '[]', {})).status).toBe(401);
    expect((await send('auth0', '[]', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await send('auth0', '[]', { authorization: `Bearer ${token('guardduty')}` })).status).toBe(401);
    expect((await send('auth0', '[]', { authorization: `Bearer ${token('auth0')}`, origin: 'http://evil.example' })).status).toBe(401);
    expect(await state()).toEqual(before);
    expect((await browser.get('/signals')).text).toContain('auth0: wrong or missing credential: 4');
  });

  it('takes a signed delivery, packed, and its copy as the same', async () => {
    const before = (await state()).signals;
    const packed = gzipSync('2026-03-14 11:02:42,173 fail2ban.actions [812]: NOTICE [sshd] Ban 192.0.2.211\n');
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = `v1=${signatureOf(token('fail2ban'), timestamp, packed)}`;
    const headers = { 'art33-timestamp': timestamp, 'art33-signature': signature, 'content-encoding': 'gzip' };
    for (let i = 0; i < 2; i += 1) expect((await send('fail2ban', packed, headers)).status).toBe(202);
    await askUntil(state, (s) => s.signals.accepted === before.accepted + 1);
    expect((await state()).signals.duplicates).toBe(before.duplicates);
  });

  it('takes a second token as soon as the file has it', async () => {
    const file = join(data, 'secrets.json');
    const secrets = JSON.parse(readFileSync(file, 'utf8')) as { tokens: Record<string, string | string[]> };
    const next = 'the-next-token-of-sshd';
    expect((await send('sshd', line, { authorization: next })).status).toBe(401);
    writeFileSync(file, JSON.stringify({ ...secrets, tokens: { ...secrets.tokens, sshd: [token('sshd'), next] } }), { mode: 0o600 });
    for (const authorization of [secrets.tokens['sshd'] as string, next])
      expect((await send('sshd', line, { authorization })).status).toBe(202);
  });

  it('answers 413 over its limit, whether or not the length was said', async () => {
    const large = new Uint8Array(1_048_577).fill(120);
    const answer = await send('auth0', large).catch(() => ({ status: 413 }));
    expect(answer.status).toBe(413);
    const chunked = await send('auth0', large, { authorization: `Bearer ${token('auth0')}`, 'transfer-encoding': 'chunked' }).catch(() => ({
      status: 413,
    }));
    expect(chunked.status).toBe(413);
  });

  it('keeps what it can’t read with the reason, and reads the rest of the batch', async () => {
    const before = (await state()).signals;
    const batch = JSON.stringify([
      { log_id: 'b1', data: { type: 's', date: '2026-03-14T12:00:00.000Z', ip: '192.0.2.9', log_id: 'b1' } },
      { log_id: 'b2', data: { type: 's', date: 'yesterday', ip: '192.0.2.9', log_id: 'b2' } },
      { log_id: 'b3', data: { type: 's', date: '2026-03-14T12:00:02.000Z', ip: '192.0.2.9', log_id: 'b3' } },
    ]);
    expect((await send('auth0', batch)).status).toBe(202);
    const { signals } = await askUntil(state, (s) => s.signals.accepted === before.accepted + 2);
    expect(signals.rejected).toBe(before.rejected + 1);
    expect((await browser.get('/signals')).text).toMatch(/date: expected/);
  });
});

describe('the command line beside the running process', () => {
  it('sends a file to it, and lists what is owed', async () => {
    const before = (await state()).signals;
    const sent = await cli(['send', join(root, 'events/fail2ban/v1.1.log'), '--data', data, '--json']);
    expect(sent).toMatchObject({ code: 0 });
    const { stored } = JSON.parse(sent.stdout) as { stored: number };
    await askUntil(
      state,
      (s) =>
        s.signals.accepted + s.signals.rejected + s.signals.duplicates === before.accepted + before.rejected + before.duplicates + stored,
    );
    const due = await cli(['due', '--data', data, '--json']);
    const lines = due.stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { dueAt: string; state: string });
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.map((one) => one.dueAt)).toEqual(lines.map((one) => one.dueAt).toSorted());
  });

  it('sends through the door with --to', async () => {
    const sent = await cli([
      'send',
      join(root, 'events/auth0/management-api.json'),
      '--to',
      `http://localhost:${port}`,
      '--data',
      data,
      '--json',
    ]);
    expect(sent).toMatchObject({ code: 0, stdout: '{"stored":1}\n' });
  });

  it('verifies the register of the running process', async () => {
    const verified = await cli(['register', 'verify', '--data', data, '--json']);
    expect(verified.code).toBe(3);
    expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: 'self-consistent' });
  });
});

describe('a second start', () => {
  it('on the same folder is refused in one line', async () => {
    const second = await start(['--data', data, '--port', '0']).ended;
    expect(second.code).toBe(1);
    expect(
      second.stderr
        .trim()
        .split('\n')
        .filter((one) => !one.startsWith('warning:')),
    ).toEqual([`${data} is in use by a running Art33. Stop it, or give this one another folder: --data DIR.`]);
  });

  it('on the same port is refused in one line', async () => {
    const second = await start(['--data', freshFolder(), '--port', String(port)]).ended;
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(new RegExp(`port ${port} is taken`));
  });

  it('after kill -9 goes on: nothing lost, nothing repeated', async () => {
    const before = await state();
    running.kill('SIGKILL');
    await running.ended;
    await begin();
    expect(await state()).toEqual(before);
    running.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0 });
  });
});
