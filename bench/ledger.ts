// Decides how fast the ledger must be: at most 12 times bare SQLite of the same run, and 100,000 open duties at most 1.3 times 1,000 (D-24).
import type { Attempt, Duty } from '#core/duty/duty.ts';
import type { Entry } from '#core/register/entry.ts';
import { claimed, leaseFor } from '#core/duty/claim.ts';
import { plus } from '#core/kernel/time.ts';
import { perform } from '#flow/perform.ts';
import { performDue } from '#local/loops.ts';
import { type Benchmark, type Measured, median, table } from './benchmark.ts';
import { type Floor, type FloorTurn, openFloor } from './floor.ts';
import { type Bench, exampleInForce, hour, openBench } from './node.ts';
import { type DueWork, dueWork, fillWaiting } from './workload.ts';

export type LedgerSettings = { readonly sizes: readonly number[]; readonly due: number; readonly rounds: number };

/** The first round warms up and is not counted. */
const settings: LedgerSettings = { sizes: [1_000, 10_000, 100_000], due: 2_000, rounds: 7 };

export const gates = { floor: 12, growth: 1.3 } as const;

/** How duties are performed: as the node's lanes do, several in hand at once; or one after the other. */
type Way = 'lanes' | 'oneByOne';
type Seconds = Record<Way | 'floor', number[]>;

type Size = {
  readonly open: number;
  readonly bench: Bench;
  readonly work: DueWork;
  readonly floor: Floor;
  readonly turns: readonly FloorTurn[];
  readonly seconds: Seconds;
};

/** Seconds of processor time: what else runs on the machine does not count. */
const timed = async (work: () => unknown): Promise<number> => {
  const begun = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000_000;
};

const performed: Readonly<Record<Way, (size: Pick<Size, 'bench' | 'work'>) => Promise<number>>> = {
  lanes: ({ bench }) => performDue(bench.node),
  oneByOne: async ({ bench, work }) => {
    const worker = { name: `node-${bench.node.epoch}`, epoch: bench.node.epoch };
    let done = 0;
    for (const ref of work.refs) if ((await perform(bench.node.world, ref, worker)) === 'done') done += 1;
    return done;
  },
};

/** Times one run of all that is due; a run that did not do it all is no figure. */
const timeLedger = async (size: Pick<Size, 'bench' | 'work'>, way: Way): Promise<number> => {
  await size.work.reset();
  const effects = size.bench.effects();
  let done = 0;
  const seconds = await timed(async () => {
    done = await performed[way](size);
  });
  const wanted = size.work.duties.length;
  if (done !== wanted || size.bench.effects() - effects < wanted) throw new Error(`${done} of ${wanted} duties were performed`);
  return seconds;
};

/** What the ledger itself wrote for one duty, as the floor's text. */
const turnOf = (
  bench: Bench,
  before: Duty,
  after: { readonly duty: Duty; readonly attempts: readonly Attempt[]; readonly entry: Entry },
): FloorTurn => {
  const key = `${before.subject}${before.id}`;
  const mine = claimed(before, { owner: `node-${bench.node.epoch}`, epoch: bench.node.epoch, leaseUntil: plus(hour, leaseFor) });
  return {
    key,
    open: JSON.stringify(before),
    claimed: JSON.stringify(mine),
    done: JSON.stringify(after.duty),
    entry: JSON.stringify(after.entry),
    intents: after.attempts.map((attempt) => `${key}${attempt.gen}${attempt.channel}`),
  };
};

const turnsOf = async (bench: Bench, work: DueWork): Promise<readonly FloorTurn[]> => {
  const turns: FloorTurn[] = [];
  for (const before of work.duties) {
    const duty = await bench.node.world.ledger.duty(before);
    const entry = (await bench.node.world.ledger.entriesOf(before.id)).at(-1);
    if (duty?.state !== 'DONE' || !entry) throw new Error('a duty of the benchmark did not end');
    turns.push(turnOf(bench, before, { duty, entry, attempts: await bench.node.world.ledger.attemptsOf(before) }));
  }
  return turns;
};

const openSize = async (inForce: Parameters<typeof openBench>[0], open: number, due: number): Promise<Size> => {
  const bench = await openBench(inForce);
  await fillWaiting(bench, open);
  const work = await dueWork(bench, due);
  await timeLedger({ bench, work }, 'oneByOne');
  const turns = await turnsOf(bench, work);
  return { open, bench, work, turns, floor: openFloor(open, turns[0]?.open ?? ''), seconds: { lanes: [], oneByOne: [], floor: [] } };
};

const round = async (size: Size, counts: boolean): Promise<void> => {
  size.floor.reset(size.turns);
  const floor = await timed(() => size.floor.run(size.turns));
  const lanes = await timeLedger(size, 'lanes');
  const oneByOne = await timeLedger(size, 'oneByOne');
  if (!counts) return;
  size.seconds.floor.push(floor);
  size.seconds.lanes.push(lanes);
  size.seconds.oneByOne.push(oneByOne);
};

export type Row = {
  readonly open: number;
  readonly dutiesPerSecond: number;
  readonly oneByOnePerSecond: number;
  readonly floorDutiesPerSecond: number;
  readonly floorTransactionsPerSecond: number;
  /** Bare SQLite over ledger, per duty. */
  readonly ratio: number;
  /** Of a duty's cost to that at the smallest size. */
  readonly growth: number;
};

/** Each round's ratio is of two runs that lay side by side; the median of them is the figure. */
const rowOf = ({ open, turns, seconds }: Size, smallest: Size): Row => {
  const due = turns.length;
  const transactions = turns.reduce((sum, turn) => sum + 2 + turn.intents.length, 0);
  const against = (mine: readonly number[], other: readonly number[]): number => median(mine.map((s, i) => s / (other[i] ?? s)));
  return {
    open,
    dutiesPerSecond: due / median(seconds.lanes),
    oneByOnePerSecond: due / median(seconds.oneByOne),
    floorDutiesPerSecond: due / median(seconds.floor),
    floorTransactionsPerSecond: transactions / median(seconds.floor),
    ratio: against(seconds.lanes, seconds.floor),
    growth: against(seconds.lanes, smallest.seconds.lanes),
  };
};

const figure = (n: number): string => Math.round(n).toLocaleString('en-GB');

const head = ['open duties', 'duties/s', 'one by one/s', 'bare duties/s', 'bare tx/s', 'ratio', 'cost against first'];

const cells = (row: Row): readonly string[] => [
  figure(row.open),
  figure(row.dutiesPerSecond),
  figure(row.oneByOnePerSecond),
  figure(row.floorDutiesPerSecond),
  figure(row.floorTransactionsPerSecond),
  `${row.ratio.toFixed(1)}x`,
  `${row.growth.toFixed(2)}x`,
];

/** Which gates these figures miss. */
export const missedGates = (rows: readonly Row[]): readonly string[] => [
  ...rows
    .filter((row) => row.ratio > gates.floor)
    .map((row) => `at ${figure(row.open)} open duties one costs ${row.ratio.toFixed(1)}x bare SQLite; at most ${gates.floor}x`),
  ...rows
    .slice(-1)
    .filter((row) => row.growth > gates.growth)
    .map((row) => `at ${figure(row.open)} open duties one costs ${row.growth.toFixed(2)}x the first; at most ${gates.growth}x`),
];

/** Floor and ledger by turns, size by size, round by round: what slows the machine slows both. */
export const measureLedger = async ({ sizes, due, rounds }: LedgerSettings, say: (line: string) => void): Promise<readonly Row[]> => {
  const inForce = await exampleInForce();
  const opened: Size[] = [];
  for (const open of sizes) {
    say(`storing ${figure(open)} open duties`);
    opened.push(await openSize(inForce, open, due));
  }
  for (let n = 0; n <= rounds; n += 1) {
    say(n === 0 ? 'warming up' : `round ${n} of ${rounds}`);
    for (const size of opened) await round(size, n > 0);
  }
  const [smallest] = opened;
  const rows = smallest ? opened.map((size) => rowOf(size, smallest)) : [];
  for (const size of opened) {
    size.bench.close();
    size.floor.close();
  }
  return rows;
};

const explained = (rounds: number, due: number): readonly string[] => [
  '',
  `Seconds of processor time; medians of ${rounds} rounds, each of which performs ${figure(due)} due duties (a ticket and four pages an incident) among those that wait.`,
  'duties/s, ratio and cost: the way the node works, lanes side by side with several duties in hand. One by one: the same, in sequence.',
  'bare: SQLite in memory writes the same rows in one transaction for the claim, one for each intent and one for the end; no reading.',
  `Gates: ratio at most ${gates.floor}x, cost at the most open duties at most ${gates.growth}x that at the fewest.`,
];

const report = (rows: readonly Row[], { rounds, due }: LedgerSettings): Measured => {
  const missed = missedGates(rows);
  return {
    lines: [...table(head, rows.map(cells)), ...explained(rounds, due)],
    json: { benchmark: 'ledger', due, rounds, gates, rows, missed },
    missed,
  };
};

export const ledgerBenchmark: Benchmark = {
  name: 'ledger',
  summary: 'duties a second at 1,000, 10,000 and 100,000 open duties, beside bare SQLite of the same run',
  run: async (say) => report(await measureLedger(settings, say), settings),
};
