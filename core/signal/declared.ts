// Decides what an event's own tags say about the data that its target holds: the word of whoever runs the resource, not of the attacker.
import { type Fields, at, isFields, listOf, textOf } from './fields.ts';
import type { DataClass } from './signal.ts';

/** Keys by which people tag data, without signs: `data-class`, `DataClassification`, `contains_pii`. */
const classKeys: ReadonlySet<string> = new Set([
  'data',
  'dataclass',
  'dataclasses',
  'dataclassification',
  'classification',
  'datacategory',
  'datatype',
  'datasensitivity',
  'sensitivity',
]);
const yesKeys: ReadonlySet<string> = new Set(['pii', 'containspii', 'personaldata', 'containspersonaldata', 'gdpr', 'dsgvo']);

const classes: readonly (readonly [DataClass, RegExp])[] = [
  ['special-category', /^(?:special.*|sensitivepersonal.*|health.*|phi|art9)$/],
  ['message-content', /^(?:message|chat|conversation|mail|communication)/],
  ['log-with-identifiers', /^logs?with/],
  ['account', /^(?:accounts?|credentials?|users?|useraccounts?)$/],
  ['contact', /^(?:contacts?|pii|personal.*|gdpr|dsgvo|customers?|customerdata)$/],
  ['metadata', /^metadata$/],
  ['public', /^public$/],
  ['operational', /^(?:operational|internal|none|nopii|nonpersonal|nonpii|technical)$/],
];

const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const wordsIn = (value: string): readonly string[] => value.split(/[\s,;+/|]+/).map(bare);

const classesOf = (key: string, value: string): readonly DataClass[] => {
  const name = bare(key.replace(/^.*[:/]/, ''));
  if (yesKeys.has(name)) {
    const word = bare(value);
    if (/^(?:true|yes|1|y|ja|high|contains)$/.test(word)) return ['contact'];
    return /^(?:false|no|0|n|nein|none)$/.test(word) ? ['operational'] : [];
  }
  if (!classKeys.has(name)) return [];
  return wordsIn(value).flatMap((word) => classes.find(([, pattern]) => pattern.test(word))?.[0] ?? []);
};

/** Tags as they were read: the same few stand on all that somebody runs. */
const known = new Map<string, readonly DataClass[]>();
const mostKnown = 500;

const classesIn = (key: string, value: string): readonly DataClass[] => {
  const tag = `${key}\n${value}`;
  const found = known.get(tag) ?? classesOf(key, value);
  if (known.size >= mostKnown) known.clear();
  known.set(tag, found);
  return found;
};

type Tag = readonly [key: string, value: string];

/** `[{key, value}]`, `[{Key, Value}]`, `["key:value"]`, or a map. */
export const tagsIn = (tags: unknown): readonly Tag[] => {
  const list = listOf(tags);
  const pairs: readonly (readonly [unknown, unknown])[] =
    list.length === 0 && isFields(tags)
      ? Object.entries(tags)
      : list.map((tag) => {
          if (typeof tag === 'string') return [tag.replace(/[:=].*$/s, ''), tag.replace(/^[^:=]*[:=]/s, '')];
          const one: Fields = isFields(tag) ? tag : {};
          return [at(one, 'key') ?? at(one, 'Key') ?? at(one, 'name'), at(one, 'value') ?? at(one, 'Value')];
        });
  return pairs.slice(0, 100).flatMap(([key, value]) => {
    const [name, text] = [textOf(key), textOf(value)];
    return name === undefined || text === undefined ? [] : [[name, text] as const];
  });
};

const prefix = 'data-class:';

/** Identifiers that carry the classes to the directory's enrichment: `data-class:message-content`. */
export const declaredIn = (...tags: readonly unknown[]): readonly string[] => [
  ...new Set(tags.flatMap(tagsIn).flatMap(([key, value]) => classesIn(key, value).map((one) => prefix + one))),
];

const personless: ReadonlySet<string> = new Set(['metadata', 'public', 'operational'].map((one) => prefix + one));

/** Of several resources: what one says without persons holds for all only if none keeps silent. */
export const declaredOfEach = (tags: readonly unknown[]): readonly string[] => {
  if (tags.every((one) => one === undefined)) return [];
  const said = tags.map((one) => declaredIn(one));
  const all = [...new Set(said.flat())];
  return said.every((one) => one.length > 0) ? all : all.filter((one) => !personless.has(one));
};

/** Things whose names people choose by what they hold. */
const stores = /^(?:s3|rds|rds-snapshot|dynamodb|backup):(.{1,512})$/;

const wordsFor: readonly (readonly [DataClass, RegExp])[] = [
  ['message-content', /^(?:messages?|chats?|conversations?|inbox(?:es)?)$/],
  ['special-category', /^(?:patients?|phi)$/],
  ['account', /^(?:users?|accounts?|credentials|logins)$/],
  ['contact', /^(?:customers?|contacts?|pii|personal|subscribers?|members?|employees?)$/],
];

/** What the name of a store says that it holds. A name only ever raises: nobody calls anything harmless by it. */
export const namedClasses = (identifiers: readonly string[]): readonly DataClass[] => {
  const words = identifiers.flatMap((identifier) => (stores.exec(identifier)?.[1] ?? '').toLowerCase().split(/[^a-z]+/));
  return wordsFor.flatMap(([one, pattern]) => (words.some((word) => pattern.test(word)) ? [one] : []));
};

const allClasses: ReadonlySet<string> = new Set(classes.map(([one]) => one));

/** The classes that identifiers carry. */
export const declaredClasses = (identifiers: readonly string[]): readonly DataClass[] =>
  identifiers.flatMap((identifier) => {
    const word = identifier.startsWith(prefix) ? identifier.slice(prefix.length) : '';
    return allClasses.has(word) ? [word as DataClass] : [];
  });
