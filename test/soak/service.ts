// Decides how the soak starts the real service, strikes it and learns that it is up; its clock is the real one, moved on by a file.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Ended, type Running, root, start } from '../local/process.ts';

export type Up = { readonly port: number; readonly link: string };

export type Service = {
  readonly isRunning: () => boolean;
  readonly begin: () => void;
  /** Rejects when it ends before it is up. */
  readonly up: () => Promise<Up>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Resolves when the process that was begun last has ended. */
  readonly ended: () => Promise<Ended>;
  /** How long the last start took, in milliseconds. */
  readonly startTook: () => number;
};

/** The hour that the service believes; moved on only. */
export type MovedClock = { readonly file: string; readonly now: () => number; readonly move: (milliseconds: number) => void };

export const movedClock = (file: string): MovedClock => {
  let ahead = 0;
  const write = (): void => {
    // Renamed, so that nobody reads half a number: time would go back.
    writeFileSync(`${file}.new`, String(ahead));
    renameSync(`${file}.new`, file);
  };
  write();
  return {
    file,
    now: () => Date.now() + ahead,
    move: (milliseconds) => {
      ahead += Math.max(0, Math.ceil(milliseconds));
      write();
    },
  };
};

const link = /http:\/\/localhost:(\d+)(\/enter\?once=\S+)/;

export type ServiceSettings = {
  readonly configDir: string;
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly clock: MovedClock;
  readonly environment: Readonly<Record<string, string>>;
  /** Aborted, nothing is begun any more. */
  readonly stopping: AbortSignal;
};

export const openService = ({ configDir, dataDir, cacheDir, clock, environment, stopping }: ServiceSettings): Service => {
  const env = {
    ...environment,
    ART33_SOAK_AHEAD: clock.file,
    NODE_OPTIONS: `--import ${pathToFileURL(join(root, 'test/soak/ahead.ts')).href}`,
    // Most of a start is reading the same files again.
    NODE_COMPILE_CACHE: cacheDir,
  };
  let running: Running | undefined;
  let up: Promise<Up> | undefined;
  let took = 1_000;
  let latest: Running | undefined;
  const last = (): Running => {
    if (!latest) throw new Error('the service was not started');
    return latest;
  };
  return {
    isRunning: () => running !== undefined,
    begin: () => {
      stopping.throwIfAborted();
      const from = performance.now();
      const own = start(['--config', configDir, '--data', dataDir, '--port', '0'], { env });
      running = own;
      latest = own;
      void own.ended.then(() => {
        if (running === own) running = undefined;
      });
      up = own.said(link).then(([, port, path]) => {
        // Frozen while it started, it would have taken longer than a start does.
        took = Math.min(performance.now() - from, 5_000);
        return { port: Number(port), link: path ?? '' };
      });
      // A start that is killed is not waited for.
      up.catch(() => undefined);
    },
    up: () => up ?? Promise.reject(new Error('the service was not started')),
    signal: (name) => running?.kill(name),
    ended: () => last().ended,
    startTook: () => took,
  };
};

/** The door's token of a source. The file is made at the first start. */
export const tokenOf = (dataDir: string, source: string): string =>
  (JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { tokens: Record<string, string> }).tokens[source] ?? '';
