// Decides whether `kill -9` at any moment of the demo, followed by a start, loses nothing and repeats nothing (D-7).
import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Channel, channels } from '#adapters/outbox/folder.ts';
import { type Ended, type Running, cleanUp, freshFolder, start } from './process.ts';

afterAll(cleanUp);

type State = {
  readonly signals: unknown;
  readonly incidents: readonly {
    readonly title: string;
    readonly outcome: string;
    readonly rules: readonly string[];
    readonly controllers: readonly string[];
    readonly state: string;
  }[];
  readonly duties: readonly { readonly kind: string; readonly recipient: string; readonly state: string }[];
  readonly messages: readonly { readonly channel: string; readonly to: string; readonly subject: string }[];
};

const sorted = (lines: readonly string[]): readonly string[] => lines.toSorted();
const withoutReference = (subject: string): string => subject.replace(/ART33-[A-Z2-7]{8}/, 'ART33');

/** What must be equal; ids differ, because each store has its own key. */
const stateOf = (stdout: string) => {
  const { signals, incidents, duties, messages } = JSON.parse(stdout) as State;
  return {
    signals,
    incidents: sorted(
      incidents.map(({ title, outcome, rules, controllers, state }) =>
        [title, outcome, state, ...rules.toSorted(), ...controllers].join(' | '),
      ),
    ),
    duties: sorted(duties.map(({ kind, recipient, state }) => `${kind} ${recipient} ${state}`)),
    messages: sorted(messages.map(({ channel, to, subject }) => `${channel} ${to} ${withoutReference(subject)}`)),
  };
};

const once = (data: string): Running => start(['--once', '--json', '--data', data]);

const roomIn = (data: string, channel: Channel): string => join(data, 'outbox', channel);
/** The ledger's own folder, and where messages come to lie. */
const allIn = (data: string): readonly string[] => [data, ...channels.map((channel) => roomIn(data, channel))];

/** Calls back at each change that the process makes in these folders, and counts them. */
const onChange = (
  folders: readonly string[],
  changed: (nth: number) => void,
): { readonly stop: () => void; readonly seen: () => number } => {
  let nth = 0;
  const look = (): void => {
    nth += 1;
    changed(nth);
  };
  const watchers: FSWatcher[] = folders.map((watched) => watch(watched, look));
  return {
    stop: () => {
      for (const watcher of watchers) watcher.close();
    },
    seen: () => nth,
  };
};

const folder = (): string => {
  const data = freshFolder();
  for (const path of allIn(data)) mkdirSync(path, { recursive: true, mode: 0o700 });
  return data;
};

const runUndisturbed = async () => {
  const data = folder();
  const changes = onChange(allIn(data), () => undefined);
  const ended = await once(data).ended;
  changes.stop();
  expect(ended.code).toBe(0);
  return { state: stateOf(ended.stdout), changes: changes.seen() };
};
let known: ReturnType<typeof runUndisturbed> | undefined;
/** What all others are held against: run once for all. */
const undisturbed = (): ReturnType<typeof runUndisturbed> => {
  known ??= runUndisturbed();
  return known;
};

/** Killed after that, it had come to its end: another start would feed again. */
const hasTold = ({ stdout }: Ended): boolean => stdout.endsWith('\n');

/** Runs once; killed at the given change, if it gets that far. */
const killedAt = async (data: string, moment: number, folders = allIn(data)): Promise<Ended> => {
  const running = once(data);
  const changes = onChange(folders, (nth) => {
    if (nth === moment) running.kill('SIGKILL');
  });
  const ended = await running.ended;
  changes.stop();
  return ended;
};

const dice = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
};

describe('kill -9 during the demo', () => {
  it('at ten moments, each followed by a start, ends in the state of an undisturbed run', async () => {
    const { state, changes } = await undisturbed();
    const roll = dice(20_261_125);
    let kills = 0;
    while (kills < 10) {
      const data = folder();
      let ended = await killedAt(data, 1 + roll(changes));
      for (; !hasTold(ended); kills += 1) {
        expect(ended.signal).toBe('SIGKILL');
        ended = kills < 9 ? await killedAt(data, 1 + roll(changes)) : await once(data).ended;
      }
      expect(stateOf(ended.stdout)).toEqual(state);
    }
  });

  it.each(channels)('over a message by %s, followed by a start, ends in that state too', async (channel) => {
    const { state } = await undisturbed();
    let data: string;
    // On a busy machine the kill may come too late: then once more.
    do data = folder();
    while (hasTold(await killedAt(data, 1, [roomIn(data, channel)])));
    expect(stateOf((await once(data).ended).stdout)).toEqual(state);
  });

  it('and a run that came to its end feeds again when asked again: duplicates, and nothing more', async () => {
    const data = folder();
    const first = stateOf((await once(data).ended).stdout);
    const second = stateOf((await once(data).ended).stdout);
    expect(second).toEqual({
      ...first,
      signals: { ...(first.signals as object), duplicates: (first.signals as { accepted: number }).accepted },
    });
  });
});
