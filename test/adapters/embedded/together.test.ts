// Holds that many writes share one fsync without waiting for each other, that each sees those before it, and that one that is lost is said.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '#adapters/embedded/database.ts';
import { type Together, together } from '#adapters/embedded/together.ts';
import { PortError } from '#flow/ports.ts';

let commits: (() => void)[];
let plain: Database;
let pool: Together;
const put = (name: string): Promise<number> =>
  pool.database.write(() => pool.database.run('INSERT INTO counter (name, n) VALUES (?, 1)', name));
const names = (): readonly unknown[] => plain.all('SELECT name FROM counter ORDER BY name').map((row) => row['name']);
beforeEach(() => {
  commits = [];
  plain = openDatabase(':memory:', { gather: (commit) => void commits.push(commit) });
  pool = together(plain);
});
afterEach(() => plain.close());

describe('writes that are waited for together', () => {
  it('are answered when they are applied, and reach the disk by one commit', async () => {
    expect(await put('a')).toBe(1);
    expect(names()).toEqual(['a']);
    await put('b');
    expect(commits).toHaveLength(1);
    let isSettled = false;
    const settled = pool.settled().then(() => {
      isSettled = true;
    });
    await Promise.resolve();
    expect(isSettled).toBe(false);
    commits[0]?.();
    await settled;
    expect(names()).toEqual(['a', 'b']);
  });

  it('have nothing to wait for when nothing was written, or all of it is on the disk', async () => {
    await pool.settled();
    await put('a');
    commits[0]?.();
    await pool.settled();
    await pool.settled();
  });

  it('answer a conflict as one, and throw what their unit throws, at once', async () => {
    expect(await pool.database.write(() => 'conflict')).toBe('conflict');
    const fault = (): never => {
      throw new TypeError('x');
    };
    await expect(pool.database.write(fault)).rejects.toThrow('x');
    commits[0]?.();
    await pool.settled();
  });

  it('say so when any of them is lost, each time anew', async () => {
    const lost = new PortError('ledger', 'again', 'the ledger could not be written to disk');
    pool = together({ ...plain, write: (unit) => Promise.resolve(unit()).then(() => Promise.reject(lost)) });
    expect(await pool.database.write(() => 7)).toBe(7);
    await expect(pool.settled()).rejects.toBe(lost);
    await pool.settled();
  });
});
