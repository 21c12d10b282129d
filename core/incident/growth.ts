// Decides who is called at all, and when a case that goes on is told again: what is new calls, bundled; what only repeats is counted (D-17).
import { atLeast, outcomeOf } from '../detection/outcome.ts';
import type { Finding } from '../detection/finding.ts';
import { type Level, levels } from '../detection/rule.ts';
import { type Duration, type Instant, hours, latest, minutes, plus, seconds } from '../kernel/time.ts';
import type { Growth, Incident, IncidentCore, Outcome } from './incident.ts';

const calls = (outcome: Outcome, level: Level): boolean =>
  outcome === 'breach-assessment' || outcome === 'suspected-breach' || outcome === 'confirmed-breach'
    ? true
    : outcome === 'security-incident' && atLeast(level, 'high');

/** D-17: a possible breach always calls; a mere security incident from level high. */
export const isCalled = ({ outcome, level }: Pick<Incident, 'outcome' | 'level'>): boolean => calls(outcome, level);

/** After a call so long nobody is called for one more resource: a thousand of them in a night are one call an hour (case 13). */
const bundle = (grown: readonly Growth[]): Duration => (grown.some(({ why }) => why === 'resource') ? hours(1) : minutes(15));

/** Signs that come together are told by one call: whoever hears it reads all of them. */
const together: Duration = seconds(10);

/** So many repeats are a storm; fewer are seen by whoever looks. */
export const stormFrom = 10;

/** How often people hear how much a storm has grown: who works on it every hour, who was only informed once a day (case 12, D-6). */
const digestEvery = (isOn: boolean): Duration => (isOn ? hours(1) : hours(24));

const isWorse = (level: Level, than: Level): boolean => levels.indexOf(level) > levels.indexOf(than);

type Known = Pick<IncidentCore, 'outcome' | 'level' | 'findings' | 'ack' | 'grown' | 'calledAt' | 'openedAt' | 'repeats'>;

/** Does it matter what it names? Not where nothing was lost and the rule itself takes all targets for one case: two sources call one thing differently. */
const meansTargets = ({ nature, campaignKey }: Finding): boolean =>
  campaignKey !== undefined || Object.values(nature).some((one) => one !== 'none');

const namesNew = (known: Known, finding: Finding): boolean => {
  if (!meansTargets(finding)) return false;
  // A sign too faint to call for by itself calls for nobody by what it names.
  if (!calls(outcomeOf({ nature: finding.nature, personalData: finding.personalData, level: finding.rule.level }), finding.rule.level))
    return false;
  const seen = new Set(known.findings.flatMap(({ resources }) => resources ?? []));
  return finding.resources.some((one) => !seen.has(one));
};

const whyAgain = (known: Known, finding: Finding, now: Instant): Growth['why'] => {
  if (!isCalled(known)) return 'more';
  if (isWorse(finding.rule.level, known.level) && now > plus(known.calledAt ?? known.openedAt, together)) return 'level';
  return namesNew(known, finding) ? 'resource' : 'more';
};

/** What people have heard or are to hear: whoever took the case has seen what was found until then, said or not. */
const wordsOf = ({ grown = [], ack }: Known): readonly Growth[] =>
  grown.filter(({ at, foundAt }) => ack === undefined || foundAt > ack.at || at <= ack.at);

/** When it is said: at once, or with what else comes until the last word is old enough. Undefined: it is in one that is due still. */
const dueAt = (known: Known, why: Growth['why'], now: Instant): Instant | undefined => {
  if (why === 'level') return now;
  const words = wordsOf(known);
  if (words.some(({ at }) => at > now)) return undefined;
  const last = latest(known.calledAt ?? known.openedAt, ...(known.ack ? [known.ack.at] : []), ...words.map(({ at }) => at));
  return latest(now, plus(last, why === 'resource' ? bundle(words) : digestEvery(isCalled(known))));
};

type Told = Pick<IncidentCore, 'grown' | 'repeats'>;

/** What a further finding adds to what people are to hear. */
export const grownBy = (known: Known, finding: Finding, now: Instant): Told => {
  const { grown = [], ack } = known;
  const why = whyAgain(known, finding, now);
  const repeats = (known.repeats ?? 0) + 1;
  // Until somebody takes it the chain goes on calling, and each call says how many there are.
  const isSaid = why === 'more' && (repeats < stormFrom || (isCalled(known) && ack === undefined));
  const at = isSaid ? undefined : dueAt(known, why, now);
  if (at === undefined) return { grown, repeats };
  return { grown: [...grown, { at, foundAt: now, why, ...(ack?.actor.by === 'person' ? { to: ack.actor.role } : {}) }], repeats: 0 };
};
