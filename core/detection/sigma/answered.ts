// Decides how a filter says who answers for it: its block `incident:` names an owner, a reason and an end, and a beginning where it is a maintenance window.
import { type Instant, parseInstant } from '../../kernel/time.ts';
import type { Mute } from '../rule.ts';
import { type Fields, type Refuse, isMap, onlyKeys, own } from './document.ts';

const keys = ['owner', 'reason', 'from', 'expires'];

const textIn = (tree: Fields, key: string, refuse: Refuse): string | undefined => {
  const value = own(tree, key);
  return typeof value === 'string' && value.trim() !== ''
    ? value.trim()
    : refuse([key], `${key} is a text: a filter is somebody's, for a reason`);
};

/** A day is its beginning, UTC. */
const instantIn = (tree: Fields, key: string, refuse: Refuse): Instant | undefined => {
  const value = own(tree, key);
  const read = typeof value === 'string' ? parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value) : undefined;
  return read?.ok ? read.value : refuse([key], `${key} is a day such as 2027-03-31, or an instant such as 2027-03-31T22:00:00Z`);
};

/** All of a mute but its condition. */
export type Answered = Omit<Mute, 'name' | 'keeps'>;

export const readAnswered = (tree: unknown, refuse: Refuse): Answered | undefined => {
  if (!isMap(tree)) return refuse([], `the incident block of a filter is a map with ${keys.join(', ')}`);
  const known = onlyKeys(tree, keys, refuse);
  const owner = textIn(tree, 'owner', refuse);
  const reason = textIn(tree, 'reason', refuse);
  const until = instantIn(tree, 'expires', refuse);
  const isWindow = own(tree, 'from') !== undefined;
  const from = isWindow ? instantIn(tree, 'from', refuse) : undefined;
  if (!known || owner === undefined || reason === undefined || until === undefined || (isWindow && from === undefined)) return undefined;
  if (from !== undefined && from >= until) return refuse(['expires'], 'a maintenance window ends after it begins');
  return { owner, reason, until, ...(from === undefined ? {} : { from }) };
};
