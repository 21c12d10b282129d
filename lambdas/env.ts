// Decides which settings each function is given: the same list is read here and filled in lib, so a forgotten one does not compile.

type Kind = 'text' | 'url' | 'count';
type Spec = Readonly<Record<string, Kind>>;

/** What lib has to give: every name, as text or as a token of the CDK. */
export type EnvOf<S extends Spec> = { readonly [Name in keyof S]: string };
export type ReadEnv<S extends Spec> = { readonly [Name in keyof S]: S[Name] extends 'count' ? number : string };

export const text = 'text' as const;
export const url = 'url' as const;
export const count = 'count' as const;

export const defineEnv = <const S extends Spec>(spec: S): S => spec;

const problemOf = (name: string, kind: Kind, value: string | undefined): readonly string[] => {
  if (value === undefined || value.trim() === '') return [`${name} is not set`];
  if (kind === 'url' && !URL.canParse(value)) return [`${name} is not a URL such as https://sqs.eu-central-1.amazonaws.com/…`];
  if (kind === 'count' && !/^[1-9]\d{0,5}$/.test(value)) return [`${name} is not a whole number from 1`];
  return [];
};

/** Reads them at cold start. What is missing or blank is named, all of it at once; values are never shown. */
export const readEnv = <const S extends Spec>(spec: S, from: Readonly<Record<string, string | undefined>> = process.env): ReadEnv<S> => {
  const problems = Object.entries(spec).flatMap(([name, kind]) => problemOf(name, kind, from[name]));
  if (problems.length > 0) throw new Error(`this function can't start: ${problems.join('; ')}`);
  const read = Object.entries(spec).map(([name, kind]) => [name, kind === 'count' ? Number(from[name]) : String(from[name])]);
  return Object.fromEntries(read) as ReadEnv<S>;
};

const ledger = { LEDGER_TABLE: text, LEDGER_SHARDS: count };
const notifyQueue = { NOTIFY_QUEUE_URL: url };
const pageQueue = { PAGE_QUEUE_URL: url };
const ticketQueue = { TICKET_QUEUE_URL: url };
const otherQueue = { OTHER_QUEUE_URL: url };
const lanes = { ...notifyQueue, ...pageQueue, ...ticketQueue, ...otherQueue };
/** Raw events and the bytes of notices; the directory that was pushed lies there too, so all who read a configuration know it. */
const evidence = { EVIDENCE_BUCKET: text };
const keys = { KEYS_SECRET: text };
/** ARN of the root key under which what names people is sealed. */
const sealing = { DATA_KEY: text };
/** MAIL_RATE: mails a second, of all functions together. */
const mail = { MAIL_CONFIGURATION_SET: text, MAIL_RATE: count };
const sinks = { SINKS_SECRET: text };

export const ingestEnv = defineEnv({ ...evidence, ASSESS_QUEUE_URL: url, TOKENS_SECRET: text });
/** LOG_GROUPS is a JSON object: log group -> source. */
export const logsEnv = defineEnv({ ...evidence, ASSESS_QUEUE_URL: url, LOG_GROUPS: text });
/** OBJECTS is a JSON object: bucket and beginning of the key -> source. What such an object holds goes to the queue once more, event by event. */
export const assessEnv = defineEnv({ ...ledger, ...evidence, ...keys, ...sealing, ...lanes, ASSESS_QUEUE_URL: url, OBJECTS: text });
/** A worker never sends to its own queue (F-09), so it does not know that queue's address. */
export const notifyEnv = defineEnv({ ...ledger, ...evidence, ...mail, ...pageQueue, ...ticketQueue, ...otherQueue });
export const pageEnv = defineEnv({ ...ledger, ...evidence, ...keys, ...mail, ...sinks, ...notifyQueue, ...ticketQueue, ...otherQueue });
export const ticketEnv = defineEnv({ ...ledger, ...evidence, ...sinks, ...notifyQueue, ...pageQueue, ...otherQueue });
/** It opens cases for what did not happen, so it knows the key of their ids. */
export const otherEnv = defineEnv({ ...ledger, ...evidence, ...keys, ...notifyQueue, ...pageQueue, ...ticketQueue });
export const receiveEnv = defineEnv({ ...ledger, ...evidence, ...lanes });
/** With the queues down the tick does the most urgent duties itself, so it may do what the lanes may (reliability.md 6.3). */
export const tickEnv = defineEnv({ ...ledger, ...evidence, ...keys, ...mail, ...sinks, ...lanes });
export const auditEnv = defineEnv({ ...ledger, ...evidence, ...lanes, ...sinks });
export const consoleEnv = defineEnv({ ...ledger, ...evidence, ...keys, ...sealing, ...lanes, ASSESS_QUEUE_URL: url, CONSOLE_HOSTS: text });
/** Its bucket is apart: what lies in there nobody can change (P-11). */
export const anchorEnv = defineEnv({ ...ledger, ANCHOR_BUCKET: text });
export const exportEnv = defineEnv({
  ...ledger,
  ...evidence,
  ANCHOR_BUCKET: text,
  VAULT_BUCKET: text,
  VAULT_REGION: text,
  /** Public keys, with commas between them. */
  KIT_RECIPIENTS: text,
});
