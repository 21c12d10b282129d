// Decides what old events of a source that was just connected amount to: one case to look at, which calls nobody and starts no clock (case 10).
import type { SourceSettings } from '../directory/source-settings.ts';
import { keyed } from '../kernel/hash.ts';
import type { IdKey } from '../kernel/ids.ts';
import { safe } from '../kernel/safe.ts';
import { type Instant, days } from '../kernel/time.ts';
import type { Finding } from './finding.ts';
import { outcomeOf } from './outcome.ts';
import type { Nature } from './rule.ts';

/** Is this of the time before the source counts? */
export const isBackfill = ({ firstConnection, liveFrom }: SourceSettings, at: Instant): boolean =>
  firstConnection === 'backfill' && (liveFrom === undefined || at < liveFrom);

/** What it may have been then is for a person to say, who reports what was real. */
const unjudged: Nature = { confidentiality: 'possible', integrity: 'none', availability: 'none' };

/** However far apart they lie, all old findings of a source are one case. */
const forever = days(100 * 366);

/**
 * The finding as it counts in a backfill: too low to call, without a word on personal data, so that it names no controller, and apart, so
 * that a case of today does not join it. Undefined for what would open nothing anyway.
 */
export const asBackfill = (finding: Finding, source: string, key: IdKey): Finding | undefined => {
  const { rule, campaignKey: _, ...rest } = finding;
  const { id, name, title, version, category } = rule;
  if (outcomeOf({ ...rest, level: rule.level }) === 'none') return undefined;
  return {
    ...rest,
    rule: { id, name, title: safe`Old events: ${title}`, level: 'low', version, category },
    nature: unjudged,
    personalData: 'unlikely',
    caseKey: keyed(key, ['backfill', source]),
    joinKeys: [],
    window: forever,
    apart: true,
  };
};
