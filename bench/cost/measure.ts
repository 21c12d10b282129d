// Decides how the cost model gets its numbers: the bundled functions play the story twice, with few controllers and with many.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '#lib/bundle.ts';
import { configurationText } from '../functions/configuration.ts';
import { secretsAt } from '../functions/events.ts';
import { startFunctions } from '../functions/process.ts';
import { openStandIn } from '../stand-in/server.ts';
import { tell } from './story.ts';
import { clockedIn, readStanding } from './template.ts';
import { type Metrics, type Taken, nothing, plusTimes, slope } from './use.ts';
import { costWorld } from './world.ts';

/** What the model multiplies: each part of a deployment's life, once. */
export type Measured = {
  readonly measuredOn: string;
  readonly node: string;
  readonly metrics: Metrics;
  /** One call of each function that a clock calls, with nothing to do. */
  readonly idle: Readonly<Record<string, Taken>>;
  /** One signal that is no incident, sent alone; the same message again; one that joins an incident. */
  readonly settled: Taken;
  readonly duplicate: Taken;
  readonly attached: Taken;
  /** Whole incidents by the number of their controllers, least first; what lies between two of them is on the line between them. */
  readonly incidents: readonly MeasuredIncident[];
  /** DynamoDB's read units that one audit takes more for each settled signal in the ledger: none, unless it counts receipts again. */
  readonly auditReadsOfSignal: number;
};

export type MeasuredIncident = {
  readonly controllers: number;
  /** From the finding to the last delivery and all reminders. */
  readonly whole: Taken;
  /** What one call of each function that comes by itself takes more when the incident is in the ledger. */
  readonly rounds: Readonly<Record<string, Taken>>;
};

/** Beyond 40 the duties are fanned out; at 1,001 the incident itself is large, and each reading of it costs more. */
export const sizes: readonly number[] = [1, 101, 1_001];
/** So many signals before the incident: enough that the processor's time is that of a process at work. */
export const manySignals = 200;

type Played = { readonly parts: Readonly<Record<string, Taken>>; readonly metrics: Metrics };

type Told = { readonly controllers: number; readonly signals: number; readonly clocked: readonly string[] };

const play = async ({ controllers, signals, clocked }: Told, say: (line: string) => void): Promise<Played> => {
  say(`playing the story with ${controllers} controller(s)`);
  const out = mkdtempSync(join(tmpdir(), 'art33-cost-'));
  const standIn = await openStandIn(secretsAt);
  try {
    await bundle(await configurationText(controllers), join(out, 'lambdas'));
    const functions = startFunctions(join(out, 'lambdas'), standIn.url);
    try {
      const world = costWorld(standIn, functions);
      return { parts: await tell(world, clocked, signals), metrics: world.metrics() };
    } finally {
      functions.close();
    }
  } finally {
    await standIn.close();
    rmSync(out, { recursive: true, force: true });
  }
};

const part = ({ parts }: Played, name: string): Taken => {
  const found = parts[name];
  if (!found) throw new Error(`the story has no part ${name}`);
  return found;
};

const reads = (played: Played, name: string): number =>
  Object.values(part(played, name).uses['audit']?.operations ?? {}).reduce((sum, use) => sum + use.read, 0);

/** Less time with more in the ledger is noise of the clock. */
const noLessTime = ({ uses, ...rest }: Taken): Taken => ({
  ...rest,
  uses: Object.fromEntries(Object.entries(uses).map(([stage, use]) => [stage, { ...use, cpu: Math.max(0, use.cpu) }])),
});

/** The ticks that came meanwhile would have come without it, so they are in the idle month. */
const incidentOf = (controllers: number, played: Played, clocked: readonly string[]): MeasuredIncident => {
  const { uses, ...rest } = plusTimes(part(played, 'opened'), part(played, 'followed'), 1);
  const { tick: _, ...without } = uses;
  return {
    controllers,
    whole: { ...rest, uses: without },
    rounds: Object.fromEntries(
      clocked.map((stage) => [stage, noLessTime(slope(part(played, `with-incident/${stage}`), part(played, `many/${stage}`), 1))]),
    ),
  };
};

export type Sizes = { readonly controllers: readonly number[]; readonly signals: number };

export const measure = async (now: string, { controllers, signals }: Sizes, say: (line: string) => void): Promise<Measured> => {
  const clocked = clockedIn(readStanding());
  const played: (readonly [number, Played])[] = [];
  for (const count of controllers) played.push([count, await play({ controllers: count, signals, clocked }, say)]);
  const [first] = played;
  if (!first) throw new Error('nothing to measure');
  const [, story] = first;
  return {
    measuredOn: now,
    node: process.version,
    metrics: story.metrics,
    idle: Object.fromEntries(clocked.map((stage) => [stage, part(story, `idle/${stage}`)])),
    settled: slope(part(story, 'settled'), nothing, signals),
    duplicate: part(story, 'duplicate'),
    attached: part(story, 'attached'),
    incidents: played.map(([count, one]) => incidentOf(count, one, clocked)),
    auditReadsOfSignal: (reads(story, 'many/audit') - reads(story, 'idle/audit')) / signals,
  };
};
