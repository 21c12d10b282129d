// Decides whether the command line keeps its word: every command, its help, wrong use, bad files, and what each prints for machines.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, cleanUp, cli, freshFolder, root } from '../local/process.ts';
import { command, once } from './in-process.ts';

afterAll(cleanUp);

type Line = {
  readonly source: string | null;
  readonly eventId: string | null;
  readonly kind: string | null;
  readonly outcome: string;
  readonly nature: object;
  readonly personalData: string;
  readonly level: string;
  readonly rules: readonly string[];
  readonly reason?: string;
};
const lines = <T>(ended: Ended): readonly T[] =>
  ended.stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
const events = (path: string): string => join(root, 'events', path);
/** Standard input needs a process; files don't. */
const classify = (words: readonly string[], input?: string | Uint8Array): Promise<Ended> =>
  input === undefined ? command(['classify', '--json', ...words]) : cli(['classify', '--json', ...words], { input });
/** One after the other: what they print is caught. */
const each = async (all: readonly (readonly string[])[]): Promise<readonly Ended[]> => {
  const ended: Ended[] = [];
  for (const words of all) ended.push(await command(words));
  return ended;
};

const here = freshFolder();
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(here, name);
  writeFileSync(path, content);
  return path;
};

const oneLine = (ended: Ended): void => {
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  expect(ended.stderr).toMatch(/^art33: /);
  expect(ended.stdout).toBe('');
};

describe('help', () => {
  it('of the whole lists every command; of each names its options', async () => {
    const [whole, ...single] = await Promise.all([cli(['--help']), cli(['register', '--help']), cli(['send', '-h'])]);
    expect(whole?.code).toBe(0);
    for (const name of ['send', 'classify', 'due', 'register', 'init']) expect(whole?.stdout).toContain(`  ${name}`);
    for (const ended of single) {
      expect(ended.code).toBe(0);
      expect(ended.stdout).toMatch(/^art33 /);
    }
  });
});

describe('wrong use', () => {
  it('prints one line and exits 2', async () => {
    const real = await Promise.all([cli(['nonsense']), cli(['register'])]);
    const wrong = [
      ['send'],
      ['classify'],
      ['classify', 'x', '--source', 'nagios'],
      ['classify', 'x', '--zone', '+01:00'],
      ['due', 'x'],
      ['ocsf', 'x'],
      ['due', '--bogus'],
      ['register', 'export'],
      ['register', 'verify', 'a', 'b'],
      ['init'],
      ['send', 'x', '--source', 'nagios'],
    ];
    for (const ended of [...real, ...(await each(wrong))]) {
      expect(ended.code, ended.stderr).toBe(2);
      oneLine(ended);
    }
  });

  it('with no word at all shows the overview and exits 2', async () => {
    const ended = await cli([]);
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stdout).toContain('Usage:');
  });
});

describe('a file that can’t be read', () => {
  it('is named in one line, exit 1', async () => {
    const empty = file('empty.log', '');
    const latin = file('latin.json', Buffer.from('{"type":"s","user_name":"M\xfcller"}', 'latin1'));
    const cases = [join(here, 'missing.json'), empty, latin].flatMap((path) => [
      ['classify', path, '--source', 'auth0'],
      ['send', path, '--source', 'auth0', '--data', here],
    ]);
    for (const [i, ended] of (await each(cases)).entries()) {
      expect(ended.code, ended.stderr).toBe(1);
      oneLine(ended);
      expect(ended.stderr).toContain(cases[i]?.[1]);
    }
  });

  it('empty on standard input: the same', async () => {
    const ended = await classify(['-'], '');
    expect(ended.code).toBe(1);
    oneLine(ended);
  });

  it('but bad bytes in a log line become U+FFFD, and the line is read', async () => {
    const line = Buffer.concat([
      Buffer.from('2026-03-14 02:00:00,100 fail2ban.actions [812]: NOTICE [sshd\xff] Ban 192.0.2.41\n', 'latin1'),
    ]);
    const [read] = lines<Line>(await classify([file('bytes.log', line), '--source', 'fail2ban']));
    expect(read).toMatchObject({ source: 'fail2ban', kind: 'net.ban', outcome: 'none' });
  });
});

describe('classify', () => {
  it('answers every line of a file that is read piece by piece, packed or not', async () => {
    const long = 'x'.repeat(8_000);
    const text = Array.from({ length: 900 }, (_, n) => `2026-03-14 02:00:00,${100 + n} fail2ban.server [812]: INFO ${long} ${n}\n`).join(
      '',
    );
    for (const path of [file('long.log', text), file('long.log.gz', gzipSync(text))]) {
      const read = lines<Line>(await classify([path, '--source', 'fail2ban']));
      expect(read).toHaveLength(900);
      expect(new Set(read.map(({ kind }) => kind))).toEqual(new Set(['housekeeping']));
    }
  });

  for (const source of ['auth0', 'fail2ban', 'guardduty']) {
    it(`reads or quarantines every event of ${source}, named or found out`, async () => {
      const files = readdirSync(events(source))
        .filter((name) => name !== 'empty-findings.json')
        .map((name) => events(`${source}/${name}`));
      const named = await classify([...files, '--source', source]);
      const auto = await classify(files);
      expect([named.code, named.stderr, auto.code, auto.stderr]).toEqual([0, '', 0, '']);
      const read = lines<Line>(named);
      expect(read.length).toBeGreaterThanOrEqual(files.length);
      for (const line of read) {
        expect(Object.keys(line).slice(0, 8)).toEqual(['source', 'eventId', 'kind', 'outcome', 'nature', 'personalData', 'level', 'rules']);
        for (const key of ['controllers', 'unidentified', 'why', 'ruleset', 'engine']) expect(line).toHaveProperty(key);
        expect(line.source).toBe(source);
        if (line.outcome === 'quarantine') expect(line.reason).toMatch(/: expected /);
      }
      expect(lines<Line>(auto).filter((line) => line.source !== null && line.source !== source)).toEqual([]);
    });
  }

  it('gives the login that completes the stuffing the outcome of the correlation', async () => {
    const read = lines<Line>(await classify([events('demo/20-auth0.jsonl')]));
    const grave = read.filter((line) => line.outcome === 'suspected-breach');
    expect(grave).toHaveLength(1);
    expect(grave[0]?.rules).toContain('auth0_stuffing_compromise');
    expect(grave[0]).toMatchObject({ kind: 'auth.login', personalData: 'likely', level: 'high', nature: { confidentiality: 'likely' } });
  });

  it('answers the same in whatever order the files and lines come', async () => {
    const text = readFileSync(events('demo/20-auth0.jsonl'), 'utf8').trim().split('\n');
    const forth = await classify([file('forth.jsonl', text.join('\n'))]);
    const back = await classify([file('back.jsonl', text.toReversed().join('\n'))]);
    expect(lines<Line>(back).toReversed()).toEqual(lines<Line>(forth));
  });

  it('keeps no event back for another’s sake: one bad line is one line of quarantine', async () => {
    const good = '2026-03-14 02:00:00,100 fail2ban.actions [812]: NOTICE [sshd] Ban 192.0.2.41';
    const read = lines<Line>(await classify(['-', '--source', 'fail2ban'], `${good}\n2026-99-99 nonsense Ban\n${good}\n`));
    expect(read.map((line) => line.outcome)).toEqual(['none', 'quarantine', 'none']);
  });

  it('reads packed files as what is in them, and passes over the digests of CloudTrail beside them', async () => {
    const folder = freshFolder();
    mkdirSync(join(folder, 'CloudTrail-Digest'));
    writeFileSync(join(folder, 'CloudTrail-Digest', 'digest.json'), '{}');
    writeFileSync(join(folder, 'a.json.gz'), gzipSync(readFileSync(events('cloudtrail/s3-object.json'))));
    const packed = await classify([folder]);
    expect(lines<Line>(packed).length).toBeGreaterThan(0);
    expect(packed).toEqual(await classify([events('cloudtrail/s3-object.json')]));
    const damaged = await classify([file('damaged.log.gz', gzipSync('x').subarray(0, -3))]);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain('damaged.log.gz: a gzip file that is damaged');
  });

  it('reads log lines without a zone in the one given: only then was the ban before the login', async () => {
    const ban = file('local.log', '2026-03-14 03:00:00,100 fail2ban.actions [812]: NOTICE [sshd] Ban 203.0.113.9\n');
    const login = { log_id: '1', data: { type: 's', date: '2026-03-14T02:30:00.000Z', ip: '203.0.113.9', user_id: 'auth0|1' } };
    const words = [ban, file('login.json', JSON.stringify(login))];
    const rules = async (...more: readonly string[]) => lines<Line>(await classify([...words, ...more])).flatMap((line) => line.rules);
    expect(await rules()).not.toContain('ban_then_login');
    expect(await rules('--zone', 'Europe/Berlin')).toContain('ban_then_login');
  });

  it('repeats nothing of an event that it can’t read', async () => {
    const ended = await classify([
      file('odd.json', '{"log_id":"x","data":{"type":"s","date":"Zyxwvmark","user_name":"Zyxwvmark"}}'),
      '--source',
      'auth0',
    ]);
    expect(lines<Line>(ended)[0]?.outcome).toBe('quarantine');
    expect(ended.stdout + ended.stderr).not.toContain('Zyxwvmark');
  });

  it('reads the whole demo as one stream', async () => {
    const files = readdirSync(events('demo'))
      .toSorted()
      .map((name) => events(`demo/${name}`));
    const ended = await command(['classify', ...files]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout.trim().split('\n')).toHaveLength(91);
  });
});

describe('the store', () => {
  const data = freshFolder();
  const exported = join(here, 'register.jsonl');
  const anchor = join(here, 'anchor.json');
  beforeAll(async () => {
    const played = await once({ data });
    expect(played.code).toBe(0);
    const made = await command(['register', 'export', '--out', exported, '--data', data, '--json']);
    expect(JSON.parse(made.stdout)).toMatchObject({ file: exported });
    expect(await command(['register', 'anchor', '--out', anchor, '--data', data])).toMatchObject({ code: 0 });
  });

  it('tells what is owed, nearest deadline first', async () => {
    const machine = await command(['due', '--json', '--data', data]);
    expect(machine.code).toBe(0);
    const due = lines<{ kind: string; dueAt: string; state: string }>(machine);
    expect(due.map((duty) => duty.kind).toSorted()).toEqual(['call', 'call', 'consult', 'consult', 'narrow', 'release', 'release']);
    expect(due.map((duty) => duty.dueAt)).toEqual(due.map((duty) => duty.dueAt).toSorted());
    expect((await command(['due', '--data', data])).stdout).toContain('release');
  });

  it('tells its cases to readers of OCSF, and of nobody', async () => {
    type Event = { readonly class_uid: number; readonly is_suspected_breach?: boolean };
    const plain = lines<Event>(await command(['ocsf', '--data', data]));
    const cases = plain.filter((event) => event.class_uid === 2005);
    expect(cases.map((event) => event.is_suspected_breach)).toEqual([true, true]);
    expect(new Set(plain.map((event) => event.class_uid))).toEqual(new Set([2004, 2005]));
    const whole = await command(['ocsf', '--signals', '--data', data]);
    expect(lines<Event>(whole).some((event) => event.class_uid === 3002)).toBe(true);
    expect(whole.stdout).not.toMatch(/@|museum-shop|clinic-portal|travel-club|203\.0\.113|198\.51\.100/);
  });

  it('verifies: 3 without an anchor, 0 with one', async () => {
    const [bare, proved] = await Promise.all([
      cli(['register', 'verify', exported]),
      cli(['register', 'verify', exported, '--anchors', anchor, '--json']),
    ]);
    expect(bare.code).toBe(3);
    expect(bare.stdout).toContain('not proved');
    expect(proved.code).toBe(0);
    expect(JSON.parse(proved.stdout)).toMatchObject({ verdict: 'proved' });
  });

  it('verifies: 1 for a changed, a missing and a renumbered entry, naming it', async () => {
    const entries = readFileSync(exported, 'utf8').trim().split('\n');
    const at = entries.findIndex((text) => text.includes('"BreachSuspected"'));
    const { chain, seq } = JSON.parse(entries[at] ?? '{}') as { chain: string; seq: number };
    const changed = file(
      'changed.jsonl',
      entries.map((text, i) => (i === at ? text.replace('"why":"rule"', '"why":"role"') : text)).join('\n'),
    );
    const before = entries.findIndex((text) => {
      const entry = JSON.parse(text) as { chain: string; seq: number };
      return entry.chain === chain && entry.seq === seq - 1;
    });
    const missing = file('missing.jsonl', entries.filter((_, i) => i !== before).join('\n'));
    const renumber = (text: string, to: number): string => JSON.stringify({ ...(JSON.parse(text) as object), seq: to });
    const swapped = file(
      'swapped.jsonl',
      entries.map((text, i) => (i === before ? renumber(text, seq) : i === at ? renumber(text, seq - 1) : text)).join('\n'),
    );
    expect(readFileSync(changed, 'utf8')).not.toBe(entries.join('\n'));
    for (const ended of await each([changed, missing, swapped].map((path) => ['register', 'verify', path, '--json']))) {
      expect(ended.code).toBe(1);
      const verdict = JSON.parse(ended.stdout) as { verdict: string; chain: string; seq: number };
      expect(verdict).toMatchObject({ verdict: 'broken', chain });
      expect([seq - 1, seq]).toContain(verdict.seq);
    }
  });

  it('verifies: 1 when the end of a chain was cut off, given the anchor', async () => {
    const entries = readFileSync(exported, 'utf8').trim().split('\n');
    const ended = await command(['register', 'verify', file('cut.jsonl', entries.slice(0, -1).join('\n')), '--anchors', anchor]);
    expect(ended.code).toBe(1);
  });

  it('says of a file that is no register which line is none', async () => {
    const ended = await command(['register', 'verify', file('none.jsonl', '{"a":1}\n')]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('none.jsonl:1');
    oneLine(ended);
  });

  it('takes nothing of several files when one of them is not there', async () => {
    const sent = await command(['send', events('guardduty/bare.json'), join(freshFolder(), 'none.json'), '--data', data, '--json']);
    expect(sent).toMatchObject({ code: 1, stdout: '' });
    oneLine(sent);
  });

  it('takes events for the next start, which assesses them', async () => {
    const sent = await command(['send', events('guardduty/bare.json'), '--data', data, '--json']);
    expect(sent).toMatchObject({ code: 0, stdout: '{"stored":1}\n' });
    const next = await once({ data, events: [events('fail2ban/syslog.log')] });
    const { signals } = JSON.parse(next.stdout) as { signals: { accepted: number; duplicates: number; rejected: number } };
    expect(signals.accepted + signals.duplicates + signals.rejected).toBe(91 + 1 + 4);
  });

  it('is named when there is none', async () => {
    const nowhere = freshFolder();
    for (const ended of await each([
      ['due', '--data', nowhere],
      ['register', 'verify', '--data', nowhere],
    ])) {
      expect(ended.code).toBe(1);
      oneLine(ended);
      expect(ended.stderr).toContain(nowhere);
    }
  });

  it('sends to no address that is none, and says when nobody answers', async () => {
    const sent = await each(
      ['nowhere', 'http://127.0.0.1:9'].map((to) => ['send', events('auth0/management-api.json'), '--to', to, '--data', data]),
    );
    expect(sent.map((ended) => ended.code)).toEqual([2, 1]);
    sent.forEach(oneLine);
  });
});

describe('init', () => {
  it('makes a folder to begin from, and touches none that is not empty', async () => {
    const dir = join(freshFolder(), 'own');
    expect(await command(['init', dir])).toMatchObject({ code: 0 });
    expect(readdirSync(dir)).toContain('policy.yml');
    const again = await command(['init', dir]);
    expect(again.code).toBe(1);
    oneLine(again);
  });
});
