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
  const take = (): void => {
    const here = directoriesBelow(dir);
    for (const [key, path] of here) {
      if (!watchers.has(key))
        watchers.set(
          key,
          watch(path, { persistent: false }, hear).on('error', () => hear()),
        );
    }
    for (const [key, watcher] of watchers) {
      if (here.has(key)) continue;
      watcher.close();
      watchers.delete(key);
    }
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

/** By path and inode: a directory that was replaced is another one. */
const directoriesBelow = (dir: string): ReadonlyMap<string, string> => {
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map([dir, ...paths].flatMap((path) => [[`${path}:${statSync(path).ino}`, path] as const]));
};

const attempt = (act: () => void): boolean => {
  try {
    act();
    return true;
  } catch {
    return false;
  }
};
