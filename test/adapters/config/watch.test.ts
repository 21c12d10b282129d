// Decides that an edit comes into force once it is quiet and good, and that a bad one leaves the old in force.
import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import type { ConfigProblem } from '#adapters/config/problem.ts';
import { type Listen, fileEvents } from '#adapters/config/file-events.ts';
import { type Later, watchConfiguration } from '#adapters/config/watch.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { emptyDirectory } from './edited.ts';

const problem: ConfigProblem = { file: 'policy.yml', line: 5, field: 'assessWithin', wrong: 'not a duration', right: 'write 4h' };
type Load = () => Promise<Result<number, readonly ConfigProblem[]>>;

/** Changes by hand, and a clock that runs when it is told to. */
const world = (load: Load) => {
  const ears: { change: () => void; lose: () => void }[] = [];
  const waiting = new Set<() => void>();
  const listen: Listen = (_, change, lose) => {
    ears.push({ change, lose });
    return () => ears.splice(0);
  };
  const later: Later = (then) => {
    waiting.add(then);
    return () => waiting.delete(then);
  };
  const good: number[] = [];
  const bad: (readonly ConfigProblem[])[] = [];
  const watching = watchConfiguration({ dirs: ['a'], load, onGood: (n) => good.push(n), onBad: (p) => bad.push(p), listen, later });
  const change = () => ears[0]?.change();
  const quiet = async () => {
    const due = [...waiting];
    waiting.clear();
    for (const then of due) then();
    await new Promise((done) => setImmediate(done));
  };
  return { watching, change, quiet, good, bad, ears, waiting };
};

describe('watching the configuration', () => {
  it('loads once for many changes', async () => {
    const load = vi.fn<Load>(async () => ok(1));
    const { change, quiet, good } = world(load);
    for (let i = 0; i < 5; i += 1) change();
    await quiet();
    expect(load).toHaveBeenCalledTimes(1);
    expect(good).toEqual([1]);
  });

  it('reports a bad one and puts nothing into force', async () => {
    const { change, quiet, good, bad } = world(async () => fail([problem]));
    change();
    await quiet();
    expect(good).toEqual([]);
    expect(bad).toEqual([[problem]]);
  });

  it('reports a load that throws', async () => {
    const { watching, good, bad } = world(async () => {
      throw new Error('disk');
    });
    await watching.reload();
    expect(good).toEqual([]);
    expect(bad[0]?.[0]?.wrong).toContain('the old configuration stays in force');
  });

  it('lets no slow old load overtake a newer one', async () => {
    const waiting: ((n: number) => void)[] = [];
    const load: Load = () => new Promise((done) => waiting.push((n) => done(ok(n))));
    const { watching, good } = world(load);
    const both = [watching.reload(), watching.reload()];
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    waiting[0]?.(1);
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    waiting[1]?.(2);
    await Promise.all(both);
    expect(good).toEqual([1, 2]);
  });

  it('says when it can no longer watch', () => {
    const { ears, bad } = world(async () => ok(1));
    ears[0]?.lose();
    expect(bad[0]?.[0]).toEqual({
      file: 'a',
      line: 1,
      field: 'the file',
      wrong: 'is no longer watched',
      right: 'send SIGHUP after a change, or restart',
    });
  });

  it('does nothing after it was stopped', async () => {
    const load = vi.fn<Load>(async () => ok(1));
    const { watching, change, waiting, good } = world(load);
    change();
    watching.stop();
    await watching.reload();
    expect(waiting.size).toBe(0);
    expect(load).not.toHaveBeenCalled();
    expect(good).toEqual([]);
  });

  it('puts nothing into force that was still loading when it was stopped', async () => {
    let finish = (_: number): void => {};
    const load: Load = () => new Promise((done) => (finish = (n) => done(ok(n))));
    const { watching, good } = world(load);
    const loading = watching.reload();
    await new Promise((done) => setImmediate(done));
    watching.stop();
    finish(1);
    await loading;
    expect(good).toEqual([]);
  });

  it('puts nothing into force that a load brings after the stop', async () => {
    let finish: (loaded: Result<number, readonly ConfigProblem[]>) => void = () => {};
    const { watching, good } = world(() => new Promise((done) => (finish = done)));
    const reloaded = watching.reload();
    await Promise.resolve();
    watching.stop();
    finish(ok(1));
    await reloaded;
    expect(good).toEqual([]);
  });

  it('hears of real files, saved in place and by renaming, again and again, also in new directories', async () => {
    const dir = emptyDirectory();
    mkdirSync(join(dir, 'directory'));
    const loaded = vi.fn();
    const later: Later = (then) => {
      then();
      return () => {};
    };
    const { stop } = watchConfiguration({ dirs: [dir], load: async () => ok(7), onGood: loaded, onBad: () => {}, later });
    const heard = async (change: () => void) => {
      loaded.mockClear();
      change();
      await vi.waitFor(() => expect(loaded).toHaveBeenCalled(), { timeout: 10_000, interval: 20 });
    };
    const place = (path: string) => () => writeFileSync(join(dir, path), 'x: 1\n');
    const over = (path: string) => () => renameSync(join(dir, 'draft'), join(dir, path));
    try {
      await heard(place('directory/people.yml'));
      for (let i = 0; i < 3; i += 1) {
        await heard(place('draft'));
        await heard(over('directory/people.yml'));
      }
      await heard(place('directory/people.yml'));
      await heard(() => mkdirSync(join(dir, 'rules')));
      await heard(place('rules/own.yml'));
    } finally {
      stop();
    }
  });

  it('goes on hearing after directories came and went faster than it could look', async () => {
    const dir = emptyDirectory();
    const heard = vi.fn();
    const lost = vi.fn();
    const stop = fileEvents(dir, heard, lost);
    try {
      await promisify(execFile)('sh', ['-c', 'for i in $(seq 300); do mkdir -p a/b x$i/y; rmdir x$i/y x$i; rm -rf a; done'], { cwd: dir });
      writeFileSync(join(dir, 'policy.yml'), 'x: 1\n');
      await vi.waitFor(() => expect(heard).toHaveBeenCalled(), { timeout: 10_000, interval: 20 });
      heard.mockClear();
      writeFileSync(join(dir, 'policy.yml'), 'x: 2\n');
      await vi.waitFor(() => expect(heard).toHaveBeenCalled(), { timeout: 10_000, interval: 20 });
      expect(lost).not.toHaveBeenCalled();
    } finally {
      stop();
    }
  });

  it('does not listen to hidden directories', async () => {
    const dir = emptyDirectory();
    mkdirSync(join(dir, '.git'));
    mkdirSync(join(dir, 'rules'));
    const heard = vi.fn();
    const stop = fileEvents(dir, heard, () => {});
    try {
      for (let i = 0; i < 50; i += 1) writeFileSync(join(dir, '.git', `object-${i}`), 'x');
      writeFileSync(join(dir, 'rules', 'own.yml'), 'x: 1\n');
      await vi.waitFor(() => expect(heard).toHaveBeenCalled(), { timeout: 10_000, interval: 20 });
      expect(heard.mock.calls.length).toBeLessThan(50);
    } finally {
      stop();
    }
  });

  it('says when a directory is not there to be watched', () => {
    const bad: (readonly ConfigProblem[])[] = [];
    watchConfiguration({
      dirs: [join(emptyDirectory(), 'nowhere')],
      load: async () => ok(1),
      onGood: () => {},
      onBad: (p) => bad.push(p),
    }).stop();
    expect(bad).toHaveLength(1);
  });
});
