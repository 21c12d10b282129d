// Decides how time passes in the simulation: one heap of events, one thread, nothing but seeded chance (reliability.md 3.1).

/** Milliseconds since 1970, as everywhere. */
type Time = number;

export type Random = {
  /** Uniform in [0, 1). */
  readonly fraction: () => number;
  /** A whole number from `from` to `to`, both included. */
  readonly between: (from: number, to: number) => number;
  readonly oneOf: <T>(of: readonly T[]) => T;
  readonly chance: (p: number) => boolean;
};

/** Seeded generator (mulberry32). `stream` keeps draws for one purpose apart from those for another. */
export const random = (seed: number, stream: number): Random => {
  let state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(stream + 1, 0xc2b2_ae35);
  const fraction = (): number => {
    state = (state + 0x6d2b_79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (from: number, to: number): number => from + Math.floor(fraction() * (to - from + 1));
  return {
    fraction,
    between,
    oneOf: (of) => {
      const one = of[between(0, of.length - 1)];
      if (one === undefined) throw new Error('nothing to choose from');
      return one;
    },
    chance: (p) => fraction() < p,
  };
};

type Event = { readonly at: Time; readonly seq: number; readonly run: () => void };

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq);

/** A binary heap: what happens next is on top. */
const heap = () => {
  const items: Event[] = [];
  const swap = (i: number, j: number): void => {
    const held = items[i] as Event;
    items[i] = items[j] as Event;
    items[j] = held;
  };
  const up = (from: number): void => {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!before(items[i] as Event, items[parent] as Event)) return;
      swap(i, parent);
      i = parent;
    }
  };
  const down = (): void => {
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let least = i;
      if (left < items.length && before(items[left] as Event, items[least] as Event)) least = left;
      if (right < items.length && before(items[right] as Event, items[least] as Event)) least = right;
      if (least === i) return;
      swap(i, least);
      i = least;
    }
  };
  return {
    push: (event: Event): void => {
      items.push(event);
      up(items.length - 1);
    },
    pop: (): Event | undefined => {
      const top = items[0];
      const last = items.pop();
      if (items.length > 0 && last) {
        items[0] = last;
        down();
      }
      return top;
    },
    peek: (): Event | undefined => items[0],
  };
};

/** Everything that runs without waiting runs to its end: Node looks at the ticks after the last microtask. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

export type Kernel = {
  readonly now: () => Time;
  readonly at: (time: Time, run: () => void) => void;
  readonly after: (milliseconds: number, run: () => void) => void;
  /** Runs event after event until none is left or the next one lies behind `until`. */
  readonly run: (until: Time) => Promise<void>;
  /** Mixes what happened into the hash of this run. */
  readonly mark: (what: number, more: number) => void;
  readonly hash: () => string;
  readonly events: () => number;
};

export const kernel = (startedAt: Time): Kernel => {
  const queue = heap();
  let now = startedAt;
  let seq = 0;
  let events = 0;
  let high = 0x811c_9dc5;
  let low = 0x1234_567;
  const at = (time: Time, run: () => void): void => {
    seq += 1;
    queue.push({ at: Math.max(time, now), seq, run });
  };
  return {
    now: () => now,
    at,
    after: (milliseconds, run) => at(now + milliseconds, run),
    run: async (until) => {
      await settled();
      for (let next = queue.peek(); next && next.at <= until; next = queue.peek()) {
        queue.pop();
        now = next.at;
        events += 1;
        next.run();
        await settled();
      }
      now = Math.max(now, until);
    },
    mark: (what, more) => {
      high = Math.imul(high ^ what, 0x0100_0193) ^ (now & 0xffff);
      low = Math.imul(low ^ more ^ (high >>> 7), 0x85eb_ca6b) + (now >>> 0);
    },
    hash: () => (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0'),
    events: () => events,
  };
};
