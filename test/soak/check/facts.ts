// Names what the soak's checker judges: what the ledger holds, what the sinks took, what people and senders were told, and what may explain a repeat.
import type { Configuration } from '#core/directory/directory.ts';
import type { Attempt, Duty } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { Entry } from '#core/register/entry.ts';
import type { Receipt } from '#flow/ports.ts';

/** One message that a sink took over. */
export type Taken = {
  readonly sink: 'mail' | 'slack' | 'ticket';
  /** What the sink called it in its answer; Slack gives nothing. */
  readonly id: string;
  readonly to: readonly string[];
  /** As it came: a mail byte for byte, else JSON. */
  readonly text: string;
  readonly at: number;
  /** The line was broken before the answer. */
  readonly dropped: boolean;
};

/** Handed over perhaps, and not settled, when the process was killed or stopped for longer than an effect lasts. */
export type Ambiguity = {
  readonly why: 'kill' | 'stop';
  readonly round: number;
  readonly effect: string;
  /** Which try of it: duty, fence and channel. One try explains one repeat. */
  readonly attempt: string;
};

/** One raw event as the door must have stored it. */
export type Sent = {
  readonly source: string;
  /** Where its bytes lie. */
  readonly rawRef: string;
  /** 2xx was answered; false: nobody knows. */
  readonly answered: boolean;
};

/** What a person did in the console. `unknown`: the process died over it. */
export type Act = {
  readonly incident: string;
  readonly what: 'acknowledge' | 'confirm' | 'arrived';
  readonly duty?: string;
  readonly result: 'done' | 'unknown';
};

export type Ledger = {
  readonly incidents: readonly Incident[];
  readonly duties: readonly Duty[];
  readonly receipts: readonly Receipt[];
  readonly entries: readonly Entry[];
  /** Raw events stored, by source, as the ledger counts them. */
  readonly stored: Readonly<Record<string, number>>;
  readonly rawRefs: ReadonlySet<string>;
  /** Raw events that still wait for their assessment. */
  readonly waiting: number;
  /** Intents: one for each try of an effect, written before it. */
  readonly attempts: readonly Pick<Attempt, 'duty' | 'gen' | 'channel'>[];
  /** Duties that the due index would still nominate. */
  readonly indexed: ReadonlySet<string>;
};

export type Facts = {
  readonly ledger: Ledger;
  /** The incidents of an undisturbed assessment of the same raw events. */
  readonly expected: readonly Incident[];
  readonly sent: readonly Sent[];
  readonly acts: readonly Act[];
  readonly taken: readonly Taken[];
  readonly ambiguities: readonly Ambiguity[];
  readonly configuration: Configuration;
  readonly now: number;
};

export type Violation = { readonly kind: string; readonly about: string };

export type Check = (facts: Facts) => readonly Violation[];
