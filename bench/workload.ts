// Decides what the ledger is measured with: whole incidents of the example configuration, so many duties that wait, two thousand that are due.
import type { Finding } from '#core/detection/finding.ts';
import { informedRoles } from '#core/directory/directory.ts';
import type { Duty, DutyRef } from '#core/duty/duty.ts';
import { owed } from '#core/duty/owed.ts';
import type { DutySpec } from '#core/duty/spec.ts';
import { openIncident } from '#core/incident/decide.ts';
import type { Incident, SignalRef } from '#core/incident/incident.ts';
import { type SignalId, assetId, incidentId, signalId } from '#core/kernel/ids.ts';
import { safe } from '#core/kernel/safe.ts';
import { hours, minutes, plus } from '#core/kernel/time.ts';
import { recordEvents } from '#core/register/record.ts';
import { dutyWrites } from '#flow/change.ts';
import type { Write } from '#flow/ports.ts';
import { type Bench, hour } from './node.ts';

const idKey = new Uint8Array(32).fill(33);
const signalsEach = 3;

const signal = (id: SignalId): SignalRef => ({
  id,
  source: 'guardduty',
  kind: 'finding',
  time: hour,
  received: hour,
  outcome: 'success',
  address: 'k7qf2mxa4zc5bnj6t3wd7uye2v',
  rawRef: `guardduty/${id}`,
});

/** One incident as assessment makes it: a rule's finding over three signals, two controllers affected. */
const incidentOf = (bench: Bench, name: string, n: number): Incident => {
  const signals = Array.from({ length: signalsEach }, (_, i) => signal(signalId(idKey, 'guardduty', [name, n, i])));
  const controllers = [...bench.configuration.directory.controllers.keys()].slice(0, 2).toSorted();
  const finding: Finding = {
    rule: {
      id: 'bench-rule',
      name: 'archive_read',
      title: safe`Archive read in full`,
      level: 'high',
      version: 1,
      category: 'exfiltration',
    },
    time: hour,
    signals: signals.map((one) => one.id),
    nature: { confidentiality: 'likely', integrity: 'none', availability: 'none' },
    personalData: 'likely',
    caseKey: `${name}-${n}`,
    joinKeys: [],
    window: hours(1),
    resources: [],
    assets: [assetId('archive')],
    controllers,
    unidentified: false,
  };
  return recordEvents(undefined, openIncident(incidentId(idKey, name, n), hour, finding, signals)).incident;
};

const chunk = 500;

const commitAll = async (bench: Bench, writes: readonly Write[]): Promise<void> => {
  for (let i = 0; i < writes.length; i += chunk)
    if ((await bench.node.world.ledger.commit(writes.slice(i, i + chunk))) === 'conflict')
      throw new Error('the workload was stored before');
};

const waitingEach = 20;
const waitingKinds = ['human', 'notice', 'review', 'ticket'] as const;

/** Waits for an hour of its own in the week to come, in every lane. */
const waitingSpec = (bench: Bench, n: number): DutySpec => {
  const kind = waitingKinds[n % waitingKinds.length] ?? 'human';
  const [controller = ''] = bench.configuration.directory.controllers.keys();
  const notBefore = plus(hour, minutes(60 + ((n * 7_919) % 10_000)));
  return {
    kind,
    recipient: kind === 'notice' ? controller : 'incident-lead',
    step: String(n),
    deadlineAt: plus(notBefore, hours(4)),
    notBefore,
  };
};

/** Stores so many open duties that wait, twenty to an incident, each with the first line of its chain. */
export const fillWaiting = async (bench: Bench, count: number): Promise<void> => {
  for (let made = 0, n = 0; made < count; n += 1) {
    const incident = incidentOf(bench, 'waiting', n);
    const specs = Array.from({ length: Math.min(waitingEach, count - made) }, (_, i) => waitingSpec(bench, made + i));
    made += specs.length;
    await commitAll(bench, [{ put: 'incident', incident, ifVer: 0 }, ...dutyWrites(incident, specs, [], hour)]);
  }
};

/** What every incident owes: its ticket, and a page to each role that is informed. */
const dueEach = 1 + informedRoles.length;

export type DueWork = {
  readonly refs: readonly DutyRef[];
  readonly duties: readonly Duty[];
  /** Puts the due duties back as they were before they were performed. */
  readonly reset: () => Promise<void>;
};

/** Makes so many due duties over a fifth as many incidents. */
export const dueWork = async (bench: Bench, count: number): Promise<DueWork> => {
  const writes: Write[] = [];
  for (let n = 0; n < count / dueEach; n += 1) {
    const incident = incidentOf(bench, 'due', n);
    const specs = owed(incident, bench.configuration, hour).filter((spec) => spec.kind === 'ticket' || spec.kind === 'inform');
    await commitAll(bench, [{ put: 'incident', incident, ifVer: 0 }]);
    writes.push(...dutyWrites(incident, specs, [], hour));
  }
  const duties = writes.flatMap((write) => (write.put === 'duty' ? [write.duty] : []));
  if (duties.length !== count) throw new Error(`${count} due duties wanted, ${duties.length} made`);
  const reset = async (): Promise<void> => {
    await bench.forget(duties);
    await commitAll(bench, writes);
  };
  await reset();
  return { refs: duties.map(({ subject, id }) => ({ subject, id })), duties, reset };
};
