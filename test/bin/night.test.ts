// Decides whether a kit that was made on this machine opens on another, and what is said when it does not.
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readWords } from '#bin/cli/command.ts';
import { nightOptions } from '#bin/cli/night-kit.ts';
import { nightSettings } from '#bin/cli/night-work.ts';
import { cleanUp, freshFolder, root, run } from '../local/process.ts';
import { openSmtpSink } from '../sinks/smtp.ts';
import { command, once } from './in-process.ts';

let home: string;
let data: string;
let keys: readonly string[];
let recipients: readonly string[];
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'art33-night-'));
  data = freshFolder();
  await once({ data, events: [join(root, 'events/demo/30-guardduty.json')] });
  const identities = await Promise.all([generateIdentity(), generateIdentity()]);
  recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  keys = identities.map((identity, i) => {
    const file = join(home, `key-${i}`);
    writeFileSync(file, `${identity}\n`);
    return file;
  });
});
afterAll(async () => {
  await cleanUp();
  rmSync(home, { recursive: true, force: true });
});

const to = (...some: readonly (string | undefined)[]) => some.flatMap((one) => ['--recipient', one ?? '']);

describe('art33 night', () => {
  it('makes a kit that either person opens without a store', async () => {
    const kit = join(home, 'kit.age');
    const made = await command(['night', 'kit', '--out', kit, ...to(...recipients), '--data', data]);
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(statSync(kit).mode & 0o777).toBe(0o600);
    const elsewhere = join(home, 'elsewhere.age');
    cpSync(kit, elsewhere);
    for (const key of keys) {
      const text = await command(['night', 'open', elsewhere, '--identity', key]);
      expect([text.code, text.stdout]).toEqual([0, expect.stringContaining('ON THE PHONE')]);
      const json = await command(['night', 'open', elsewhere, '--identity', key, '--json']);
      expect((JSON.parse(json.stdout) as { drafts: readonly unknown[] }).drafts.length).toBeGreaterThan(0);
    }
    expect(readFileSync(kit).includes('museum-shop')).toBe(false);
  });

  it('refuses wrong use with one line and exit 2', async () => {
    const [a = ''] = recipients;
    const wrong = [
      [],
      ['kit', ...to(...recipients)],
      ['kit', '--out', 'x', ...to(a)],
      ['kit', '--out', 'x', ...to(a, a)],
      ['kit', '--out', 'x', ...to(a, 'age1x')],
      ['kit', 'more', '--out', 'x'],
      ['open'],
      ['open', 'x'],
    ];
    for (const words of wrong) {
      const ended = await command(['night', ...words, '--data', data]);
      expect([words, ended.code, ended.stderr.trim().split('\n').length]).toEqual([words, 2, 1]);
    }
  });

  it('says which file fails and why, with exit 1', async () => {
    const kit = join(home, 'other.age');
    writeFileSync(kit, 'no kit');
    for (const [file, key] of [
      [kit, keys[0]!],
      [join(home, 'none'), keys[0]!],
      [kit, join(home, 'none')],
      [kit, kit],
    ] as const) {
      const ended = await command(['night', 'open', file, '--identity', key]);
      expect([ended.code, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr).toMatch(/^art33: .*(other\.age|none)/);
    }
  });
});

describe('art33 night --kit', () => {
  const sealedKit = async (config?: string): Promise<string> => {
    const kit = join(home, `kit-${config === undefined ? 'example' : 'own'}.age`);
    const more = config === undefined ? [] : ['--config', config];
    expect((await command(['night', 'kit', '--out', kit, ...to(...recipients), '--data', data, ...more])).code).toBe(0);
    return kit;
  };
  const words = (kit: string, ...more: readonly string[]) =>
    readWords(['--kit', kit, '--identity', keys[0]!, '--as', 'malik-brandt', '--why', 'hit', ...more], nightOptions);

  afterEach(() => vi.unstubAllEnvs());

  it('asks who, why, whose key, and for a sender that nobody hostile holds', async () => {
    const kit = await sealedKit();
    for (const [given, code, said] of [
      [['--kit', kit], 2, /--as PERSON and --why/],
      [['--kit', kit, '--as', 'malik-brandt', '--why', ' '], 2, /--as PERSON and --why/],
      [['--kit', kit, '--as', 'malik-brandt', '--why', 'hit'], 2, /--identity KEYFILE/],
      [['--kit', kit, '--as', 'malik-brandt', '--why', 'hit', '--identity', keys[0]!, '--distrust', 'fax'], 2, /--distrust fax: one of/],
      [['--kit', kit, '--as', 'malik-brandt', '--why', 'hit', '--identity', keys[0]!, '--port', 'x'], 2, /--port/],
      [['--kit', kit, '--as', 'malik-brandt', '--why', 'hit', '--identity', keys[0]!], 1, /no reserve sender is in this kit/],
      [['--kit', kit, 'kit', 'more'], 2, /too many words/],
    ] as const) {
      const ended = await command(['night', ...given]);
      expect([given, ended.code, ended.stderr]).toEqual([given, code, expect.stringMatching(said)]);
    }
  });

  it('takes the sender of the environment before the one that was sealed', async () => {
    const kit = await sealedKit();
    vi.stubEnv('SMTP_URL', 'smtps://u:p@mail.reserve.example');
    expect(await nightSettings(words(kit, '--from', 'n@reserve.example', '--let-go', 'all', '--distrust', 'aws'), kit)).toMatchObject({
      reserve: { url: 'smtps://u:p@mail.reserve.example', from: 'n@reserve.example', replyTo: 'n@reserve.example' },
      letGo: 'all',
      distrusted: ['aws'],
      by: 'malik-brandt',
    });
    const without = await command(['night', '--kit', kit, '--identity', keys[0]!, '--as', 'malik-brandt', '--why', 'hit']);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--from')]);
  });

  it('finds in the kit the sender that `night reserve` sealed into art33.yml', async () => {
    const url = 'smtps://user:pass-word@mail.reserve.example';
    vi.stubEnv('SMTP_URL', url);
    const printed = await command([
      'night',
      'reserve',
      '--from',
      'n@reserve.example',
      '--reply-to',
      'a@reserve.example',
      ...to(...recipients),
    ]);
    expect([printed.code, printed.stdout.includes('pass-word')]).toEqual([0, false]);
    vi.stubEnv('SMTP_URL', '');
    const config = join(home, 'own');
    expect((await command(['init', config])).code).toBe(0);
    const own = readFileSync(join(config, 'art33.yml'), 'utf8').replaceAll(/^# *(notice:| {2}from:.*| {2}replyTo:.*)$/gm, '$1');
    const block = printed.stdout
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .join('\n');
    const notice = /^notice:/m.test(own) ? '' : 'notice:\n  from: n@muster.example\n  replyTo: d@muster.example\n';
    writeFileSync(join(config, 'art33.yml'), `${own.trimEnd()}\n${notice}${block}\n`);
    const refused = await command(['night', 'kit', '--out', join(home, 'x.age'), ...to(...recipients), '--data', data, '--config', config]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('notice.reserve is set')]);
    const rows = `${readFileSync(join(config, 'processing.yml'), 'utf8')}reserve:\n  purpose: the night\n  dataClasses: [contact]\n  agreement: signed\n`;
    writeFileSync(join(config, 'processing.yml'), rows);
    const kit = await sealedKit(config);
    expect(readFileSync(kit).includes('pass-word')).toBe(false);
    expect((await nightSettings(words(kit), kit)).reserve).toEqual({ url, from: 'n@reserve.example', replyTo: 'a@reserve.example' });
    const open = await command(['night', 'open', kit, '--identity', keys[0]!, '--json']);
    expect([open.stdout.includes('pass-word'), Object.keys(JSON.parse(open.stdout) as object).includes('seed')]).toEqual([false, false]);
  });

  it('refuses to seal what sends nothing, or to one person', async () => {
    for (const [env, given] of [
      ['', ['--from', 'n@reserve.example', ...to(...recipients)]],
      ['smtps://mail.example', to(...recipients)],
      ['smtps://mail.example', ['--from', 'n@reserve.example', ...to(recipients[0])]],
    ] as const) {
      vi.stubEnv('SMTP_URL', env);
      expect((await command(['night', 'reserve', ...given])).code).toBe(2);
    }
  });

  it('serves, says what it does, and its store is brought home by merge', async () => {
    const kit = await sealedKit();
    const night = join(home, 'elsewhere');
    const smtp = await openSmtpSink();
    const env = { SMTP_URL: smtp.url };
    const given = ['night', '--kit', kit, '--identity', keys[0]!, '--as', 'malik-brandt', '--why', 'hit', '--distrust', 'slack'];
    const running = run('bin/cli.ts', [...given, '--from', 'n@reserve.example', '--port', '0', '--data', night], { env });
    await running.said(/Stop with Ctrl-C/);
    running.kill('SIGTERM');
    const ended = await running.ended;
    await smtp.close();
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/Nothing goes over: +slack/)]);
    const before = await command(['night', 'merge', night, '--as', 'greta-vogt', '--data', data]);
    expect([before.code, before.stderr]).toEqual([2, expect.stringContaining('--config DIR')]);
    const merged = await command([
      'night',
      'merge',
      night,
      '--as',
      'greta-vogt',
      '--config',
      join(root, 'config'),
      '--data',
      data,
      '--json',
    ]);
    expect([merged.code, JSON.parse(merged.stdout)]).toEqual([0, expect.objectContaining({ adopted: 0, roots: expect.anything() })]);
    const none = await command(['night', 'merge', data, '--as', 'greta-vogt', '--config', join(root, 'config'), '--data', night]);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('no night was ever begun')]);
  });
});
