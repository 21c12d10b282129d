// Fetches what an Auth0 log stream did not deliver: from the last log that is here to the end, into this machine or a deployment.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Auth0Error, type Auth0Log, auth0Base, auth0LogsAfter, isLogId } from '#adapters/http/auth0-logs.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { type Duration, durationText } from '#core/kernel/time.ts';
import { sourcesOf } from '#core/signal/sources.ts';
import { storeFetched } from '#flow/backfill.ts';
import { type Backfilled, backfillHere } from '#local/backfill.ts';
import { stderrLog } from '#local/log.ts';
import { CliFailure, CliUse, type Command, dataDirFor, print, readWords, withStore } from './command.ts';
import { assessQueuesIn, evidenceIn, findDeployment, operating, placeHelp, placeOf, placeOptions } from './deployment.ts';

const options = {
  ...placeOptions,
  from: { type: 'string' },
  domain: { type: 'string' },
  'token-file': { type: 'string' },
  checkpoint: { type: 'string' },
  json: { type: 'boolean' },
  config: { type: 'string' },
  data: { type: 'string' },
} as const;

type Values = ReturnType<typeof readWords<typeof options>>['values'];

/** In the environment or in a file; on the command line every process of the machine could read it. */
const tokenOf = (values: Values): string => {
  const token = values['token-file'] === undefined ? process.env['AUTH0_TOKEN'] : textOf(values['token-file']);
  if (token === undefined || token.trim() === '')
    throw new CliUse('a token of the management API with the scope read:logs is needed: in AUTH0_TOKEN, or --token-file FILE.');
  if (!/^[\w.~+/=-]{10,8192}$/.test(token.trim())) throw new CliUse('that is no token: it has blanks or other marks in it.');
  return token.trim();
};

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CliFailure(`${file} can't be read.`);
  }
};

/** How far it came, beside the data: `last` and everything before it is stored. */
type Checkpoint = { readonly domain: string; readonly from: string; readonly last: string };

const checkpointIn = (file: string): Checkpoint | undefined => {
  if (!existsSync(file)) return undefined;
  try {
    const { domain, from, last } = JSON.parse(textOf(file)) as Partial<Checkpoint>;
    if (typeof domain === 'string' && typeof from === 'string' && typeof last === 'string' && isLogId(last)) return { domain, from, last };
  } catch {
    // said below
  }
  throw new CliFailure(`${file} is no checkpoint of this command. Move it away, or name another: --checkpoint FILE.`);
};

const keep = (file: string, checkpoint: Checkpoint): void => {
  writeFileSync(`${file}.tmp`, `${JSON.stringify(checkpoint)}\n`, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
};

/** `missing`: those that were not here before; a deployment does not tell. */
type Store = (logs: readonly Auth0Log[]) => Promise<Backfilled | undefined>;

const storeOf = async (values: Values): Promise<Store> => {
  if (values.stage === undefined) {
    const dir = dataDirFor(values.data);
    return (logs) => {
      const page = { source: 'auth0', events: logs };
      return withStore(dir, { path: '/backfill', method: 'POST', body: page }, (node) => backfillHere(node, page), values.config);
    };
  }
  const deployment = await findDeployment(placeOf('auth0', values));
  const world = {
    evidence: await evidenceIn(deployment),
    queues: await assessQueuesIn(deployment),
    sources: { current: () => sourcesOf() },
    log: stderrLog('error'),
    clock: systemClock(),
  };
  return async (logs) => {
    await storeFetched(world, 'auth0', logs);
    return undefined;
  };
};

const beginning = (from: string | undefined, domain: string, known: Checkpoint | undefined): Checkpoint => {
  if (from !== undefined && !isLogId(from)) throw new CliUse('--from: the id of a log was expected, as Auth0 shows it under log_id.');
  const fits = known?.domain === domain && (from === undefined || from === known.from);
  if (known && fits) return known;
  if (from === undefined)
    throw new CliUse('say from where: --from LOGID, the last log that is here. (There is no checkpoint to go on from.)');
  return { domain, from, last: from };
};

const sleep = (time: Duration): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

type Told = { fetched: number; missing: number | undefined; last: string };

const said = ({ fetched, missing, last }: Told): string => {
  const gap =
    missing === undefined ? 'What was here already ends as seen before.' : `${missing} of them had not been delivered by the stream.`;
  return `Fetched ${fetched} log(s) up to ${last}. ${gap}`;
};

type Run = { readonly base: URL; readonly token: string; readonly file: string; readonly start: Checkpoint; readonly store: Store };

const baseOf = ({ domain = process.env['AUTH0_DOMAIN'] ?? '' }: Values): URL => {
  const base = domain === '' ? undefined : auth0Base(domain);
  if (!base) throw new CliUse('--domain: the domain of the tenant was expected, such as example.eu.auth0.com.');
  return base;
};

const runOf = async (values: Values): Promise<Run> => {
  const base = baseOf(values);
  const token = tokenOf(values);
  const folder = values.stage === undefined ? dataDirFor(values.data) : '.';
  const file = values.checkpoint ?? join(folder, `auth0-${base.host.replace(':', '-')}.checkpoint`);
  const start = beginning(values.from, base.host, checkpointIn(file));
  if (start.last !== start.from) tell(`Going on behind ${start.last}, where the last run ended.`);
  return { base, token, file, start, store: await storeOf(values) };
};

/** What was stored is noted page by page: a run that is killed loses nothing, and what it repeats counts once. */
const fetchAll = async ({ base, token, file, start, store }: Run, told: Told): Promise<void> => {
  const waiting = (time: Duration): void => tell(`Auth0 asks to wait: ${durationText(time)}.`);
  for await (const logs of auth0LogsAfter({ base, token, clock: systemClock(), pause: sleep, waiting }, start.last)) {
    const done = await store(logs);
    told.fetched += logs.length;
    if (done) told.missing = (told.missing ?? 0) + done.missing.length;
    told.last = logs.at(-1)?.id ?? told.last;
    keep(file, { ...start, last: told.last });
  }
};

const backfill = async (values: Values): Promise<number> => {
  const run = await runOf(values);
  const told: Told = { fetched: 0, missing: values.stage === undefined ? 0 : undefined, last: run.start.last };
  try {
    await fetchAll(run, told);
  } catch (cause) {
    if (!(cause instanceof Auth0Error)) throw cause;
    throw new CliFailure(`${cause.message} ${said(told)} Run it again: it goes on from there.`);
  }
  print(values.json ? JSON.stringify(told) : said(told));
  return 0;
};

export const auth0Command: Command = {
  name: 'auth0',
  summary: 'fetch what an Auth0 log stream did not deliver',
  help: `art33 auth0 backfill --from LOGID --domain TENANT.eu.auth0.com [--token-file FILE] [--checkpoint FILE] [--json]
  Reads the tenant's log by the management API, from behind LOGID to its end, and stores each as if it had been delivered: what the
  stream had brought already ends as seen before. The token needs the scope read:logs; it is read from AUTH0_TOKEN or --token-file.
  After each page it writes how far it came; started again it goes on there, and without --from it fetches what came since.
  Fetched events say nothing of whether the stream runs: a duty about its silence stays until the stream itself is heard again.
  Of this machine: [--data DIR], the Art33 that runs on it or its store; --config DIR is needed while Art33 is not running.
  Of a deployment: ${placeHelp}`,
  run: async (words) => {
    const { values, positionals } = readWords(words, options);
    if (positionals[0] !== 'backfill' || positionals.length > 1)
      throw new CliUse('auth0 can backfill: art33 auth0 backfill --from LOGID --domain D; see art33 auth0 --help.');
    return operating(() => backfill(values));
  },
};
