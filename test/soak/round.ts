// Decides how one round runs: signals and people come, the fault strikes at its moment, and what it left open is written down.
import { watch } from 'node:fs';
import type { Configuration } from '#core/directory/directory.ts';
import type { Ambiguity, Violation } from './check/facts.ts';
import type { Post } from './cast.ts';
import type { Dice } from './dice.ts';
import { unsettled } from './ledger-file.ts';
import type { Outside } from './outside.ts';
import type { People } from './people.ts';
import type { Fault, Moment, Plan } from './plan.ts';
import type { Senders } from './senders.ts';
import { type MovedClock, type Service, type Up, tokenOf } from './service.ts';

export type Field = {
  readonly dataDir: string;
  readonly configuration: Configuration;
  readonly clock: MovedClock;
  readonly service: Service;
  readonly outside: Outside;
  readonly senders: Senders;
  readonly people: People;
  readonly ambiguities: Ambiguity[];
  readonly violations: (Violation & { readonly round: number })[];
};

/** No event that a fault waits for comes later than this, or never. */
const patience = 500;

export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Strikes at the moment, or when nothing happens any more. */
const atMoment = (field: Field, moment: Moment, strike: () => void): Promise<void> =>
  new Promise((resolve) => {
    let seen = 0;
    let struck = false;
    const now = (): void => {
      if (struck) return;
      struck = true;
      strike();
      clearTimeout(timer);
      watcher?.close();
      field.outside.onTaken(() => undefined);
      resolve();
    };
    const count = (): void => {
      seen += 1;
      if (moment.at !== 'start' && moment.at !== 'delay' && seen >= moment.nth) now();
    };
    const wait = moment.at === 'start' ? moment.part * field.service.startTook() : moment.at === 'delay' ? moment.milliseconds : patience;
    const timer = setTimeout(now, wait);
    const watcher = moment.at === 'change' ? watch(field.dataDir, count) : undefined;
    if (moment.at === 'message') field.outside.onTaken(count);
  });

/** All of them, and what earlier rounds left unanswered. */
export const deliver = async ({ senders, dataDir }: Pick<Field, 'senders' | 'dataDir'>, up: Up, posts: readonly Post[]): Promise<void> => {
  const all = [...senders.unanswered.splice(0), ...posts];
  await Promise.all(all.map((post) => senders.post(up.port, tokenOf(dataDir, post.source), post)));
};

/** A dead claim is found again after the next kill: the same try is written down once. */
const leftOpen = (field: Field, why: Ambiguity['why'], round: number): void => {
  const known = new Set(field.ambiguities.map((one) => one.attempt));
  for (const one of unsettled(field.dataDir, field.configuration))
    if (!known.has(one.attempt)) field.ambiguities.push({ why, round, ...one });
};

/** Errors are alarms: under these faults none is due. */
export const alarms = (stderr: string): readonly Violation[] =>
  stderr
    .split('\n')
    .filter(
      (line) =>
        line !== '' && (!line.startsWith('{') || line.includes('"level":"error"')) && !/^(warning: |configuration reloaded)/.test(line),
    )
    .map((line) => ({ kind: 'service-alarm', about: line.slice(0, 300) }));

const killed = async (field: Field, round: number): Promise<void> => {
  const { signal, code, stderr } = await field.service.ended();
  for (const alarm of alarms(stderr)) field.violations.push({ ...alarm, round });
  if (signal !== 'SIGKILL')
    field.violations.push({ round, kind: 'service-ended', about: `by itself, with ${code}: ${stderr.slice(-300)}` });
  leftOpen(field, 'kill', round);
};

/** Longer than this an effect in flight may run out of its time. */
const effectMayEnd = 8_000;

const thaw = async (field: Field, fault: Extract<Fault, { readonly type: 'stop' }>, round: number): Promise<void> => {
  await pause(fault.milliseconds);
  if (fault.milliseconds > effectMayEnd || fault.ahead > 0) leftOpen(field, 'stop', round);
  field.clock.move(fault.ahead);
  field.service.signal('SIGCONT');
};

const life = async (field: Field, { posts, act }: Plan, roll: Dice): Promise<void> => {
  const up = await field.service.up();
  await Promise.all([deliver(field, up, posts), act ? field.people.act(up, roll, field.clock.now()) : undefined]);
};

/** Resolves when the fault is over and everybody knows, or does not know, what became of his request. */
export const playRound = async (
  field: Field,
  plan: Plan,
  { round, roll }: { readonly round: number; readonly roll: Dice },
): Promise<void> => {
  const { fault, moment } = plan;
  if (!field.service.isRunning()) field.service.begin();
  if (moment.at === 'start') field.senders.unanswered.push(...plan.posts);
  else await field.service.up();
  const living = moment.at === 'start' ? Promise.resolve() : life(field, plan, roll);
  await atMoment(field, moment, () => field.service.signal(fault.type === 'kill' ? 'SIGKILL' : 'SIGSTOP'));
  if (fault.type === 'kill') await killed(field, round);
  else await thaw(field, fault, round);
  await living;
};
