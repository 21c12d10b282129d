// Decides how a change below a directory is heard: one watcher per directory, because editors save by renaming over the file.
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

export type Stop = () => void;
export type Listen = (dir: string, onChange: () => void, onLost: () => void) => Stop;

/**
 * Node's own recursive watch holds on to files: on Linux it goes deaf to a file once another was renamed over it.
 * A directory's watcher hears that each time. New directories are taken in on the way.
 */
export const fileEvents: Listen = (dir, onChange, onLost) => {
  const watchers = new Map<string, FSWatcher>();
  const lose = (): void => {
    close();
    onLost();
  };
  const drop = (key: string): void => {
    watchers.get(key)?.close();
    watchers.delete(key);
  };
  const ear = (key: string, path: string): FSWatcher => {
    const failed = (): void => {
      drop(key);
      hear();
    };
    return watch(path, { persistent: false }, hear).on('error', failed);
  };
  const take = (): void => {
    const here = new Map(directories(dir));
    for (const [key, path] of here) {
      // A directory may be gone by now; its parent's watcher has heard of that.
      const add = (): unknown => watchers.has(key) || watchers.set(key, ear(key, path));
      if (path === dir) add();
      else attempt(add);
    }
    for (const key of [...watchers.keys()].filter((one) => !here.has(one))) drop(key);
  };
  const hear = (): void => {
    if (attempt(take)) onChange();
    else lose();
  };
  const close = (): void => {
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  };
  if (!attempt(take)) lose();
  return close;
};

/** By path and inode: a directory that was replaced is another one. Hidden ones (`.git`) hold no configuration, and change all the time. */
const directories = (dir: string): readonly (readonly [key: string, path: string])[] => {
  const below = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const found = below.flatMap(({ name }) => unlessGone(() => directories(join(dir, name))));
  return [[`${dir}:${statSync(dir).ino}`, dir], ...found];
};

/** Between listing and looking a directory may vanish: that is a change, not an end of watching. */
const unlessGone = <T>(look: () => readonly T[]): readonly T[] => {
  try {
    return look();
  } catch {
    return [];
  }
};

const attempt = (act: () => void): boolean => {
  try {
    act();
    return true;
  } catch {
    return false;
  }
};
