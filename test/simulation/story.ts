// Decides what happens in a run apart from faults: signals that come in, people who answer or don't. All of it drawn beforehand.
import type { Played } from '#local/play.ts';
import { database, exfiltration, graveFinding, raw, stuffing } from '../flow/raw-events.ts';
import { type Random, random } from './kernel.ts';

/** One delivery at a door. Sent until somebody takes it; some are sent twice although somebody did. */
export type Sending = { readonly at: number; readonly id: string; readonly played: Played; readonly again: boolean };

/** What a person sets out to do, with whichever incident is there by then. */
export type Doing =
  | 'acknowledge'
  | 'confirm'
  | 'confirm-only'
  | 'refute'
  | 'release'
  | 'hold'
  | 'advise'
  | 'identify'
  | 'contain'
  | 'done'
  | 'received'
  | 'restored';
export type Visit = { readonly at: number; readonly what: Doing; readonly which: number };

export type Story = {
  /** Milliseconds from the start to the end of all faults, and from there to the end. */
  readonly faultyFor: number;
  readonly quietFor: number;
  readonly startedAt: number;
  readonly crowd: boolean;
  readonly singleNode: boolean;
  readonly audited: boolean;
  readonly sendings: readonly Sending[];
  readonly visits: readonly Visit[];
  /** How many incidents there must be in the end. */
  readonly incidents: number;
  /** A service was away, and the sign that it is back is among what is sent. */
  readonly isBack?: boolean;
};

const minute = 60_000;
const hour = 60 * minute;

/** Whatever is found outside with this in it has leaked (I-34). */
export const canary = 'canary';

const noise = (n: number): Played =>
  raw('fail2ban', `2026-03-14 12:0${n % 10}:00,123 fail2ban.actions [812]: NOTICE [sshd] Ban 203.0.113.${10 + (n % 200)}`);

const named = (played: Played): Played => ({
  ...played,
  bytes: new TextEncoder().encode(new TextDecoder().decode(played.bytes).replaceAll('account', `${canary}-`)),
});

/** Starts near the turns of the clock as often as anywhere: they must not matter. */
const starts = [
  Date.UTC(2026, 2, 28, 22), // the night of the change to summer time in Berlin
  Date.UTC(2026, 9, 24, 22), // and back
  Date.UTC(2028, 1, 28, 20), // leap day
  Date.UTC(2026, 11, 31, 20), // year's end
  Date.UTC(2026, 10, 25, 9),
];

type Plot = {
  readonly events: readonly Played[];
  readonly incidents: number;
  readonly atOnce?: boolean;
  readonly later?: readonly number[];
  readonly visits?: readonly Visit[];
  readonly isBack?: boolean;
};

/** One campaign at most: two at once against the same accounts are one case or two, by the hour. */
const plots = (draw: Random, n: number, campaigns: boolean): Plot => {
  const roll = draw.fraction();
  if (roll < 0.5) return { events: [exfiltration('muster-message-archive', n)], incidents: 1 };
  if (roll < 0.65) return { events: [exfiltration(`unknown-bucket-${n}`, n)], incidents: 1 };
  if (roll < 0.71 && campaigns) return { events: stuffing('org_museum_shop', `203.0.113.${(n % 250) + 1}`).map(named), incidents: 1 };
  return { events: [noise(n), noise(n + 1)], incidents: 0 };
};

const archive = (plot: Plot): boolean =>
  plot.incidents > 0 && new TextDecoder().decode(plot.events[0]?.bytes).includes('muster-message-archive');

/** The same bucket again is the same case (D-3), so the first counts. */
const countOf = (all: readonly Plot[]): number => {
  const archives = all.filter(archive).length;
  return all.reduce((sum, plot) => sum + plot.incidents, 0) - Math.max(0, archives - 1);
};

const doings: readonly Doing[] = [
  'acknowledge',
  'acknowledge',
  'confirm',
  'confirm-only',
  'refute',
  'release',
  'hold',
  'advise',
  'identify',
  'contain',
  'done',
  'done',
  'received',
];

/** The finding again, with one more event counted: another state of it, in another place. */
const moved = (n: number): Played => {
  const { source, bytes } = exfiltration(`unknown-bucket-${n}`, n);
  return { source, bytes: new TextEncoder().encode(new TextDecoder().decode(bytes).replace(/"count":\d+/, '"count":99')) };
};

/** A database is down, and up again after a while, or never: its signs come in any order, and some of them twice. */
const outage = (n: number, draw: Random): Plot => {
  const begin = Date.UTC(2026, 2, 14, 1, 0, n % 60);
  const back = draw.oneOf([3, 20, 45, 0]);
  const arrives = draw.between(0, 45) * minute;
  return {
    events: [database('failed', begin), ...(back === 0 ? [] : [database('up', begin + back * minute)])],
    incidents: 1,
    isBack: back !== 0,
    visits: draw.chance(0.3) ? [{ at: draw.between(20, 60) * minute, what: 'restored', which: 0 }] : [],
    later: [0, back === 3 ? draw.between(0, 4) * minute : arrives],
  };
};

/** Seldom another first act: an assessment that somebody has to make, one finding seen in two places at the same moment, or an outage. */
const firstAct = (seed: number): Plot | undefined => {
  const roll = random(seed, 8).fraction();
  const n = seed * 7 + 1;
  if (roll < 0.04) return { events: [graveFinding(n)], incidents: 1 };
  if (roll < 0.07) return { events: [exfiltration('muster-message-archive', n), moved(n)], incidents: 1, atOnce: true };
  if (roll < 0.12) return outage(n, random(seed, 10));
  return undefined;
};

export const storyOf = (seed: number): Story => {
  const draw = random(seed, 3);
  const crowd = draw.chance(0.012);
  const long = draw.chance(0.015);
  const faultyFor = long ? (draw.chance(0.3) ? draw.between(20, 28) : draw.between(5, 8)) * hour : draw.between(20, 85) * minute;
  const told = Array.from({ length: crowd ? 1 : draw.between(1, 10) > 7 ? 2 : 1 }, (_, i) => plots(draw, seed * 7 + i + 1, i === 0));
  const rare = firstAct(seed);
  const drawn: readonly Plot[] = rare ? [rare] : told;
  const all: readonly Plot[] = crowd ? [{ events: [exfiltration('muster-message-archive', seed)], incidents: 1 }] : drawn;
  const sendings = all.flatMap((plot, i) => {
    const begin = draw.between(0, 10 * minute);
    return plot.events.map(
      (played, j): Sending => ({
        at:
          begin +
          (plot.later?.[j] ?? 0) +
          (plot.atOnce ? draw.between(0, 20) : draw.between(0, plot.events.length > 1 ? 8 * minute : minute)),
        id: `delivery-${i}-${j}`,
        played,
        again: draw.chance(0.15),
      }),
    );
  });
  const visits: Visit[] = Array.from(
    { length: draw.between(0, 7) },
    (): Visit => ({
      at: draw.between(5 * minute, faultyFor - minute),
      what: draw.oneOf(doings),
      which: draw.between(0, 9),
    }),
  );
  // Two people at the same moment, with the same incident before them.
  for (const one of visits.filter(() => draw.chance(0.25)))
    visits.push({ ...one, at: one.at + draw.between(0, 40), what: draw.oneOf(doings) });
  visits.push(...all.flatMap((plot) => plot.visits ?? []));
  // Confirmed early, held when its hour is near: rare by chance, and it must work.
  if (draw.chance(0.06)) {
    const hold = 12 * minute + (draw.chance(0.5) ? draw.between(10, 29) * minute : draw.between(30 * minute, 31 * minute));
    visits.push({ at: 12 * minute, what: 'confirm-only', which: 0 }, { at: hold, what: 'hold', which: 0 });
  }
  return {
    faultyFor,
    quietFor: 50 * minute,
    startedAt: draw.oneOf(starts) + draw.between(0, 6 * hour),
    crowd,
    singleNode: draw.chance(0.3),
    audited: draw.chance(0.03),
    sendings,
    visits,
    incidents: countOf(all),
    isBack: all.some((plot) => plot.isBack),
  };
};
