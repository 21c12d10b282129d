// Decides which faults there are, how a seed chooses among them, and which of its decisions may be taken back to find the cause.
import { type Random, random } from './kernel.ts';

/** By chance at each call. */
const rated = {
  crash: 'the worker dies before or after an effect; nothing of it is heard again',
  freeze: 'the answer comes 1 to 40 minutes later, and the worker goes on as if nothing were (F-13)',
  'lost-ack': 'it was done, and the answer is lost',
  'retried-write': 'a conditional write is tried again by the client after it succeeded (F-19)',
  throttle: 'the service says: too many, again later',
  hang: 'no answer until the time limit',
  'lost-wake': 'a wake-up is lost',
  'doubled-wake': 'a wake-up comes twice',
  'delayed-wake': 'a wake-up comes up to 15 minutes late, behind later ones',
} as const;

/** On or off for the whole seed. */
const standing = {
  'index-lag': 'the due index is up to two minutes behind the items (F-23)',
  skew: 'clocks are up to 30 s off, each worker another way (F-27)',
  bounce: 'mailboxes refuse, bounce or stay silent',
  suppression: 'the provider accepts and then does not deliver (F-35)',
  deploy: 'the workers are replaced mid-flight, with another configuration',
  'newer-version': 'for a while some duties are written by a version that this one does not know (I-43)',
  'outage-store': 'the ledger is away for 1 to 60 minutes',
  'outage-queue': 'the queues are away',
  'outage-mail': 'the mail provider is away',
  'outage-chat': 'the chat is away',
  'outage-tickets': 'the ticket desk is away',
} as const;

export type RatedFault = keyof typeof rated;
export type StandingFault = keyof typeof standing;
export type FaultName = RatedFault | StandingFault;

export const faultTexts: Readonly<Record<FaultName, string>> = { ...rated, ...standing };
export const faultNames = Object.keys(faultTexts) as readonly FaultName[];
export const isFaultName = (text: string): text is FaultName => Object.hasOwn(faultTexts, text);

/** One fault that struck: enough to take just this one back. */
export type Decision = { readonly n: number; readonly fault: RatedFault; readonly where: string; readonly at: number };

export type FaultPlan = {
  readonly on: ReadonlySet<FaultName>;
  /** Probability of each rated fault at each call. */
  readonly rate: number;
};

/** Faults of wake-ups and outside: they may cost a minute, and nothing else (I-20). */
const harmless: ReadonlySet<FaultName> = new Set([
  'lost-wake',
  'doubled-wake',
  'delayed-wake',
  'outage-queue',
  'bounce',
  'suppression',
  'skew',
]);
export const isPunctual = (plan: FaultPlan): boolean => [...plan.on].every((fault) => harmless.has(fault));

/**
 * Swarm: each seed has its own mix, each kind on with p = 0.6, at its own rate of up to 4 %. One seed in twelve has none at all, and
 * one has only what may cost a minute.
 */
export const planFor = (seed: number, allowed: ReadonlySet<FaultName> | undefined): FaultPlan => {
  const draw = random(seed, 1);
  const kind = draw.fraction();
  const rate = draw.fraction() * 0.04;
  const drawn = faultNames.filter(() => draw.chance(0.6));
  const on = kind < 1 / 12 ? [] : kind < 2 / 12 ? drawn.filter((fault) => harmless.has(fault)) : drawn;
  return { on: new Set(allowed ? on.filter((fault) => allowed.has(fault)) : on), rate };
};

export type Faults = {
  readonly has: (fault: FaultName) => boolean;
  /** Does it strike here? Each question is one draw, so that taking one decision back leaves the others where they are. */
  readonly strikes: (fault: RatedFault, where: string) => boolean;
  readonly struck: readonly Decision[];
  /** No fault from here on: the quiet period. */
  readonly rest: () => void;
};

export type FaultSettings = {
  readonly plan: FaultPlan;
  readonly seed: number;
  readonly now: () => number;
  /** Only these decisions strike; undefined: all. */
  readonly only?: ReadonlySet<number>;
  /** Called at each decision, for the explanation of duplicates. */
  readonly onStrike?: (decision: Decision) => void;
};

export const faults = (settings: FaultSettings): Faults => {
  const draw: Random = random(settings.seed, 2);
  const struck: Decision[] = [];
  let n = 0;
  let resting = false;
  return {
    has: (fault) => !resting && settings.plan.on.has(fault),
    strikes: (fault, where) => {
      n += 1;
      const hit = draw.fraction() < settings.plan.rate;
      if (resting || !hit || !settings.plan.on.has(fault) || (settings.only && !settings.only.has(n))) return false;
      const decision = { n, fault, where, at: settings.now() };
      struck.push(decision);
      settings.onStrike?.(decision);
      return true;
    },
    struck,
    rest: () => {
      resting = true;
    },
  };
};
