// Decides whether a real fail2ban with the shipped action reaches the door: every ban once, also when the door is away.
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail2ban } from '#core/signal/sources/fail2ban.ts';
import { instantOf } from '#core/kernel/time.ts';
import { askRunning } from '#local/ask.ts';
import { signedBy } from '#core/signal/signature.ts';
import { openHttpSink } from '#test/sinks/http.ts';
import { type Running, ask, cleanUp, cli, freshFolder, start } from '#test/local/process.ts';
import {
  client,
  deny,
  endFail2ban,
  guess,
  prepareFail2ban,
  serverLog,
  spoolScript,
  spooled,
  startFail2ban,
  writeKey,
} from './real-fail2ban.ts';

type State = {
  readonly signals: { readonly accepted: number; readonly rejected: number; readonly duplicates: number };
  readonly incidents: readonly { readonly rules: readonly string[]; readonly controllers: readonly string[] }[];
};

const patience = { timeout: 20_000, interval: 100 };
const host = freshFolder();
const config = join(freshFolder(), 'config');
const data = freshFolder();
let art33: Running;
let port = 0;
let server: Awaited<ReturnType<typeof startFail2ban>>;

const startArt33 = async (): Promise<void> => {
  art33 = start(['--config', config, '--data', data, '--port', String(port)]);
  port = Number((await art33.said(/http:\/\/localhost:(\d+)\/enter/))[1]);
};
const tokens = (): Readonly<Record<string, string>> => JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')).tokens;
const state = (): Promise<State> => askRunning<State>(join(data, 'sock'), { path: '/state' });
const signals = async () => (await state()).signals;
const send = async (source: string, body: string): Promise<number> =>
  (await ask(port, `/signals/${source}`, { method: 'POST', headers: { authorization: `Bearer ${tokens()[source]}` }, body })).status;

const facts = (text: string) => {
  const read = fail2ban.read({ text }, { received: instantOf(Date.now()) });
  return read.ok ? read.value : undefined;
};

/** A login as Auth0 tells it, now. */
const login = (from: string): string => {
  const [first = ''] = readFileSync('events/demo/20-auth0.jsonl', 'utf8').split('\n');
  const event = JSON.parse(first);
  return JSON.stringify({ ...event, data: { ...event.data, date: new Date().toISOString(), ip: from } });
};

beforeAll(async () => {
  expect(await cli(['init', config])).toMatchObject({ code: 0 });
  await startArt33();
  prepareFail2ban(host);
  writeKey(host, { port, token: tokens()['fail2ban'] ?? '' });
  server = await startFail2ban(host);
});
afterAll(async () => {
  endFail2ban();
  // The folder goes with it, and with the folder what still delivers from it.
  await cleanUp();
});

describe('a ban of a real fail2ban', () => {
  it('arrives, is assessed, and counts: a login from that address is a breach', async () => {
    guess(host, '203.0.113.7', 'admin');
    await expect.poll(signals, patience).toEqual({ accepted: 1, rejected: 0, duplicates: 0 });
    expect(await send('auth0', login('203.0.113.7'))).toBe(202);
    await expect.poll(async () => (await state()).incidents.map((one) => one.rules), patience).toEqual([['ban_then_login']]);
    await expect.poll(() => spooled(host), patience).toEqual([]);
  });

  it('arrives from a jail whose filter knows no user', async () => {
    const before = await signals();
    deny(host, '198.51.100.23');
    await expect.poll(signals, patience).toEqual({ ...before, accepted: before.accepted + 1 });
    expect(serverLog(host)).toContain('[web] Ban 198.51.100.23');
  });

  it('leaves nothing that others may read, and its key neither in the log nor among the words of a process', () => {
    expect(statSync(join(host, 'spool')).mode & 0o077).toBe(0);
    expect(serverLog(host)).not.toContain(tokens()['fail2ban']);
    expect(serverLog(host)).not.toMatch(/fail2ban\.(?:actions|utils) .*(?:ERROR|WARNING)/);
  });
});

describe('bans while the door is away', () => {
  const names = ['a"b$(touch pwned)\u00fc', String.raw`x\n&ip=198.51.100.9&restored=1`, "o'brien<x>`id`;", 'from 198.51.100.1 port 1'];

  it('are kept, whatever was typed as a user name', async () => {
    art33.kill('SIGKILL');
    await art33.ended;
    for (const [i, name] of names.entries()) guess(host, `2001:db8::${i + 1}`, name);
    await expect.poll(() => spooled(host).length, patience).toBe(names.length);
    const read = spooled(host).map((text) => facts(text));
    expect(read.map((one) => one?.src?.ip).toSorted()).toEqual(['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8::4']);
    expect(read.map((one) => one?.actor?.name).toSorted()).toEqual(names.toSorted());
    expect(read.map((one) => one?.marks)).toEqual(names.map(() => []));
  });

  it('arrive once each when it is back', async () => {
    await startArt33();
    const before = await signals();
    await expect.poll(() => spooled(host), { ...patience, timeout: 40_000 }).toEqual([]);
    await expect.poll(signals, patience).toEqual({ ...before, accepted: 3 + names.length });
  });

  it('are told again as old ones after fail2ban started anew, and alarm nobody', async () => {
    const before = await state();
    await server.stop();
    server = await startFail2ban(host);
    // Six addresses are banned; each is restored.
    await expect.poll(signals, patience).toEqual({ ...before.signals, accepted: before.signals.accepted + 6 });
    expect(serverLog(host).match(/Restore Ban/g)).toHaveLength(6);
    expect((await state()).incidents).toEqual(before.incidents);
  });
});

describe('what a machine left behind when it went down', () => {
  it('goes out when fail2ban starts, without a new ban', async () => {
    await client(host, 'unban', '--all');
    await server.stop();
    const before = await signals();
    writeFileSync(join(host, 'spool/1.form'), 'action=ban&jail=sshd&ip=203.0.113.200&time=1795830000');
    server = await startFail2ban(host);
    await expect.poll(signals, patience).toEqual({ ...before, accepted: before.accepted + 1 });
    await expect.poll(() => spooled(host), patience).toEqual([]);
  });
});

describe('the log of a real fail2ban', () => {
  it('is read line for line; sent again it changes nothing', async () => {
    const text = serverLog(host);
    const banned = text
      .split('\n')
      .flatMap((line) => (facts(line)?.kind === 'net.ban' && !facts(line)?.marks.includes('restored') ? line : []));
    expect(banned).toHaveLength(6);
    const lines = text.split('\n').filter((line) => line.trim() !== '').length;
    const before = await signals();
    const seen = async () => {
      const now = await signals();
      return now.accepted + now.duplicates - before.accepted - before.duplicates;
    };
    expect(await send('fail2ban', text)).toBe(202);
    await expect.poll(seen, patience).toBe(lines);
    const once = await signals();
    expect(await send('fail2ban', text)).toBe(202);
    await expect.poll(seen, patience).toBe(2 * lines);
    expect(await signals()).toEqual({ accepted: once.accepted, rejected: 0, duplicates: once.duplicates + lines });
  });
});

describe('the spool script', () => {
  const call = (folder: string, more: { readonly env?: NodeJS.ProcessEnv }, ...words: readonly string[]) =>
    spawnSync(spoolScript, [join(folder, 'spool'), join(folder, 'key'), ...words], { encoding: 'utf8', ...more });

  it('keeps a line break inside its field', () => {
    const folder = freshFolder();
    expect(call(folder, {}, 'jail=sshd', 'ip=203.0.113.5', 'user=x\nrestored=1&ip=198.51.100.9').status).toBe(1);
    expect(spooled(folder).map((text) => Object.fromEntries(new URLSearchParams(text)))).toEqual([
      { action: 'ban', jail: 'sshd', ip: '203.0.113.5', user: 'x\nrestored=1&ip=198.51.100.9' },
    ]);
  });

  it.each([
    ['of the usual length', 'cpG6x36-_6tokenOfTheSource'],
    ['of just one block', '6'.repeat(64)],
    ['of more than one block', `${'k'.repeat(64)}6`],
    ['with everything in it', String.raw`a\\6 "$HOME" %s $(id) \0 'x' = ü`],
  ])('signs what it sends, with a secret %s', async (_title, secret) => {
    const sink = await openHttpSink(() => ({ status: 202, body: '' }));
    const folder = freshFolder();
    writeKey(folder, { port: Number(new URL(sink.url).port), token: secret });
    expect(call(folder, {}, 'ip=203.0.113.5', 'user=ü%').status).toBe(0);
    await expect.poll(() => sink.requests.length, patience).toBe(1);
    const [{ headers, body }] = sink.requests as [(typeof sink.requests)[number]];
    const signature = { timestamp: headers['art33-timestamp'] ?? '', signature: headers['art33-signature'] ?? '' };
    expect(signedBy([secret], signature, { body: Buffer.from(body), now: instantOf(Date.now()) })).toMatchObject({ late: false });
    expect(headers['authorization']).toBeUndefined();
    await sink.close();
  });

  it('shows its secret to nobody who lists processes', async () => {
    const folder = freshFolder();
    const seen = join(folder, 'seen');
    for (const name of ['curl', 'sha256sum', 'od', 'tr', 'cut', 'head', 'sed', 'cat']) {
      const real = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
      writeFileSync(join(folder, name), `#!/bin/sh\n{ echo "$0 $@"; env; } >>${seen}\nexec ${real} "$@"\n`, { mode: 0o755 });
    }
    const sink = await openHttpSink(() => ({ status: 202, body: '' }));
    writeKey(folder, { port: Number(new URL(sink.url).port), token: 'the-secret-of-the-source' });
    call(folder, { env: { PATH: `${folder}:${process.env['PATH']}` } }, 'ip=203.0.113.5');
    await expect.poll(() => sink.requests.length, patience).toBe(1);
    expect(readFileSync(seen, 'utf8')).toContain('sha256sum');
    expect(readFileSync(seen, 'utf8')).not.toContain('the-secret');
    await sink.close();
  });

  it('keeps the ban and says what is wrong when the key is missing or open to others', () => {
    const folder = freshFolder();
    const without = call(folder, {}, 'jail=sshd', 'ip=203.0.113.5');
    expect(without.status).toBe(1);
    expect(without.stderr).toContain("key is not there or can't be read");
    writeKey(folder, { port: 9, token: 'x' });
    chmodSync(join(folder, 'key'), 0o644);
    const open = call(folder, {}, 'jail=sshd', 'ip=203.0.113.6');
    expect(open.status).toBe(1);
    expect(open.stderr).toContain('chmod 600');
    writeFileSync(join(folder, 'key'), 'url=http://localhost:9/\n');
    chmodSync(join(folder, 'key'), 0o600);
    expect(call(folder, {}, 'jail=sshd', 'ip=203.0.113.7').stderr).toContain('key=… is missing');
    expect(spooled(folder)).toHaveLength(3);
  });

  it('tells the system log once that it can’t deliver, without key or value', async () => {
    const folder = freshFolder();
    const told = join(folder, 'told');
    writeFileSync(join(folder, 'logger'), `#!/bin/sh\necho "$@" >>${told}\n`, { mode: 0o755 });
    writeKey(folder, { port: 9, token: 'the-token' });
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    expect(call(folder, { env }, 'jail=sshd', 'ip=203.0.113.5').status).toBe(0);
    expect(call(folder, { env }, 'jail=sshd', 'ip=203.0.113.6').status).toBe(0);
    await expect.poll(() => existsSync(told) && readFileSync(told, 'utf8'), patience).toContain('not delivered (HTTP 000)');
    expect(readFileSync(told, 'utf8')).not.toMatch(/the-token|203\.0\.113/);
    expect(readFileSync(told, 'utf8').trim().split('\n')).toHaveLength(1);
    expect(spooled(folder)).toHaveLength(2);
    for (const name of readdirSync(join(folder, 'spool'))) expect(statSync(join(folder, 'spool', name)).mode & 0o077, name).toBe(0);
  });

  it('says how it is used', () => {
    expect(spawnSync(spoolScript, ['x'], { encoding: 'utf8' })).toMatchObject({
      status: 2,
      stderr: 'art33-spool: use: art33-spool SPOOL KEY [NAME=VALUE…]\n',
    });
  });
});
