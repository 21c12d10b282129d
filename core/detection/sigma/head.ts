// Decides who a rule is: id, name, title, level and status, and what it says of an incident.
import { derived } from '../../kernel/hash.ts';
import { fromConfiguration } from '../../kernel/safe.ts';
import { type Level, type RuleHead, levels } from '../rule.ts';
import { type Fields, type Refuse, type RuleDocument, calledOf, own, textsOf, under, whereOf } from './document.ts';
import { readIncident } from './incident.ts';

const statuses = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
type Status = RuleHead['status'];

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** Sigma 2.1 bounds titles and names; a list of authors may be long. */
const longest = (key: string): number => (key === 'author' || key === 'license' ? 4_000 : 256);

/** An optional text: absent, or not too long. */
const optional = (tree: Fields, key: string, refuse: Refuse): string | undefined => {
  const value = own(tree, key);
  if (value === undefined || value === null) return undefined;
  if (isText(value) && value.length <= longest(key)) return value.trim();
  return refuse([key], `${key} is text of 1 to ${longest(key)} characters`);
};

const oneOf = <T extends string>(
  tree: Fields,
  key: string,
  { words, otherwise, refuse }: { words: readonly T[]; otherwise: T; refuse: Refuse },
): T => {
  const value = own(tree, key);
  if (value === undefined || value === null) return otherwise;
  const found = words.find((word) => word === value);
  if (found === undefined) refuse([key], `${key} is one of ${words.join(', ')}`);
  return found ?? otherwise;
};

/** `incidents:` or `Incident:` would pass as a custom field and leave the rule without an incident. */
const misspelt = (tree: Fields): string | undefined => Object.keys(tree).find((key) => key !== 'incident' && /^_?incidents?$/i.test(key));

/** A title is no name: two rules may share one, and are told apart by what they ask. */
const untold = (tree: Fields): readonly unknown[] =>
  Object.hasOwn(tree, 'name') ? [] : [own(tree, 'detection') ?? own(tree, 'correlation') ?? null];

/** What all rules share. A rule without an id takes one from its name, or title and content, so that its state survives a restart. */
export const readHead = (tree: Fields, document: RuleDocument, refuse: Refuse): RuleHead => {
  const title = optional(tree, 'title', refuse);
  if (own(tree, 'title') === undefined || own(tree, 'title') === null) refuse([], 'a title is needed, so that people know what fired');
  const called = calledOf(tree);
  const id = optional(tree, 'id', refuse) ?? derived(['rule', called, ...untold(tree)]);
  const [author, license] = [optional(tree, 'author', refuse), optional(tree, 'license', refuse)];
  const tags = textsOf(own(tree, 'tags') ?? []);
  if (!tags) refuse(['tags'], 'tags is a list of texts, such as [attack.t1078]');
  const wrong = misspelt(tree);
  if (wrong !== undefined) refuse([wrong], `"${wrong}" is not read; the block is called incident`);
  const incident = own(tree, 'incident') === undefined ? undefined : readIncident(own(tree, 'incident'), under(refuse, 'incident'));
  return {
    id,
    name: optional(tree, 'name', refuse) ?? id,
    title: fromConfiguration(title ?? called),
    level: oneOf<Level>(tree, 'level', { words: levels, otherwise: 'medium', refuse }),
    status: oneOf<Status>(tree, 'status', { words: statuses, otherwise: 'test', refuse }),
    ...(author === undefined ? {} : { author }),
    ...(license === undefined ? {} : { license }),
    tags: tags ?? [],
    ...(incident ? { incident } : {}),
    where: whereOf(document, []),
  };
};
