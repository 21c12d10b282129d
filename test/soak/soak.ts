// Decides whether one machine survives real kills and freezes: the real service is struck at random, and at the end nothing may be lost or repeated.
// Which signals come, who acts, what strikes and when in the life of a round is decided by one seeded generator. When the operating system really
// delivers a signal, and so which message meets which misdeed, is not: the same seed gives the same decisions, not the same moments. What is
// exactly repeatable is `npm run simulate`.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantOf } from '#core/kernel/time.ts';
import { openDatabase } from '#adapters/embedded/database.ts';
import { loadInForce } from '#local/configuration.ts';
import { cleanUp } from '../local/process.ts';
import { writeConfiguration } from './cast.ts';
import { check } from './check/check.ts';
import { dice } from './dice.ts';
import { undisturbed } from './expected.ts';
import { readLedger } from './ledger-file.ts';
import { type Options, readOptions } from './options.ts';
import { openOutside } from './outside.ts';
import { openPeople } from './people.ts';
import { type Told, planOf } from './plan.ts';
import { comeToRest } from './quiet.ts';
import { type Field, playRound } from './round.ts';
import { openSenders } from './senders.ts';
import { movedClock, openService } from './service.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const stopping = new AbortController();

const home = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const openField = async (folder: string, options: Options): Promise<Field & { readonly inForce: InForceOf }> => {
  const [configDir, dataDir] = [join(folder, 'config'), join(folder, 'data')];
  await writeConfiguration(configDir);
  const clock = movedClock(join(folder, 'ahead'));
  const outside = await openOutside(dice(options.seed).branch('outside'), clock.now);
  const loaded = await loadInForce(configDir, { now: instantOf(clock.now()), environment: outside.environment });
  if (!loaded.ok) {
    await outside.close();
    throw new Error(`the soak's own configuration: ${JSON.stringify(loaded.error)}`);
  }
  return {
    dataDir,
    clock,
    outside,
    inForce: loaded.value,
    configuration: loaded.value.configuration,
    service: openService({
      configDir,
      dataDir,
      cacheDir: join(folder, 'cache'),
      clock,
      environment: outside.environment,
      stopping: stopping.signal,
    }),
    senders: openSenders(),
    people: openPeople(),
    ambiguities: [],
    violations: [],
  };
};

type InForceOf = Extract<Awaited<ReturnType<typeof loadInForce>>, { readonly ok: true }>['value'];

type Tally = { kills: number; stops: number; incidents: number };

/** Started and stopped once in peace: that leaves the compiled code behind, which a killed process never writes. */
const warmUp = async ({ service }: Field): Promise<void> => {
  service.begin();
  await service.up();
  service.signal('SIGTERM');
  await service.ended();
};

const playRounds = async (field: Field, options: Options, tally: Tally): Promise<void> => {
  const roll = dice(options.seed);
  const told: Told = { leaks: new Map(), attacks: new Set(), bans: 0 };
  const from = performance.now();
  for (let round = 1; round <= options.rounds; round += 1) {
    const plan = planOf(roll, told, !field.service.isRunning());
    tally[plan.fault.type === 'kill' ? 'kills' : 'stops'] += 1;
    await playRound(field, plan, { round, roll: roll.branch(`round ${round}`) });
    if (round % 25 === 0 || round === options.rounds)
      say(
        `${round} rounds, ${((round * 1_000) / (performance.now() - from)).toFixed(2)} rounds/s; ${field.senders.answered.length} deliveries, ${field.people.acts.length} acts, ${field.outside.taken.length} messages, ${field.violations.length} violations; a start takes ${Math.round(field.service.startTook())} ms`,
      );
    if (field.violations.length > 0) return;
  }
};

const judge = async (folder: string, field: Field & { readonly inForce: InForceOf }, options: Options, tally: Tally): Promise<void> => {
  const restedAt = await comeToRest(field, options.rounds);
  const db = openDatabase(join(field.dataDir, 'art33.db'));
  const ledger = await readLedger(db);
  db.close();
  const expected = await undisturbed({
    dataDir: join(folder, 'undisturbed'),
    secretsFrom: field.dataDir,
    inForce: field.inForce,
    posts: field.senders.answered,
  });
  tally.incidents = ledger.incidents.length;
  const found = check({
    ledger,
    expected,
    sent: field.senders.sent,
    acts: field.people.acts,
    taken: field.outside.taken,
    ambiguities: field.ambiguities,
    configuration: field.configuration,
    now: restedAt,
  });
  for (const violation of [...field.senders.wrong, ...found]) field.violations.push({ ...violation, round: options.rounds });
};

const tell = (folder: string, field: Field, options: Options): void => {
  for (const { round, kind, about } of field.violations) say(`seed ${options.seed}, round ${round}: ${kind}: ${about}`);
  if (field.violations.length > 0) say(`The data is kept in ${folder}`);
};

const soak = async (folder: string, options: Options): Promise<boolean> => {
  const from = performance.now();
  const tally: Tally = { kills: 0, stops: 0, incidents: 0 };
  const field = await openField(folder, options);
  try {
    await warmUp(field);
    await playRounds(field, options, tally);
    await judge(folder, field, options, tally);
  } finally {
    await cleanUp();
    await field.outside.close();
  }
  tell(folder, field, options);
  const summary = {
    rounds: tally.kills + tally.stops,
    kills: tally.kills,
    stops: tally.stops,
    signals: field.senders.sent.filter((one) => one.answered).length,
    incidents: tally.incidents,
    messages: field.outside.taken.length,
    ambiguities: field.ambiguities.length + field.outside.taken.filter((one) => one.dropped).length,
    violations: field.violations.length,
    seconds: Math.round((performance.now() - from) / 100) / 10,
  };
  say(
    options.json
      ? JSON.stringify(summary)
      : Object.entries(summary)
          .map(([name, n]) => `${name} ${n}`)
          .join(', '),
  );
  return field.violations.length === 0;
};

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  if (!options.ok) {
    process.stderr.write(`${options.error}\n`);
    return 2;
  }
  const folder = mkdtempSync(join(home, 'art33-soak-'));
  say(`seed ${options.value.seed}, ${options.value.rounds} rounds, in ${folder}`);
  const stopped = (): void => {
    stopping.abort();
    void cleanUp().finally(() => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(130);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopped);
  let sound = false;
  try {
    sound = await soak(folder, options.value);
    if (sound) rmSync(folder, { recursive: true, force: true });
  } catch (cause) {
    if (stopping.signal.aborted) return 130;
    process.stderr.write(
      `soak: seed ${options.value.seed}: it broke off; the data is kept in ${folder}\n${cause instanceof Error ? cause.stack : ''}\n`,
    );
  }
  return sound ? 0 : 1;
};

process.exitCode = await main();
