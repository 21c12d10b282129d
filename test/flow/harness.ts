// Decides how the flow's stories are told: one machine's world in memory, a clock that we wind, messages nobody expected fail the test.
import { expect } from 'vitest';
import type { Configuration } from '#core/directory/directory.ts';
import type { Command } from '#core/incident/decide.ts';
import type { Actor, Incident } from '#core/incident/incident.ts';
import type { Duty, DutyKind } from '#core/duty/duty.ts';
import { incidentSubject, personId } from '#core/kernel/ids.ts';
import { type Instant, instantOf, parseDuration, plus } from '#core/kernel/time.ts';
import type { Entry } from '#core/register/entry.ts';
import { openDatabase } from '#adapters/embedded/database.ts';
import { embeddedCorrelations, embeddedEvidence, embeddedQueues } from '#adapters/embedded/intake.ts';
import { embeddedLedger } from '#adapters/embedded/ledger.ts';
import { nextEpoch, tellPlay } from '#adapters/embedded/meta.ts';
import { systemLimits } from '#adapters/embedded/secrets.ts';
import { keyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import { envelopes } from '#adapters/envelope/envelope.ts';
import { mimeComposer } from '#adapters/mime/composer.ts';
import { command } from '#flow/change.ts';
import { nameKeeper } from '#flow/keep-names.ts';
import type { Log, World } from '#flow/ports.ts';
import { readState } from '#flow/report.ts';
import { exampleDir, loadInForce } from '#local/configuration.ts';
import { stderrLog } from '#local/log.ts';
import { workOff } from '#local/loops.ts';
import type { InForce, Node } from '#local/node.ts';
import { type Played, eventsUnder, play } from '#local/play.ts';
import { memoryKeys } from './memory-keys.ts';
import { type Recorded, recorder, type TestClock, type Weather } from './recorder.ts';

/** The example configuration, read once for all stories; its hour is fixed so that no contact grows stale by itself. */
export const startedAt = instantOf(Date.UTC(2026, 10, 25, 9, 0, 0));
const loaded = await loadInForce(exampleDir, { now: startedAt, environment: {} });
if (!loaded.ok) throw new Error('the example configuration does not load');
export const example: InForce = loaded.value;

const step = (text: string) => {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new Error(`not a duration: ${text}`);
  return parsed.value;
};

const offset = (at: Instant, from: Instant): string => {
  const minutes = Math.floor((at - from) / 60_000);
  return `+${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
};

/** Subject without reference and incident's title: what the message is about. */
const topic = (message: Recorded): string =>
  message.subject
    .replace(/ ?\[ART33-[A-Z2-7]{8}\] ?/, '')
    .replace(/: [^:]*$/, (title) => (message.channel === 'slack' || message.channel === 'mail' ? '' : title));

export const lineOf = (message: Recorded): string =>
  `${message.channel} ${message.to}: ${message.channel === 'ticket' ? 'ticket' : topic(message)}`;

export type Settings = {
  /** Another hour to begin at. */
  readonly startAt?: Instant;
  readonly change?: (configuration: Configuration) => Configuration;
  /** Wraps the world, to slow it or to look at it. */
  readonly wrap?: (world: World, clock: TestClock) => World;
};

const lead: Extract<Actor, { by: 'person' }> = { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' };
export const sysop: Extract<Actor, { by: 'person' }> = { by: 'person', person: personId('tomke-harms'), role: 'sysop' };

const fakeClock = (from: Instant): TestClock => {
  let at = from;
  return {
    now: () => at,
    set: (next) => {
      if (next < at) throw new Error('time does not go back');
      at = next;
    },
  };
};

const dice = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
};

export const openHarness = async (settings: Settings = {}) => {
  const startAt = settings.startAt ?? startedAt;
  const clock = fakeClock(startAt);
  const database = openDatabase(':memory:');
  const sinks = recorder(clock);
  const logged: string[] = [];
  const log: Log = stderrLog('info', (line) => logged.push(line));
  const queue = embeddedQueues(database, () => undefined);
  let inForce: InForce = { ...example, configuration: settings.change?.(example.configuration) ?? example.configuration };
  let nth = 0;
  const freshId = (): string => {
    nth += 1;
    return `fresh-${nth}`;
  };
  const plain: World = {
    ledger: embeddedLedger(database),
    correlations: embeddedCorrelations(database),
    queues: queue,
    evidence: embeddedEvidence(database),
    pseudonyms: keyedPseudonyms(new Uint8Array(32).fill(7)),
    composer: mimeComposer,
    mailer: sinks.mailer,
    pager: sinks.pager,
    tickets: sinks.tickets,
    directory: { current: () => inForce },
    sources: { current: () => inForce.sources },
    clock,
    limits: systemLimits,
    chance: { fraction: dice(33) },
    ids: { fresh: freshId },
    log,
    heartbeat: { beat: async () => undefined },
  };
  const world = settings.wrap?.(plain, clock) ?? plain;
  const seals = envelopes(memoryKeys());
  const node: Node = {
    world,
    queue,
    outbox: sinks.outbox,
    outboxDir: '',
    anchors: { put: async () => undefined, latest: async () => undefined },
    envelopes: seals,
    keepNames: nameKeeper({ world, envelopes: seals }),
    journal: { keep: async () => undefined, since: async function* () {} },
    frozen: undefined,
    tokensOf: () => [],
    counters: { count: () => undefined, all: () => ({}) },
    database,
    epoch: await nextEpoch(database),
    sinks: { mailer: sinks.mailer, pager: sinks.pager, tickets: sinks.tickets, real: [], close: () => undefined },
    close: () => database.close(),
  };
  let seen = 0;
  const fresh = (): readonly Recorded[] => sinks.sent.slice(seen);
  const take = (lines: readonly string[], line: (message: Recorded) => string): void => {
    expect(fresh().map(line).toSorted()).toEqual([...lines].toSorted());
    seen = sinks.sent.length;
  };

  const harness = {
    world,
    plain,
    node,
    clock,
    sinks,
    logged,
    weather: (of: Weather) => sinks.weather(of),
    configure: (change: (configuration: Configuration) => Configuration) => {
      inForce = { ...inForce, configuration: change(inForce.configuration) };
    },
    /** Plays files, folders or raw events, and works until nothing is due. */
    play: async (events: readonly string[] | readonly Played[]): Promise<void> => {
      const played =
        typeof events[0] === 'string'
          ? eventsUnder(events as readonly string[], example.sources)
          : { ok: true as const, value: events as readonly Played[] };
      if (!played.ok) throw new Error(played.error);
      await play(node, played.value, { again: true });
      await workOff(node);
      await tellPlay(database);
    },
    work: () => workOff(node),
    /** Steps the clock through every due time and works each off. */
    fastForward: async (text: string): Promise<void> => {
      const target = plus(clock.now(), step(text));
      for (;;) {
        const next = await world.ledger.nextWake();
        if (next === undefined || next > target) break;
        if (next > clock.now()) clock.set(next);
        await workOff(node);
      }
      if (target > clock.now()) clock.set(target);
      await workOff(node);
    },
    /** Exactly these messages since the last look, in any order. */
    expectMessages: (lines: readonly string[]) => take(lines, lineOf),
    /** The same with hours and minutes since the start. */
    expectTimeline: (lines: readonly string[]) => take(lines, (message) => `${offset(message.at, startAt)} ${lineOf(message)}`),
    /** Messages since the last look, looked at. */
    takeMessages: (): readonly Recorded[] => {
      const taken = fresh();
      seen = sinks.sent.length;
      return taken;
    },
    incidents: async (): Promise<readonly Incident[]> => (await readState(world.ledger)).incidents,
    incident: async (): Promise<Incident> => {
      const [only, second] = (await readState(world.ledger)).incidents;
      if (!only || second) throw new Error('not exactly one incident');
      return only;
    },
    duties: async (kind?: DutyKind): Promise<readonly Duty[]> =>
      (await readState(world.ledger)).duties.filter((duty) => kind === undefined || duty.kind === kind),
    entries: async (): Promise<readonly Entry[]> => {
      const entries: Entry[] = [];
      for await (const entry of world.ledger.entries()) entries.push(entry);
      return entries;
    },
    /** A person's act on the only incident, then everything it makes due. */
    act: async (commandOf: (incident: Incident, now: Instant) => Command) => {
      const incident = await harness.incident();
      const done = await command(world, incident.id, commandOf);
      await workOff(node);
      return done;
    },
    /** Somebody takes every open incident. */
    acknowledgeAll: async (): Promise<void> => {
      for (const incident of await harness.incidents())
        await command(world, incident.id, (_incident, at) => ({ type: 'Acknowledge', at, actor: sysop }));
      await workOff(node);
    },
    acknowledge: () => harness.act((_incident, at) => ({ type: 'Acknowledge', at, actor: sysop })),
    confirm: (more: { readonly since?: Instant; readonly reason?: string; readonly release?: boolean } = {}) =>
      harness.act((_incident, at) => ({
        type: 'Confirm',
        at,
        since: more.since ?? at,
        how: 'read in the access log',
        actor: lead,
        release: more.release ?? true,
        ...(more.reason === undefined ? {} : { reason: more.reason }),
      })),
    refute: () =>
      harness.act((_incident, at) => ({
        type: 'Refute',
        at,
        actor: lead,
        evidence: 'The access log of that hour is whole and shows our own export.',
      })),
    /** Who of those that share what was hit: all of them. */
    confirmScope: () => harness.act((_incident, at) => ({ type: 'ConfirmScope', at, actor: lead, reason: 'the export held data of each' })),
    release: () => harness.act((_incident, at) => ({ type: 'Release', at, actor: lead })),
    dutiesOf: (incident: Incident) => world.ledger.dutiesOf(incidentSubject(incident.id)),
    /** Fails on any message that nobody expected. */
    close: () => {
      node.close();
      expect(fresh().map(lineOf)).toEqual([]);
    },
  };
  return harness;
};

export type Harness = Awaited<ReturnType<typeof openHarness>>;
