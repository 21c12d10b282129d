// Puts a backup back, frozen; reconciles it with what left by mail since; thaws it by hand.
import type { DutyRef } from '#core/duty/duty.ts';
import type { Result } from '#core/kernel/result.ts';
import { incidentSubject, personId } from '#core/kernel/ids.ts';
import { type Instant, parseInstant } from '#core/kernel/time.ts';
import { takeLock } from '#adapters/embedded/lock.ts';
import { storedKind } from '#adapters/embedded/meta.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import type { World } from '#flow/ports.ts';
import { type Row, type Verdict, reconcile } from '#flow/reconcile.ts';
import { letGo } from '#flow/restore.ts';
import { type Frozen, freeze, frozenIn, thaw } from '#local/frozen.ts';
import { stderrLog } from '#local/log.ts';
import { type Node, openNode } from '#local/node.ts';
import { putBack } from '#local/put-back.ts';
import { CliFailure, CliUse, type Command, configuration, dataDirFor, print, readWords } from './command.ts';
import { openTable, queueAgain } from './restore-table.ts';

const options = {
  data: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
  reconcile: { type: 'boolean' },
  thaw: { type: 'boolean' },
  'accept-unknown': { type: 'string' },
  'let-go': { type: 'boolean' },
  by: { type: 'string' },
  table: { type: 'string' },
  bucket: { type: 'string' },
  region: { type: 'string' },
  shards: { type: 'string' },
  since: { type: 'string' },
  'assess-queue': { type: 'string' },
} as const;
type Words = ReturnType<typeof readWords<typeof options>>;

const orFail = <T>(result: Result<T>): T => {
  if (!result.ok) throw new CliFailure(result.error);
  return result.value;
};

/** Nobody else may have the folder: a running Art33 would go on from what it knew. */
const locked = async <T>(dataDir: string, work: () => Promise<T>): Promise<T> => {
  const lock = takeLock(dataDir);
  if (!lock) throw new CliFailure(`${dataDir} is in use by a running Art33. Stop it first.`);
  try {
    return await work();
  } finally {
    lock.release();
  }
};

/** The operator's own configuration: by it the duties are made whose reports came back. */
const withNode = async <T>(dataDir: string, config: string | undefined, work: (node: Node) => Promise<T>): Promise<T> => {
  const kind = storedKind(dataDir);
  if (kind === 'own' && config === undefined) throw new CliUse('say whose directory and policy: --config DIR, as for npm start.');
  const inForce = await configuration(config);
  const node = await openNode({ dataDir, inForce: () => inForce, kind, environment: {}, log: stderrLog('error') });
  try {
    return await work(node);
  } finally {
    node.close();
  }
};

const frozenOr = (dataDir: string): Frozen => {
  const frozen = frozenIn(dataDir);
  if (!frozen) throw new CliFailure(`${dataDir} is not frozen: there is nothing to reconcile or to thaw.`);
  return frozen;
};

const saying: Readonly<Record<Verdict, string>> = {
  delivered: 'delivered: its duty is done',
  bounced: 'bounced: a person stands beside it',
  sent: 'it left: not sent again',
  known: 'nothing new',
  held: 'MAY HAVE LEFT, nothing proves it: a person decides',
  open: 'nothing says that it left: it goes after the thaw',
  unknown: 'a notice left that belongs to nothing in this ledger',
};

const rowsText = (rows: readonly Row[]): readonly string[] => [
  ...rows.map((row) => `${row.verdict.padEnd(9)}  ${(row.recipient ?? '?').padEnd(20)}  ${row.duty}`),
  ...(Object.keys(saying) as Verdict[]).flatMap((verdict) => {
    const count = rows.filter((row) => row.verdict === verdict).length;
    return count === 0 ? [] : [`${String(count).padStart(5)} ${verdict}: ${saying[verdict]}`];
  }),
];

const countOf = (rows: readonly Row[], verdict: Verdict): number => rows.filter((row) => row.verdict === verdict).length;

const tell = (words: Words, rows: readonly Row[], next: readonly string[]): void => {
  if (words.values.json) print(JSON.stringify({ rows, next }));
  else for (const line of [...rowsText(rows), ...next]) print(line);
};

/** The rest of the sentence is the same for both worlds. */
const heldText = (rows: readonly Row[]): readonly string[] =>
  countOf(rows, 'held') === 0
    ? []
    : ['For each that is held: ask the controller. It has it: say so in the console. It has not: art33 restore --let-go DUTY --by PERSON'];

const reconcileLocally = async (words: Words, dataDir: string): Promise<number> => {
  const frozen = frozenOr(dataDir);
  const rows = await withNode(dataDir, words.values.config, ({ world, journal }) => reconcile({ ...world, journal }, frozen));
  freeze(dataDir, { ...frozen, unknown: countOf(rows, 'unknown') });
  const more =
    frozen.journal === 'lost' ? ['The journal of mail was lost with the store: every open notice counts as one that may have left.'] : [];
  tell(words, rows, [...more, ...heldText(rows), `Still frozen. When you have read this: art33 restore --thaw --data ${dataDir}`]);
  return 0;
};

const begin = async (words: Words, backup: string, dataDir: string): Promise<number> => {
  const stamp = new Date(systemClock().now()).toISOString().replaceAll(/[:.]/g, '-');
  const done = orFail(await putBack(backup, dataDir, stamp));
  const aside = done.aside === undefined ? '' : ` The old store lies in ${done.aside}.`;
  process.stderr.write(`art33: ${backup} is put back into ${dataDir}, and frozen.${aside}\n`);
  return reconcileLocally(words, dataDir);
};

const lift = (words: Words, dataDir: string): number => {
  const { unknown } = frozenOr(dataDir);
  if (unknown === undefined) throw new CliFailure(`${dataDir} is not reconciled yet: art33 restore --reconcile --data ${dataDir}`);
  const accepted = Number(words.values['accept-unknown'] ?? '0');
  if (unknown !== accepted)
    throw new CliFailure(
      `${unknown} notice(s) left that belong to nothing in this ledger. Send the signals of that time again and reconcile, or take it upon you: --accept-unknown ${unknown}`,
    );
  thaw(dataDir);
  print(`${dataDir} is thawed. What is due is performed from the next start on.`);
  return 0;
};

const dutiesIn = async (world: World): Promise<ReadonlyMap<string, DutyRef>> => {
  const refs = new Map<string, DutyRef>();
  for await (const { id } of world.ledger.incidents())
    for (const duty of await world.ledger.dutiesOf(incidentSubject(id))) refs.set(duty.id, duty);
  return refs;
};

type Freeing = { readonly by: string; readonly ids: readonly string[] };

const freeingOf = ({ values: { by }, positionals }: Words): Freeing => {
  if (by === undefined || positionals.length === 0)
    throw new CliUse('say which duties and who says so: art33 restore --let-go DUTY… --by PERSON.');
  return { by, ids: positionals };
};

/** A person found out that they never left. */
const free = async ({ by, ids }: Freeing, world: World): Promise<number> => {
  if (!world.directory.current().configuration.directory.people.has(personId(by)))
    throw new CliFailure(`--by ${by}: there is nobody of that id in people.yml.`);
  const refs = await dutiesIn(world);
  for (const id of ids) {
    const ref = refs.get(id);
    if (!ref) throw new CliFailure(`${id}: there is no such duty; art33 restore --reconcile shows those that are held.`);
    const done = await letGo(world, ref, personId(by));
    if (!done.ok) throw new CliFailure(`${id}: ${done.error}.`);
    print(`${id} goes out when it is its turn.`);
  }
  return 0;
};

const freeLocally = (words: Words, dataDir: string): Promise<number> => {
  const freeing = freeingOf(words);
  return locked(dataDir, () => withNode(dataDir, words.values.config, ({ world }) => free(freeing, world)));
};

const sinceOf = (text: string | undefined): Instant => {
  const at = parseInstant(text ?? '');
  if (!at.ok) throw new CliUse(`--since: the point in time that the table was restored to, ${at.error}.`);
  return at.value;
};

const onAws = async (words: Words): Promise<number> => {
  const { table, bucket, region, shards = '8', config, 'let-go': lettingGo, 'assess-queue': queue } = words.values;
  if (table === undefined || bucket === undefined || config === undefined)
    throw new CliUse('say which table was restored, where evidence lies, and whose directory: --table NAME --bucket NAME --config DIR.');
  if (!/^([1-9]|[1-9]\d|1[01]\d|12[0-8])$/.test(shards))
    throw new CliUse(`--shards ${shards}: a whole number from 1 to 128, as art33:shards.`);
  if (region !== undefined) process.env['AWS_REGION'] = region;
  const { configuration: inForce } = await configuration(config);
  const world = await openTable({ table, bucket, shards: Number(shards), configuration: inForce });
  if (lettingGo === true) return free(freeingOf(words), world);
  const since = sinceOf(words.values.since);
  const queued = queue === undefined ? 0 : await queueAgain({ bucket, queue, since });
  if (queued > 0) process.stderr.write(`art33: ${queued} raw event(s) are queued again; reconcile once more when they are assessed.\n`);
  const rows = await reconcile(world, { since, journal: 'kept' });
  const unknown = countOf(rows, 'unknown');
  const next =
    unknown === 0
      ? `Still frozen. When you have read this, deploy with art33:ledgerTable=${table} and without art33:frozen.`
      : `${unknown} notice(s) left that belong to nothing in this ledger. Queue the signals of that time (--assess-queue) and do this again.`;
  tell(words, rows, [...heldText(rows), next]);
  return unknown === 0 ? 0 : 1;
};

const run = (words: Words): Promise<number> | number => {
  const { positionals, values } = words;
  const [backup, more] = positionals;
  if (values.table !== undefined || values.bucket !== undefined) return onAws(words);
  const dataDir = dataDirFor(values.data);
  if (values['let-go'] === true) return freeLocally(words, dataDir);
  if (more !== undefined) throw new CliUse('restore takes one backup; see art33 restore --help.');
  if (values.thaw === true) return locked(dataDir, async () => lift(words, dataDir));
  if (values.reconcile === true) return locked(dataDir, () => reconcileLocally(words, dataDir));
  if (backup === undefined) throw new CliUse('say which backup: art33 restore BACKUP_DIR --data DIR --config DIR.');
  return locked(dataDir, () => begin(words, backup, dataDir));
};

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'put a backup back, frozen until it is reconciled',
  help: `art33 restore BACKUP_DIR --config DIR [--data DIR] [--json]
art33 restore --reconcile --config DIR [--data DIR] [--json]
art33 restore --let-go DUTY… --by PERSON --config DIR [--data DIR]
art33 restore --thaw [--accept-unknown N] [--data DIR]
art33 restore --table NAME --bucket NAME --since INSTANT --config DIR [--assess-queue URL] [--region R] [--shards N] [--json]
  Puts the backup of a data folder back beside the store that was there, frozen: until --thaw nobody is called and nothing is sent.
  Then writes into it what the journal of mail proves: what left is not sent again, what may have left waits for a person, and what
  did not leave goes after the thaw. --let-go: a named person found out that a held notice never left.
  With --table: the same for a table of DynamoDB that was restored under a name of its own; docs/restore.md has the steps.`,
  run: async (all) => run(readWords(all, options)),
};
