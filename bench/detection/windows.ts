// Decides what borderline windows are: groups with a few more or fewer events than the threshold, in a little more or less than its time.
import { instantOf } from '#core/kernel/time.ts';
import type { EvaluatedEvent, RuleSet } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { type Stream, openStream } from '#core/detection/stream.ts';
import { numbersFrom } from './cloudtrail.ts';

export const threshold = 10;
const span = 600;

/** Ten in ten minutes, as detection.md 6.2 measured other methods. */
export const countingRules = (): RuleSet => {
  const base = { title: 'Failed', name: 'failed', logsource: { product: 'bench' }, detection: { sel: { type: 'fail' }, condition: 'sel' } };
  const correlation = { type: 'event_count', rules: ['failed'], 'group-by': ['user'], timespan: '10m', condition: { gte: threshold } };
  const trees = [base, { title: 'Many', name: 'many', correlation }];
  const { set, errors } = compileRules(
    trees.map((tree) => ({ tree, where: 'bench' })),
    new Map(),
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return set;
};

export const openCounting = (set: RuleSet): Stream =>
  openStream(set, { timeOf: (event) => instantOf(event['t'] as number), keyed: (value) => value });

export type Attempt = EvaluatedEvent & { readonly id: string; readonly user: string; readonly t: number };

export const attempt = (user: string, t: number, id: string): Attempt => ({ type: 'fail', user, t, id });

/** Groups around the threshold, whose last event lies just within or just beyond the window. */
export const borderline = (groups: number): readonly Attempt[] => {
  const random = numbersFrom(11);
  const events: Attempt[] = [];
  for (let group = 0; group < groups; group += 1) {
    const start = 1_773_450_000_000 + Math.floor(random() * 3_600_000);
    const size = threshold - 2 + Math.floor(random() * 5);
    const width = (span + Math.floor(random() * 121) - 60) * 1_000;
    for (let i = 0; i < size; i += 1) {
      const t = i === 0 ? start : i === size - 1 ? start + width : start + Math.floor(random() * width);
      events.push(attempt(`user-${group}`, t, `${group}-${i}`));
    }
  }
  return events.sort((a, b) => a.t - b.t);
};

/** The definition itself, group by group. */
export const truth = (events: readonly Attempt[]): ReadonlySet<string> => {
  const byUser = Map.groupBy(events, ({ user }) => user);
  const holds = (of: readonly Attempt[]): boolean =>
    of.some((end) => of.filter(({ t }) => t >= end.t - span * 1_000 && t <= end.t).length >= threshold);
  return new Set([...byUser].filter(([, of]) => holds(of)).map(([user]) => user));
};

const late = (events: readonly Attempt[]): readonly Attempt[] => {
  const random = numbersFrom(13);
  return events
    .map((event) => ({ event, arrival: event.t + (random() < 0.2 ? random() * 1_800_000 : 0) }))
    .sort((a, b) => a.arrival - b.arrival)
    .map(({ event }) => event);
};

export const arrivals = {
  'in order': (events: readonly Attempt[]) => events,
  reversed: (events: readonly Attempt[]) => events.toReversed(),
  duplicated: (events: readonly Attempt[]) => events.flatMap((event) => [event, event]),
  '20 % late': late,
} as const;

export type Answered = { readonly arrival: string; readonly missed: number; readonly false: number };

/** What fired beside what should have. */
export const answered = (arrival: keyof typeof arrivals, events: readonly Attempt[], wanted: ReadonlySet<string>): Answered => {
  const stream = openCounting(countingRules());
  const fired = new Set<string>();
  for (const event of arrivals[arrival](events))
    for (const { rule } of stream.add(event, () => event.id)) if (rule.type === 'correlation') fired.add(event.user);
  return {
    arrival,
    missed: [...wanted].filter((user) => !fired.has(user)).length,
    false: [...fired].filter((user) => !wanted.has(user)).length,
  };
};
