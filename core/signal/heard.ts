// Decides how often a source is to be heard: as its settings say, else as often as it was, learned over a week.
import { type Duration, type Instant, between, days, durationOf, hours } from '../kernel/time.ts';

/** What is remembered of a source's hearings. */
export type Heard = {
  readonly source: string;
  /** The first, and the last. */
  readonly since: Instant;
  readonly at: Instant;
  /** The longest silence between two of them that nobody was told of. */
  readonly longest: Duration;
};

/** A weekend is in it. */
const learningFor: Duration = days(7);
const leastLearned: Duration = hours(1);

/** Twice the longest silence so far, and an hour at least; undefined while it is not known for a week. */
export const learnedEvery = ({ since, at, longest }: Heard): Duration | undefined =>
  between(since, at) < learningFor ? undefined : durationOf(Math.max(leastLearned, 2 * longest));

/** Heard once more. A silence that somebody was told of teaches nothing: else the next one as long would pass for usual. */
export const heardAgain = (known: Heard | undefined, source: string, at: Instant): Heard => {
  if (!known) return { source, since: at, at, longest: durationOf(0) };
  if (at <= known.at) return known;
  const quiet = between(known.at, at);
  const expected = learnedEvery(known);
  return { ...known, at, longest: expected !== undefined && quiet > expected ? known.longest : durationOf(Math.max(known.longest, quiet)) };
};

/** So often a hearing is written down: who comes a thousand times a second is not written a thousand times. */
export const notedEvery: Duration = durationOf(60_000);

/** What was fetched, or is read again, says nothing of whether its source still sends. */
export const fetched = 'backfill:';
export const isHearing = (delivery: string): boolean => !delivery.startsWith(fetched);
