// Decides when an edited configuration comes into force: once it is quiet and good; a bad one is reported and the old one stays.
import type { Result } from '#core/kernel/result.ts';
import { type Listen, type Stop, fileEvents } from './file-events.ts';
import type { ConfigProblem } from './problem.ts';

/** Editors write a file in several steps: what follows within this time is one change. */
const quietFor = 300;

export type Watched<T> = {
  readonly dirs: readonly string[];
  readonly load: () => Promise<Result<T, readonly ConfigProblem[]>>;
  readonly onGood: (loaded: T) => void;
  readonly onBad: (problems: readonly ConfigProblem[]) => void;
  /** Tells of each change below a directory. @default the file system's own events */
  readonly listen?: Listen;
  /** Calls back once, later. @default a timer of 300 ms */
  readonly later?: Later;
};

export type Later = (then: () => void) => Stop;

export type Watching = {
  /** Loads now (SIGHUP), and resolves once what it found is in force or reported. */
  readonly reload: () => Promise<void>;
  readonly stop: () => void;
};

export const watchConfiguration = <T>({ dirs, load, onGood, onBad, listen = fileEvents, later = timer }: Watched<T>): Watching => {
  let stopped = false;
  let cancel: Stop = () => {};
  let last: Promise<void> = Promise.resolve();

  const once = async (): Promise<void> => {
    if (stopped) return;
    const loaded = await attempt(load, dirs);
    if (stopped) return;
    if (loaded.ok) onGood(loaded.value);
    else onBad(loaded.error);
  };
  // One after the other: a slow old load must not overtake a newer one.
  const reload = (): Promise<void> => {
    const turn = last.then(once);
    last = turn.catch(() => {});
    return turn;
  };
  const onChange = (): void => {
    cancel();
    // A caller that throws must not end the process from within a timer; with `reload` it gets its own error back.
    cancel = later(() => void reload().catch(() => onBad([unforeseen(dirs)])));
  };
  const ears = dirs.map((dir) => listen(dir, onChange, () => onBad([lost(dir)])));
  const stop = (): void => {
    stopped = true;
    cancel();
    for (const close of ears) close();
  };
  return { reload, stop };
};

const attempt = async <T>(load: Watched<T>['load'], dirs: readonly string[]): Promise<Result<T, readonly ConfigProblem[]>> => {
  try {
    return await load();
  } catch {
    return { ok: false, error: [unforeseen(dirs)] };
  }
};

const whole = (file: string, wrong: string, right: string): ConfigProblem => ({ file, line: 1, field: 'the file', wrong, right });
const unforeseen = (dirs: readonly string[]) =>
  whole(dirs[0] ?? '.', 'could not be loaded; the old configuration stays in force', 'look at the files and permissions, then reload');
const lost = (dir: string) => whole(dir, 'is no longer watched', 'send SIGHUP after a change, or restart');

const timer: Later = (then) => {
  const handle = setTimeout(then, quietFor);
  return () => clearTimeout(handle);
};
