// Decides when a soak has come to rest: faults off, every signal answered, nothing due, nothing tried and still open.
import { watch } from 'node:fs';
import { type Watcher, watchUnrest } from './ledger-file.ts';
import { type Field, alarms, deliver } from './round.ts';

/** In real time; what waits longer is moved to by the clock. */
const atMost = 240_000;

/** The next change in the folder, or the end of the time. */
const change = (dataDir: string, atLatest: number): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      watcher.close();
      resolve();
    };
    const watcher = watch(dataDir, done);
    const timer = setTimeout(done, atLatest);
  });

/** Longer than an effect may last: whoever still holds a claim then was fenced, and waits for its lease to lapse. */
const effectOver = 12_000;

/** Moves the clock to the hour that the next try waits for. The service looks again when told that its configuration may have changed. */
const moveOn = (field: Field, by: number): void => {
  field.clock.move(by);
  field.service.signal('SIGHUP');
};

const untilStill = async (field: Field, ledger: Watcher): Promise<void> => {
  const until = performance.now() + atMost;
  let since = performance.now();
  let held = '';
  while (performance.now() < until && field.service.isRunning()) {
    const now = field.clock.now();
    const look = ledger.look(now);
    if (look.due === 0 && look.next === undefined) return;
    if (look.held.join() !== held) since = performance.now();
    held = look.held.join();
    const isStill = look.due === 0 && (held === '' || performance.now() - since > effectOver);
    if (isStill) moveOn(field, (look.next ?? now) - now + 1);
    await change(field.dataDir, 500);
  }
};

const settle = async (field: Field): Promise<void> => {
  const ledger = watchUnrest(field.dataDir);
  try {
    await untilStill(field, ledger);
  } finally {
    ledger.close();
  }
};

/** Ends with the process stopped as an operator stops it. Tells the hour at which nothing was due. */
export const comeToRest = async (field: Field, round: number): Promise<number> => {
  field.outside.fair();
  if (!field.service.isRunning()) field.service.begin();
  await deliver(field, await field.service.up(), []);
  await settle(field);
  const restedAt = field.clock.now();
  const ended = field.service.ended();
  field.service.signal('SIGTERM');
  const { code, stderr } = await ended;
  if (code !== 0) field.violations.push({ round, kind: 'service-ended', about: `stopped, it ended with ${code}: ${stderr.slice(-300)}` });
  for (const alarm of alarms(stderr)) field.violations.push({ ...alarm, round });
  return restedAt;
};
