// Decides when cases about different targets are one campaign: three of a kind within a quarter of an hour, and what follows on them (case 13).
import type { IncidentId } from '#core/kernel/ids.ts';
import { type Duration, type Instant, days, earliest, latest, minus, minutes, plus } from '#core/kernel/time.ts';
import type { CaseRecord } from './ports.ts';

/** How far apart two of a campaign are at most, by the times in their events. */
const apart: Duration = minutes(15);
/** Two may be chance. */
const campaignFrom = 3;
/** What is longer ago has no part in what comes now; a tenant's record lasts for years. */
const remembered: Duration = days(2);
const rememberedAtMost = 50;

type Span = CaseRecord['cases'][number];

/** A campaign's record: here `n` counts the targets that a case stands for. */
const near = (record: CaseRecord, time: Instant): readonly Span[] =>
  record.cases.filter(({ from, to }) => time >= minus(from, apart) && time <= plus(to, apart));

/** The cases that one more target makes a campaign of; none while there are too few. */
export const campaignOf = (record: CaseRecord, time: Instant): readonly IncidentId[] => {
  const spans = near(record, time);
  return spans.reduce((sum, { n }) => sum + n, 1) >= campaignFrom ? spans.map(({ incident }) => incident) : [];
};

export type Joined = {
  readonly incident: IncidentId;
  readonly time: Instant /** A target that no case of it stood for yet. */;
  readonly isNew: boolean;
};

/** The record with one more finding in it. */
export const withJoined = (record: CaseRecord, { incident, time, isNew }: Joined): CaseRecord => {
  const known = record.cases.find((one) => one.incident === incident);
  const n = (known?.n ?? 0) + (isNew ? 1 : 0);
  const own: Span = known
    ? { ...known, n, from: earliest(known.from, time), to: latest(known.to, time) }
    : { n, incident, from: time, to: time };
  const rest = record.cases.filter((one) => one !== known && one.to >= minus(time, remembered));
  return { ...record, cases: [...rest.slice(1 - rememberedAtMost), own] };
};
