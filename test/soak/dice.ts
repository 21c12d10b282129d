// Decides every decision of a soak: one seeded generator, with a branch of its own for each part, so that one part's many rolls shift no other's.

export type Dice = {
  /** Uniform in [0, 1). */
  readonly fraction: () => number;
  /** A whole number from 0 to `end` - 1. */
  readonly below: (end: number) => number;
  readonly chance: (of: number) => boolean;
  readonly pick: <T>(of: readonly [T, ...T[]]) => T;
  readonly branch: (name: string) => Dice;
};

/** FNV-1a over the seed and the branch's name. */
const mixed = (seed: number, name: string): number => {
  let hash = 2_166_136_261 ^ seed;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return hash >>> 0;
};

/** Mulberry32: 32 bits of state, good enough to choose faults. */
export const dice = (seed: number): Dice => {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(fraction() * end);
  return {
    fraction,
    below,
    chance: (of) => fraction() < of,
    pick: (of) => of[below(of.length)] ?? of[0],
    branch: (name) => dice(mixed(seed, name)),
  };
};
