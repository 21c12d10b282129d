// Decides how raw events are poisoned for the tests of privacy: a mark in every text field and as a key, identifiers that the directory maps kept.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Never a word of ours; letters only, so that it survives wherever a name may stand. */
export const mark = 'Zyxwvmark';

/** Without these nothing would be read, or nothing would be an incident. */
const kept = [
  /^\d{4}-\d\d-\d\dT/,
  /^(aws|auth0|muster)([.:-]|$)/,
  /^muster-message-archive$|^org_museum_shop$|^111122223333$|^arn:aws:s3:::muster-message-archive$|^muster\.eu\.auth0\.com$/,
  /^(GuardDuty Finding|S3Bucket|Instance|AccessKey|TARGET|ACTOR|2\.0|eu-central-1)$/,
  /^[A-Z]\w+:[A-Za-z0-9]+\/\S+$/,
  /^\d{1,3}(\.\d{1,3}){3}$|^[0-9a-f:]*:[0-9a-f:]*$/i,
];
/** Fields whose text is a code that decides how the event is read. */
const codes: ReadonlySet<string> = new Set(['type', 'id', 'log_id', 'actionType', 'resourceType', 'resourceRole', 'date']);

const isKept = (key: string, text: string): boolean => codes.has(key) || kept.some((pattern) => pattern.test(text));

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Texts that are themselves JSON are poisoned inside. */
const inText = (key: string, text: string): string => {
  if (/^[[{]/.test(text)) {
    try {
      return JSON.stringify(poison(JSON.parse(text) as Json, key));
    } catch {
      // no JSON after all
    }
  }
  return isKept(key, text) ? text : `${mark} ${text}`;
};

export const poison = (value: Json, key = ''): Json => {
  if (typeof value === 'string') return inText(key, value);
  if (isObject(value)) return poisonObject(value);
  return Array.isArray(value) ? value.map((item: Json) => poison(item, key)) : value;
};

const poisonObject = (value: { readonly [key: string]: Json }): Json => ({
  ...Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poison(inner, name)])),
  [`${mark}Key`]: mark,
});

/** Jail and host names; addresses stay, or the line would not be read. */
const poisonLine = (line: string): string =>
  line.replace(/\[(sshd|postfix-sasl|recidive|[a-z-]+)\] /g, `[${mark}] `).replace(/^(\w{3} +\d+ [\d:]+) \S+/, `$1 ${mark}`);

const asJson = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** One file, poisoned; lines one by one where it is no JSON as a whole. */
export const poisonFile = (file: string): string => {
  const text = readFileSync(file, 'utf8');
  const whole = asJson(text);
  if (whole !== undefined) return JSON.stringify(poison(whole));
  const line = (one: string): string => {
    const json = asJson(one);
    return json === undefined ? poisonLine(one) : JSON.stringify(poison(json));
  };
  return text.split('\n').map(line).join('\n');
};

export const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name));

/** Every text of the given JSON or lines that names somebody or something: addresses, accounts, keys, names. */
export const identifiersIn = (text: string): readonly string[] => [
  ...new Set(
    [...text.matchAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b|[\w.+-]+@[\w-]+\.[\w.-]+|auth0\|\w+|\bA[SKR][IO]A\w{8,}|2001:db8[0-9a-f:]+/gi)].map(
      ([found]) => found,
    ),
  ),
];
