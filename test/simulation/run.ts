// Decides how one seed is played: its story and its faults, the production flows in between, the promises checked to the end.
import { openDatabase } from '#adapters/embedded/database.ts';
import { embeddedCorrelations, embeddedEvidence } from '#adapters/embedded/intake.ts';
import { embeddedLedger } from '#adapters/embedded/ledger.ts';
import type { Duty } from '#core/duty/duty.ts';
import { type DutyId, incidentSubject } from '#core/kernel/ids.ts';
import { instantOf } from '#core/kernel/time.ts';
import { keyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import { outageWords } from '#flow/act.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import { receive } from '#flow/receive.ts';
import type { Log } from '#flow/ports.ts';
import type { InForce } from '#local/node.ts';
import { crowded, example, redeployed } from './cast.ts';
import { type Decision, type FaultName, faults as faultsOf, isPunctual, planFor } from './faults.ts';
import { type House, type HouseSettings, fleet } from './fleet.ts';
import { kernel as kernelOf, random } from './kernel.ts';
import { type MailEvent, outside as outsideOf } from './outside.ts';
import { visit } from './people.ts';
import { type Shared, worldOf } from './ports.ts';
import { single } from './single.ts';
import { type Sending, type Story, type Visit, storyOf } from './story.ts';
import { outages } from './outages.ts';
import { verdict } from './verdict.ts';
import { type Violation, watch as watchOf } from './watch.ts';
import { type SimWorker, calls as callsOf } from './worker.ts';

/** The kernel knows no loading: what is loaded later is there before it begins. */
await outageWords();

const minute = 60_000;

export type RunSettings = {
  readonly seed: number;
  readonly story?: Story;
  /** Of the faults that the seed draws, only these. */
  readonly allowed?: ReadonlySet<FaultName>;
  readonly only?: ReadonlySet<number>;
  readonly crashAt?: ReadonlySet<number>;
  readonly trace?: (line: string) => void;
};

export type Ran = {
  readonly seed: number;
  readonly hash: string;
  readonly violations: readonly Violation[];
  readonly struck: readonly Decision[];
  readonly crashes: number;
  readonly effects: number;
  readonly ambiguities: number;
  readonly duplicates: number;
  readonly points: number;
  readonly recoveredWithin: number;
};

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const codeOf = (text: string): number => {
  let code = 0;
  for (let i = 0; i < text.length; i += 1) code = (Math.imul(code, 31) + text.charCodeAt(i)) | 0;
  return code;
};

export const run = async (settings: RunSettings): Promise<Ran> => {
  const { seed, trace } = settings;
  const story = settings.story ?? storyOf(seed);
  const kernel = kernelOf(story.startedAt);
  const quietFrom = story.startedAt + story.faultyFor;
  const end = quietFrom + story.quietFor;
  const clock = (at = kernel.now()): string => {
    const ms = at - story.startedAt;
    return `+${Math.floor(ms / 3_600_000)}:${String(Math.floor(ms / 60_000) % 60).padStart(2, '0')}:${((ms / 1000) % 60).toFixed(3).padStart(6, '0')}`;
  };
  const plan = settings.story ? { on: new Set<FaultName>(), rate: 0 } : planFor(seed, settings.allowed);
  const faults = faultsOf({
    plan,
    seed,
    now: kernel.now,
    ...(settings.only ? { only: settings.only } : {}),
    ...(trace ? { onStrike: (decision) => trace(`${clock()} !! ${decision.n} ${decision.fault} at ${decision.where}`) } : {}),
  });
  const windows = outages(seed, plan.on, story);
  const database = openDatabase(':memory:', { gather: queueMicrotask });
  const ledger = embeddedLedger(database, { page: 7 });
  let inForce: InForce = story.crowd ? crowded : example;
  const watch = watchOf({
    kernel,
    configuration: () => inForce.configuration,
    quietFrom,
    punctual: isPunctual(plan),
    skewed: plan.on.has('skew'),
    began: (epoch) => workers.find((worker) => worker.epoch === epoch)?.since,
    onChange: () => {
      wakesAt = undefined;
    },
    onClaim: (duty) => {
      // Somebody holds the notices just when the clock is about to let them go.
      if (duty.kind === 'release' && duty.step === 'confirmed' && duty.state === 'SENT' && moments.chance(0.2))
        kernel.after(moments.between(1, 150), () => come({ at: 0, what: 'hold', which: 0 }));
      // A service is back just when somebody is about to say that it is away.
      if (duty.kind === 'disturbance' && duty.step === 'start' && moments.chance(0.3))
        kernel.after(moments.between(1, 150), () => come({ at: 0, what: 'restored', which: 0 }));
      if (held.has(duty.id)) kernel.after(draw.between(1, 120), () => letGo(duty.id));
    },
  });
  const draw = random(seed, 5);
  const latency = random(seed, 6);
  const moments = random(seed, 9);
  const workers: SimWorker[] = [];
  const accepted = new Set<string>();
  let crashes = 0;

  const held = new Map<DutyId, () => void>();
  const letGo = (duty: DutyId): void => {
    const tell = held.get(duty);
    held.delete(duty);
    tell?.();
  };

  const calls = callsOf({
    kernel,
    faults,
    latency,
    isDown: (service) => windows.some((one) => one.service === service && one.from <= kernel.now() && kernel.now() < one.to),
    onCall: (worker, call, outcome) => {
      kernel.mark(codeOf(call.what), worker.n * 31 + codeOf(outcome));
      watch.called(worker, call, outcome);
      trace?.(`${clock()} ${worker.name} ${call.what}${call.duty ? ` ${call.duty.slice(0, 10)}` : ''}: ${outcome}`);
    },
    onDeath: (worker) => {
      crashes += 1;
      house.died(worker);
    },
    thawedBy: quietFrom,
    ...(settings.crashAt ? { crashAt: settings.crashAt } : {}),
  });

  const hire = (kind: string, epoch: number): SimWorker => {
    const worker: SimWorker = {
      n: workers.length + 1,
      name: `${kind}-${workers.length + 1}`,
      epoch,
      skew: faults.has('skew') ? draw.between(-30_000, 30_000) : 0,
      since: kernel.now(),
      dead: false,
      frozenUntil: 0,
      claims: new Map(),
    };
    workers.push(worker);
    return worker;
  };

  const outside = outsideOf({
    kernel,
    faults,
    draw,
    addresses: [...inForce.configuration.directory.controllers.values()].flatMap((one) => one.contacts.map((contact) => contact.mail)),
    people: [...inForce.configuration.directory.people.values()],
    onMailEvent: (event) => report(event),
    // Some reports come just when somebody looks at the duty again: then both want to write on it.
    postpone: (duty, tell) => {
      if (!draw.chance(0.3) || held.has(duty)) return tell();
      held.set(duty, tell);
      kernel.after(20 * minute, () => letGo(duty));
    },
    onDelivered: (one) => {
      trace?.(`${clock()} -> ${one.channel} to ${one.to}: ${one.subject} (gen ${one.gen})`);
      watch.delivered(one);
    },
  });

  const shared: Shared = {
    kernel,
    calls,
    watch,
    outside,
    inner: { ledger, correlations: embeddedCorrelations(database), evidence: embeddedEvidence(database) },
    pseudonyms: keyedPseudonyms(new Uint8Array(32).fill(7)),
    chance: random(seed, 7),
    directory: { current: () => inForce },
    sources: { current: () => inForce.sources },
    log: trace ? { ...silent, error: (event) => trace(`${clock()} log: ${event}`) } : silent,
    indexLag: () => (faults.has('index-lag') ? draw.between(0, 120_000) : 0),
    sendRaw: (messages) => house.sendRaw(messages),
    wake: (lane, refs) => house.wake(lane, refs),
    beat: () => undefined,
  };

  // Asked twice a minute and mostly the same: read again only after a write.
  let wakesAt: number | undefined;
  const nextWake = (): number => {
    wakesAt ??= readWake();
    return wakesAt;
  };
  const readWake = (): number => {
    const at = database.get('SELECT MIN(next_at) AS at FROM duty WHERE next_at IS NOT NULL')?.['at'];
    return at === null || at === undefined ? Number.POSITIVE_INFINITY : Number(at);
  };
  const houseSettings: HouseSettings = {
    kernel,
    faults,
    draw,
    hire,
    worldOf: (worker) => worldOf(shared, worker),
    nextWake,
    audited: story.audited,
    hintFailed: (duty) => watch.hintFailed(duty),
    stop: (worker) => {
      worker.dead = true;
      watch.called(worker, { service: 'store', what: 'deploy' }, 'crashed');
    },
  };
  const house: House = story.singleNode ? single({ ...houseSettings, database }) : fleet(houseSettings);

  /** Whoever gets no answer comes again a while later: a source that sends, a person at a page, a provider with its event. */
  const insist = (kind: string, attempt: (worker: SimWorker) => Promise<void>, every: number): void => {
    let done = false;
    const worker = hire(kind, 0);
    void attempt(worker).then(
      () => {
        done = true;
      },
      () => undefined,
    );
    kernel.after(every, () => {
      if (!done && kernel.now() < end - 5 * minute) insist(kind, attempt, every);
    });
  };

  const report = (event: MailEvent): void => {
    const ref = { subject: incidentSubject(event.incident), id: event.duty };
    const by = { provider: 'mail', eventId: event.id };
    insist('receive', async (worker) => void (await receive(worldOf(shared, worker), { duty: ref, what: event.what, by })), 3 * minute);
  };

  const send = (sending: Sending): void => {
    insist(
      'door',
      async (worker) => {
        const delivery = { source: sending.played.source, id: sending.id, bytes: sending.played.bytes, received: instantOf(kernel.now()) };
        await ingestDelivery(worldOf(shared, worker), delivery);
        accepted.add(sending.id);
      },
      2 * minute,
    );
  };

  const come = (one: Visit): void => {
    insist(
      'person',
      async (worker) => {
        const incidents = [];
        const duties: Duty[] = [];
        for await (const incident of ledger.incidents(() => undefined)) {
          incidents.push(incident);
          duties.push(...(await ledger.dutiesOf(incidentSubject(incident.id), () => undefined)));
        }
        const told = await visit(worldOf(shared, worker), one.what, one.which, { incidents, duties });
        if (told && (watch.incidentNow(told.id)?.ver ?? 0) < told.ver)
          watch.violate('I-35', `a person was told "done" and it was not: ${one.what}`);
      },
      minute,
    );
  };

  for (const sending of story.sendings) {
    kernel.at(story.startedAt + sending.at, () => send(sending));
    if (sending.again) {
      // Some time later, and early enough to be assessed before the end.
      const later = Math.min(sending.at + draw.between(minute, 90 * minute), story.faultyFor + story.quietFor / 2);
      kernel.at(story.startedAt + later, () => send({ ...sending, id: `${sending.id}-again` }));
    }
  }
  for (const one of story.visits) kernel.at(story.startedAt + one.at, () => come(one));
  if (plan.on.has('deploy'))
    kernel.at(story.startedAt + draw.between(0, story.faultyFor), () => {
      inForce = redeployed(inForce);
      house.deploy();
    });
  if (plan.on.has('newer-version')) strangers();
  kernel.at(quietFrom, faults.rest);
  house.start();
  await kernel.run(end);
  await verdict({
    ledger,
    outside,
    watch,
    story,
    configuration: inForce.configuration,
    now: kernel.now(),
    accepted,
    inTime: (at) => isPunctual(plan) || at > quietFrom,
  });
  database.close();
  const keys = new Set(outside.delivered.map((one) => `${one.key} ${one.to}`));
  return {
    seed,
    hash: kernel.hash(),
    violations: watch.violations,
    struck: faults.struck,
    crashes,
    effects: outside.delivered.length,
    ambiguities: watch.ambiguities(),
    duplicates: outside.delivered.length - keys.size,
    points: calls.points(),
    recoveredWithin: watch.recoveredWithin(),
  };

  /** For a while some duties are such as a newer version wrote; then that version is back. Nobody may touch them, nobody may lose them. */
  function strangers(): void {
    const from = story.startedAt + draw.between(0, story.faultyFor / 2);
    const to = Math.min(from + draw.between(10 * minute, 90 * minute), quietFrom - 1);
    const versioned = (v: number): void => {
      const which = v === 2 ? 'next_at IS NOT NULL AND owner_epoch IS NULL' : "json_extract(doc, '$.v') = 2";
      wakesAt = undefined;
      database.run(`UPDATE duty SET doc = json_set(doc, '$.v', ${v}) WHERE ${which}`);
    };
    kernel.at(from, () => versioned(2));
    kernel.at(to, () => versioned(1));
  }
};
