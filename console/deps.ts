// Names what the console needs besides the world: who is signed in, the outbox, and counters for what was turned away.
import type { PersonId } from '#core/kernel/ids.ts';
import type { Envelopes } from '#flow/data-keys.ts';
import type { Outbox, World } from '#flow/ports.ts';
import type { Replay } from '#flow/quarantine.ts';
import type { Taken } from '#flow/take-report.ts';

/** One browser's session. `person` is chosen after entering; every act bears that name (D-11). */
export type Session = { readonly id: string; readonly formToken: string; readonly person?: PersonId };

export type Sessions = {
  /** Trades the one-time word for a session; undefined when it is wrong or used. */
  readonly enter: (once: string) => Session | undefined;
  readonly find: (id: string | undefined) => Session | undefined;
  readonly choose: (id: string, person: PersonId) => void;
};

export type ConsoleDeps = {
  readonly world: World;
  readonly outbox: Outbox;
  readonly sessions: Sessions;
  /** Own hosts (D-11): any other Host gets 421. */
  readonly hosts: ReadonlySet<string>;
  /** Shown in the head of every page: what kind of house this is. */
  readonly banner?: string;
  readonly counters: Counters;
  /** Takes reports down, and shows them: only where the console may write events and read them. */
  readonly reports?: Reports;
  /** Seals lists of affected people, and opens them: only where the console may. */
  readonly envelopes?: Envelopes;
  /** Shows what could not be read: only where the console may read every raw event. */
  readonly showsRaw?: true;
  /** Gives what could not be read to the readers again. */
  readonly replay: Replay;
};

export type Reports = {
  readonly take: (taken: Taken) => Promise<void>;
  readonly words: (rawRef: string) => Promise<Uint8Array | undefined>;
};

/** Things that have no other effect than being counted (I-06). */
export type Counters = { readonly count: (name: string) => void; readonly all: () => Readonly<Record<string, number>> };
