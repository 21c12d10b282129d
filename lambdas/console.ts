// What people look at, behind a JWT: without a checked token, or for somebody who is not in the directory, nothing (D-11).
import { replayByQueue } from '#flow/quarantine.ts';
import { type Distrust, distrustOf } from '#flow/trust.ts';
import { configurationAt } from './directory.ts';
import { consoleEnv, readEnv } from './env.ts';
import { evidenceOf } from './evidence.ts';
import { answer, isHttpEvent, plain } from './http.ts';
import { claimsOf, onlySession, sessionOf } from './jwt-session.ts';
import { rootKey } from './keys.ts';
import { lanesOf } from './lanes.ts';
import { ledgerOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { reportsOf } from './reports.ts';
import { envelopesOf, keptStill } from './sealing.ts';
import { clock, opened } from './world.ts';

const env = readEnv(consoleEnv);
const log = jsonLog('console');
const queues = lanesOf(env);
const open = opened('console', log, async () => {
  const [pseudonyms, directory] = await Promise.all([rootKey(env, clock)(), configurationAt(import.meta.url, env, log)]);
  return {
    ledger: ledgerOf(env),
    queues,
    evidence: keptStill(evidenceOf(env), log),
    pseudonyms,
    directory,
  };
});
const hosts = new Set(env.CONSOLE_HOSTS.split(','));
const outbox = { messages: async () => [], content: async () => undefined };
const hostileText = ({ channel, since }: Distrust): string =>
  `Nobody is let in here: ${channel} is distrusted since ${since}. art33 channel --help says the way back.`;
/** Nobody here may assess: those who may are asked by their queue. */
const replay = replayByQueue(queues);
const reports = reportsOf(env, log);
const envelopes = envelopesOf(env);
const counters = { count: () => log.warn('turned-away', {}), all: () => ({}) };

export const handler = shell(log, async (event, _invocation, context) => {
  if (!isHttpEvent(event)) return plain(400, 'This is no HTTP request.');
  const claims = claimsOf(event);
  if (!claims) return plain(401, 'Sign in first. Without an identity provider in the settings nobody can.');
  // The pages are most of this function's bytes: who is turned away above never loads them.
  const [world, { consoleApp }] = await Promise.all([open(), import('#console/app.ts')]);
  const session = sessionOf(claims, world.directory.current().configuration, world.pseudonyms);
  if (!session) return plain(403, 'You are signed in, and not in the directory.');
  // What signs people in, or the ground that this stands on, may be in other hands: every session is over (P-13).
  const hostile = (await distrustOf(world, 'idp')) ?? (await distrustOf(world, 'aws'));
  if (hostile) return plain(403, hostileText(hostile));
  return answer(
    consoleApp({ world, outbox, sessions: onlySession(session), hosts, counters, replay, reports, envelopes }),
    event,
    context,
    log,
  );
});
