// Decides whether a start under one's own configuration keeps to it: empty, refused when wrong, the old one kept when reloading (D-28).
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { initConfiguration } from '#adapters/config/init.ts';
import { filesIn, identifiersIn, mark, poisonFile } from '../flow/planted.ts';
import { demoDir } from '../flow/raw-events.ts';
import { command, once as runOnce } from '../bin/in-process.ts';
import { type Ended, ask, cleanUp, freshFolder, start } from './process.ts';

afterAll(cleanUp);

const ownConfiguration = async (): Promise<string> => {
  const dir = join(freshFolder(), 'own');
  expect(await initConfiguration(dir)).toMatchObject({ ok: true });
  return dir;
};

/** A port that was free just now. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const edit = (file: string, change: (text: string) => string): void => writeFileSync(file, change(readFileSync(file, 'utf8')));
const withoutWarnings = (stderr: string): readonly string[] =>
  stderr
    .trim()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('warning:'));

type State = {
  readonly signals: { readonly accepted: number };
  readonly incidents: readonly unknown[];
  readonly messages: readonly { readonly subject: string; readonly file: string; readonly channel: string }[];
};
const withState = (ended: Ended) => ({ ...ended, state: ended.code === 0 ? (JSON.parse(ended.stdout) as State) : undefined });
const once = async (settings: Parameters<typeof runOnce>[0]) => withState(await runOnce(settings));

describe('a start under one’s own configuration', () => {
  it('begins empty, and plays only what --events names', async () => {
    const dir = await ownConfiguration();
    const data = freshFolder();
    expect(withState(await start(['--once', '--json', '--config', dir, '--data', data]).ended).state).toEqual({
      signals: { accepted: 0, rejected: 0, duplicates: 0 },
      incidents: [],
      duties: [],
      messages: [],
    });
    const words = ['--config', dir, '--data', data, '--events', join(demoDir, '10-fail2ban.log'), join(demoDir, '20-auth0.jsonl')];
    const played = withState(await start(['--once', '--json', ...words]).ended);
    expect(played.state?.incidents).toHaveLength(1);
  });

  it('is refused with file, line and field when a file is wrong, all wrongs at once', async () => {
    const dir = await ownConfiguration();
    edit(join(dir, 'policy.yml'), (text) => text.replace('assessWithin: 4h', 'assessWithin: soon'));
    edit(join(dir, 'directory/roles.yml'), (text) => text.replace('sysop: [tomke-harms]', 'sysop: [nobody-here]'));
    edit(join(dir, 'sources.yml'), (text) => `${text}macie: { zone: UTC }\nfail2bann: { allow: [192.0.2.0/24] }\n`);
    const data = freshFolder();
    const ended = withState(await start(['--once', '--json', '--config', dir, '--data', data]).ended);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(/policy\.yml:\d+ assessWithin: /);
    expect(ended.stderr).toMatch(/roles\.yml:\d+ sysop/);
    // Macie is a source by mapping; a misspelt one would leave its door open to every network.
    expect(ended.stderr).toMatch(/sources\.yml:\d+ fail2bann: no such source; did you mean fail2ban\?/);
    expect(ended.stderr).not.toContain('macie');
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  it('is refused when the folder does not exist, with the way to make one', async () => {
    const ended = await once({ config: join(freshFolder(), 'none') });
    expect(ended.code).toBe(1);
    expect(withoutWarnings(ended.stderr)).toHaveLength(1);
    expect(ended.stderr).toContain('init');
  });

  it('is refused when mail is to be sent and nobody said from whom, naming all three', async () => {
    const dir = await ownConfiguration();
    edit(join(dir, 'processing.yml'), (text) => text.replace(/^smtp:[\s\S]*?(?=^slack:)/m, ''));
    const ended = await once({ config: dir, data: freshFolder(), environment: { SMTP_URL: 'smtp://127.0.0.1:1' } });
    expect(ended.code).toBe(1);
    for (const named of ['notice.from', 'notice.replyTo', 'processing.yml']) expect(ended.stderr).toContain(named);
  });

  it('refuses the demo’s store, and the demo refuses its', async () => {
    const dir = await ownConfiguration();
    const [demo, own] = [freshFolder(), freshFolder()];
    expect((await once({ data: demo, events: [join(demoDir, '10-fail2ban.log')] })).code).toBe(0);
    expect((await once({ config: dir, data: own })).code).toBe(0);
    const [intoDemo, intoOwn] = [await once({ config: dir, data: demo }), await once({ data: own })];
    for (const ended of [intoDemo, intoOwn]) {
      expect(ended.code).toBe(1);
      expect(withoutWarnings(ended.stderr)).toHaveLength(1);
    }
    expect(intoDemo.stderr).toContain('invented');
    expect(intoOwn.stderr).toContain('real incidents');
  });
});

describe('a configuration changed while Art33 runs', () => {
  it('comes into force when it is right, and changes nothing when it is wrong', async () => {
    const dir = await ownConfiguration();
    const data = freshFolder();
    const running = start(['--config', dir, '--data', data, '--port', '0'], {});
    await running.said(/Stop with Ctrl-C/);
    const operator = join(dir, 'directory/operator.yml');
    const right = readFileSync(operator, 'utf8');
    writeFileSync(operator, right.replace('zone: Europe/Berlin', 'zone: Europe/Nowhere'));
    const [refused] = await running.said(/NOT reloaded; the old one stays in force:\n.*operator\.yml:\d+ zone: .*\n/, 'stderr');
    expect(refused).toContain('operator.yml');
    writeFileSync(operator, right.replace('Muster Messaging GmbH', 'Muster Messaging AG'));
    await running.said(/configuration reloaded\n/, 'stderr');
    running.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0 });
  });
});

describe('the demo', () => {
  it('stays in its outbox whatever the surroundings say', async () => {
    const env = { SMTP_URL: 'smtp://127.0.0.1:1', SLACK_WEBHOOK_URL: 'https://127.0.0.1:1/x', JIRA_URL: 'https://127.0.0.1:1' };
    const { state, code } = withState(await start(['--once', '--json', '--data', freshFolder()], { env }).ended);
    expect(code).toBe(0);
    expect(state?.messages).toHaveLength(18);
  });

  it('does what D-5 says when its clock is moved on and nobody answers', async () => {
    const data = freshFolder();
    await once({ data });
    const { state } = withState(await start(['--once', '--json', '--data', data, '--later', '25h']).ended);
    expect(state?.messages.filter((m) => m.subject.startsWith('Notice of a suspected breach'))).toHaveLength(3);
  });

  it('with a mark in every field shows it in no message, line of the log or answer', async () => {
    const events = freshFolder();
    const texts = filesIn(demoDir).map((file, i) => {
      const text = poisonFile(file);
      writeFileSync(join(events, file.split('/').at(-1) ?? String(i)), text);
      return text;
    });
    const data = freshFolder();
    const ended = await once({ data, events: [events], environment: { ART33_LOG: 'info' } });
    expect(ended.state?.incidents).toHaveLength(2);
    expect(ended.stderr).toContain('"event":"duty-turn"');
    const verified = join(events, 'register.jsonl');
    expect(await command(['register', 'export', '--out', verified, '--data', data])).toMatchObject({ code: 0 });
    const files = (ended.state?.messages ?? []).map((message) => readFileSync(message.file, 'utf8'));
    expect(files).toHaveLength(18);
    const said = [ended.stdout, ended.stderr, readFileSync(verified, 'utf8'), ...files].join('\n').toLowerCase();
    const secrets = [mark, ...texts.flatMap(identifiersIn)].map((secret) => secret.toLowerCase());
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  });
});

describe('the listener in the open', () => {
  it('serves doors and the officer’s page, and never the console', async () => {
    const port = await freePort();
    const running = start(['--data', freshFolder(), '--port', '0'], { env: { ART33_PUBLIC: `127.0.0.1:${port}` } });
    const [, , path] = await running.said(/http:\/\/localhost:(\d+)(\/enter\?once=\S+)/);
    for (const closed of ['/', path ?? '', '/incidents/x', '/outbox', '/register', '/who'])
      expect((await ask(port, closed)).status, closed).toBe(404);
    expect((await ask(port, '/act')).status).toBe(200);
    expect((await ask(port, '/signals/auth0', { method: 'POST' })).status).toBe(401);
    running.kill('SIGTERM');
    await running.ended;
  });

  it('lets a source deliver from its networks alone, as the named proxy says where it is called from', async () => {
    const dir = await ownConfiguration();
    edit(join(dir, 'sources.yml'), (text) => `${text}auth0: { allow: [203.0.113.0/24] }\n`);
    const [data, port] = [freshFolder(), await freePort()];
    const env = { ART33_PUBLIC: `127.0.0.1:${port}`, ART33_PROXY: '127.0.0.1' };
    const running = start(['--config', dir, '--data', data, '--port', '0'], { env });
    await running.said(/http:\/\/localhost:(\d+)(\/enter\?once=\S+)/);
    const { tokens } = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as { tokens: Record<string, string> };
    const send = async (source: string, forwarded?: string): Promise<number> => {
      const headers = { authorization: tokens[source] ?? '', ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }) };
      return (await ask(port, `/signals/${source}`, { method: 'POST', headers, body: '{}' })).status;
    };
    expect([await send('auth0'), await send('auth0', '198.51.100.1'), await send('auth0', '203.0.113.1')]).toEqual([401, 401, 202]);
    expect(await send('auth0', '203.0.113.1, 198.51.100.1')).toBe(401);
    expect(await send('sshd')).toBe(202);
    running.kill('SIGTERM');
    await running.ended;
  });

  it('is not opened when the proxy is no address', async () => {
    const ended = await start(['--data', freshFolder(), '--port', '0'], { env: { ART33_PROXY: 'proxy.example.com' } }).ended;
    expect(ended.code).toBe(1);
    expect(withoutWarnings(ended.stderr)).toEqual([expect.stringContaining('ART33_PROXY: write addresses or networks')]);
  });
});

describe('wrong use of the start', () => {
  it('says what is wrong, and exits 2', async () => {
    const wrong = [['--bogus'], ['stray'], ['--port', 'x'], ['--later', 'soon'], ['--later', '1h', '--config', 'x']];
    for (const ended of await Promise.all(wrong.map((words) => start(words).ended))) {
      expect(ended.code, ended.stderr).toBe(2);
      expect(ended.stderr).toMatch(/^art33: /);
    }
  });

  it('names an events file that is not there, and exits 1', async () => {
    const ended = await once({ data: freshFolder(), events: ['/nowhere/at-all'] });
    expect(ended.code).toBe(1);
    expect(withoutWarnings(ended.stderr)).toEqual(['/nowhere/at-all: there is no such file or folder.']);
  });
});
