// Decides which correlations hold together: every reference names a rule of the set, once, and no chain of references comes back to itself.
import { absentOf } from '../absent.ts';
import { looksBack, mayLookBack } from '../lookback.ts';
import type { Correlation, Rule } from '../rule.ts';
import type { Refuse } from './document.ts';

export type Pending = { readonly rule: Correlation; readonly refuse: Refuse };

/** Rules by name and by id. */
export type Names = ReadonlyMap<string, string>;

const renamed = ({ rule, refuse }: Pending, names: Names): Correlation | undefined => {
  const inside: Refuse = (path, reason) => refuse(['correlation', ...path], reason);
  const unknown = rule.rules.findIndex((one) => !names.has(one));
  if (unknown >= 0)
    return inside(['rules', unknown], `no rule has the name or id "${rule.rules[unknown]}"; it may have been refused itself`);
  const rules = rule.rules.map((one) => names.get(one) ?? one);
  const twice = rules.findIndex((one, i) => rules.indexOf(one) !== i);
  if (twice >= 0) return inside(['rules', twice], 'a rule is named twice; count it with event_count instead');
  const absent = absentOf(rule);
  const stranger = absent.findIndex((one) => !names.has(one));
  if (stranger >= 0)
    return refuse(['incident', 'absent', stranger], `no rule has the name or id "${absent[stranger]}"; it may have been refused itself`);
  if (looksBack(rule) && !mayLookBack(rule))
    return refuse(
      ['incident', 'late'],
      'lookback is for temporal_ordered, or temporal without a condition, over several rules with a group-by: a first stage must be there',
    );
  const silencing = absent.map((one) => names.get(one) ?? one);
  const aliases: Record<string, Record<string, string>> = {};
  for (const [alias, fields] of Object.entries(rule.aliases)) {
    const unmeant = Object.keys(fields).find((one) => ![...rules, ...silencing].includes(names.get(one) ?? one));
    if (unmeant !== undefined)
      return inside(['aliases', alias, unmeant], `alias "${alias}" names a rule that is not among the rules of this correlation`);
    aliases[alias] = Object.fromEntries(Object.entries(fields).map(([one, field]) => [names.get(one) ?? one, field]));
  }
  return { ...rule, rules, aliases, ...(rule.incident?.absent && { incident: { ...rule.incident, absent: silencing } }) };
};

/** Without a rule that would silence it, it would tell of everything. */
const needed = (rule: Correlation): readonly string[] => [...rule.rules, ...absentOf(rule)];

/** The correlations that stand, given the rules that already do. What waits for a refused one is refused with it. */
export const resolved = (pending: readonly Pending[], detections: readonly Rule[], names: Names): readonly Correlation[] => {
  const standing = new Set(detections.map((rule) => rule.name));
  const accepted: Correlation[] = [];
  let waiting = pending.flatMap((one) => {
    const rule = renamed(one, names);
    return rule ? [{ ...one, rule }] : [];
  });
  for (let before = -1; before !== accepted.length; ) {
    before = accepted.length;
    const ready = waiting.filter(({ rule }) => needed(rule).every((name) => standing.has(name)));
    for (const { rule } of ready) {
      standing.add(rule.name);
      accepted.push(rule);
    }
    waiting = waiting.filter((one) => !ready.includes(one));
  }
  const known = new Set([...standing, ...waiting.map(({ rule }) => rule.name)]);
  for (const { rule, refuse } of waiting) {
    const missing = needed(rule).find((name) => !known.has(name));
    refuse(
      ['correlation', 'rules'],
      missing === undefined
        ? 'its rules refer back to it, or wait for rules that do; a correlation may only build on others'
        : `it builds on "${missing}", which was refused`,
    );
  }
  return accepted;
};

/** By their names. A rule that can't be found is said; without it the other still stands, and a person says when it is over. */
export const withRecoveries = <R extends Rule>(rule: R, refuse: Refuse, names: Names): R => {
  const written = rule.incident?.disturbance;
  if (!rule.incident || !written) return rule;
  for (const [i, one] of written.entries())
    if (!names.has(one)) refuse(['incident', 'disturbance', i], `no rule has the name or id "${one}"; it may have been refused itself`);
  return { ...rule, incident: { ...rule.incident, disturbance: written.flatMap((one) => names.get(one) ?? []) } };
};
