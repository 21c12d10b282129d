// Decides what our block `incident:` says: strictly, since a misread nature or case key ends in a wrong notice.
import { parseDuration } from '../../kernel/time.ts';
import { type Asked, type IncidentBlock, type Likelihood, type Nature, type PersonalDataHint, asked, likelihoods } from '../rule.ts';
import { type Fields, type Refuse, isMap, onlyKeys, own, textsOf, under } from './document.ts';

const keys = [
  'version',
  'category',
  'breach',
  'personal_data',
  'affected',
  'subjects',
  'dedupe',
  'runbook',
  'owes',
  'fact',
  'absent',
  'late',
  'disturbance',
];
const triad = ['confidentiality', 'integrity', 'availability'] as const;
const hints: readonly string[] = ['unlikely', 'asset', 'likely'] satisfies readonly PersonalDataHint[];

const readNature = (tree: unknown, refuse: Refuse): Nature | undefined => {
  if (!isMap(tree)) return refuse([], `breach is a map with ${triad.join(', ')}`);
  const known = onlyKeys(tree, triad, refuse);
  const wrong = triad.filter((part) => !(likelihoods as readonly unknown[]).includes(own(tree, part)));
  for (const part of wrong) refuse(Object.hasOwn(tree, part) ? [part] : [], `${part} is one of ${likelihoods.join(', ')}`);
  if (!known || wrong.length > 0) return undefined;
  const [confidentiality, integrity, availability] = triad.map((part) => tree[part] as Likelihood) as [Likelihood, Likelihood, Likelihood];
  return { confidentiality, integrity, availability };
};

const readDedupe = (tree: unknown, refuse: Refuse): IncidentBlock['dedupe'] | undefined => {
  if (!isMap(tree)) return refuse([], 'dedupe is a map with by (fields) and window (such as 6h)');
  if (!onlyKeys(tree, ['by', 'window'], refuse)) return undefined;
  const by = textsOf(own(tree, 'by'));
  const written = own(tree, 'window');
  const window = parseDuration(typeof written === 'string' ? written : '');
  if (!by || by.length === 0) return refuse(['by'], 'by lists at least one field, such as [sig.tenant]');
  if (!window.ok || window.value <= 0) return refuse(['window'], 'window is a duration above zero such as 30s, 15m, 4h or 2d');
  return { by, window: window.value };
};

const word = /^[a-z0-9][a-z0-9-]{0,79}$/;

const readRest = (
  tree: Fields,
  refuse: Refuse,
): Pick<IncidentBlock, 'version' | 'category' | 'personalData' | 'affected' | 'runbook'> | undefined => {
  const { version = 1, category, personal_data: hint, affected = [], runbook } = tree;
  const paths = textsOf(affected);
  if (!Number.isSafeInteger(version) || (version as number) < 1)
    return refuse(['version'], 'version is a whole number from 1; it rises with each change of meaning');
  if (typeof category !== 'string' || !word.test(category))
    return refuse(['category'], 'category is one word of small letters, digits and hyphens, such as account-takeover');
  if (typeof hint !== 'string' || !hints.includes(hint)) return refuse(['personal_data'], `personal_data is one of ${hints.join(', ')}`);
  if (!paths) return refuse(['affected'], 'affected lists fields, such as [sig.target.id]');
  if (runbook !== undefined && (typeof runbook !== 'string' || !word.test(runbook)))
    return refuse(['runbook'], 'runbook is the name of a runbook in small letters, digits and hyphens, such as host-compromise');
  return {
    version: version as number,
    category,
    personalData: hint as PersonalDataHint,
    affected: paths,
    ...(runbook === undefined ? {} : { runbook }),
  };
};

const readAsked = (tree: Fields, refuse: Refuse): Pick<IncidentBlock, 'owes' | 'fact'> | undefined => {
  const { owes = [], fact = false } = tree;
  const named = textsOf(owes)?.filter((one): one is Asked => (asked as readonly string[]).includes(one));
  if (!named || named.length !== textsOf(owes)?.length) return refuse(['owes'], `owes lists some of ${asked.join(', ')}`);
  if (typeof fact !== 'boolean') return refuse(['fact'], 'fact is true where the signal itself states a breach as a fact, else false');
  return { owes: named, fact };
};

/** What must not have matched for it to open, and how later stages are kept: asked of a correlation alone, since only that has a group and a window. */
const readAbsent = (tree: Fields, refuse: Refuse): Pick<IncidentBlock, 'absent' | 'late'> | undefined => {
  const written = own(tree, 'absent');
  const late = own(tree, 'late');
  if (late !== undefined && late !== 'write' && late !== 'lookback') return refuse(['late'], 'late is write or lookback');
  const kept: Pick<IncidentBlock, 'late'> = late === undefined ? {} : { late };
  if (written === undefined) return kept;
  const absent = textsOf(written);
  if (!absent || absent.length === 0 || new Set(absent).size !== absent.length)
    return refuse(['absent'], 'absent lists rules by name or id, each once, that must not match in the same group and window');
  return { absent, ...kept };
};

/** What ends the disturbance that it tells of: rules, or none where only a person can say so. */
const readDisturbance = (tree: Fields, refuse: Refuse): Pick<IncidentBlock, 'disturbance'> | undefined => {
  const written = own(tree, 'disturbance');
  if (written === undefined) return {};
  const ending = textsOf(written);
  if (!ending || new Set(ending).size !== ending.length)
    return refuse(['disturbance'], 'disturbance lists rules by name or id, each once, whose match says that it is over; [] where none can');
  return { disturbance: ending };
};

export const readIncident = (tree: unknown, refuse: Refuse): IncidentBlock | undefined => {
  if (!isMap(tree)) return refuse([], `incident is a map with ${keys.join(', ')}`);
  const known = onlyKeys(tree, keys, refuse);
  const rest = readRest(tree, refuse);
  const breach = readNature(own(tree, 'breach'), under(refuse, 'breach'));
  const dedupe = readDedupe(own(tree, 'dedupe'), under(refuse, 'dedupe'));
  const people = readAsked(tree, refuse);
  const absent = readAbsent(tree, refuse);
  const disturbance = readDisturbance(tree, refuse);
  return known && rest && breach && dedupe && people && absent && disturbance
    ? { ...rest, ...people, ...absent, ...disturbance, breach, dedupe }
    : undefined;
};
