// Opens the console of a deployment without its identity provider: here, by the credentials of the account, loud and recorded (P-13).
import { accountClient, signedInAs } from '#adapters/aws/account.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { type PersonId, personId } from '#core/kernel/ids.ts';
import { hours, plus } from '#core/kernel/time.ts';
import { breakGlass, closeGlass } from '#flow/break-glass.ts';
import type { World } from '#flow/ports.ts';
import { replayByQueue } from '#flow/quarantine.ts';
import { decode } from '#lambdas/deployed.ts';
import { evidenceOf } from '#lambdas/evidence.ts';
import { lanesOf } from '#lambdas/lanes.ts';
import { grant } from '#lambdas/world.ts';
import { stderrLog } from '#local/log.ts';
import { serveConsole } from '#local/server.ts';
import { sessionsOf } from '#local/sessions.ts';
import { untilStopped } from '#local/start.ts';
import { CliFailure, CliUse, type Command, configuration, personOf, portOf, print, readWords } from './command.ts';
import {
  type Deployment,
  assessQueuesIn,
  findDeployment,
  ledgerIn,
  operating,
  placeHelp,
  placeOf,
  placeOptions,
  pushedIn,
  settingOf,
} from './deployment.ts';

const options = {
  ...placeOptions,
  as: { type: 'string' },
  why: { type: 'string' },
  config: { type: 'string' },
  port: { type: 'string' },
} as const;
type Values = ReturnType<typeof readWords<typeof options>>['values'];

/** Long enough for a night's shift, short enough that a forgotten terminal is no door. */
const openFor = hours(8);

/** What was pushed last is what the functions know; a deployment that nobody pushed to has its own, which lies in the operator's folder. */
const directoryOf = async (deployment: Deployment, config: string | undefined): Promise<Configuration> => {
  if (config !== undefined) return (await configuration(config)).configuration;
  const pushed = await (await pushedIn(deployment)).read();
  if (pushed === undefined || pushed === 'unchanged')
    throw new CliFailure('no directory was ever pushed to this deployment: say whose people and controllers: --config DIR.');
  return decode(pushed.text).configuration;
};

const worldOf = async (deployment: Deployment, inForce: Configuration): Promise<World> => {
  process.env['AWS_REGION'] = deployment.region;
  const directory = { current: () => ({ configuration: inForce, rules: { rules: [], byName: new Map(), hash: 'none' } }) };
  return grant('break-glass', stderrLog('error'), {
    ledger: await ledgerIn(deployment),
    directory,
    queues: lanesOf(deployment.env),
    evidence: evidenceOf({ EVIDENCE_BUCKET: settingOf(deployment, 'EVIDENCE_BUCKET') }),
  });
};

const noOutbox = { messages: async () => [], content: async () => undefined };

const banner = 'Break-glass: you are here without the identity provider. The house was told, and all that you do stands in the register.';

type In = { readonly world: World; readonly deployment: Deployment; readonly by: PersonId; readonly port: number };

const serveUntilStopped = async ({ world, deployment, by, port }: In): Promise<void> => {
  const clock = systemClock();
  const until = plus(clock.now(), openFor);
  const sessions = sessionsOf(by, () => clock.now() < until);
  const counters = { count: () => undefined, all: () => ({}) };
  const replay = replayByQueue(await assessQueuesIn(deployment));
  const listening = await serveConsole({ world, outbox: noOutbox, sessions, counters, replay, banner }, port);
  const stopped = untilStopped();
  try {
    print(`You are in as ${by}. The house was told.`);
    print(`  Console (this link opens one browser):  http://localhost:${listening.port}/enter?once=${sessions.once}`);
    print('  It closes in eight hours, or with Ctrl-C.');
    await stopped;
  } finally {
    await listening.close();
    await closeGlass(world, by);
  }
};

const comeIn = async (values: Values): Promise<number> => {
  const place = placeOf('break-glass', values);
  const why = (values.why ?? '').trim();
  if (values.as === undefined || why === '')
    throw new CliUse('--as PERSON and --why "…" are needed: the register keeps who, when and why.');
  const [by, port] = [personId(personOf(values.as)), portOf(values.port, 3334)];
  const deployment = await findDeployment(place);
  const world = await worldOf(deployment, await directoryOf(deployment, values.config));
  const done = await breakGlass(world, { by, why, as: await signedInAs(accountClient(deployment.region)) });
  if (!done.ok) throw new CliFailure(`--as ${by}: ${done.error}.`);
  await serveUntilStopped({ world, deployment, by, port });
  return 0;
};

export const breakGlassCommand: Command = {
  name: 'break-glass',
  summary: 'open the console of a deployment without its identity provider',
  help: `art33 break-glass --as PERSON --why "…" --stage S [--region R] [--config DIR] [--port N]
  For when the identity provider is away or in other hands. Serves the console on this machine over the deployment's own ledger, by the
  AWS credentials in use here; keep some that do not hang on that provider. It stands in the register before anybody is in: who, when,
  why, by which credentials; and everybody who decides, and the SysOp, is told on every channel. Closes after eight hours.
  PERSON by the id in people.yml. --config: whose directory, where none was pushed.
  ${placeHelp}
  On one machine the console needs no identity provider: the link that npm start prints is the way in.`,
  run: async (words) => {
    const { values, positionals } = readWords(words, options);
    if (positionals.length > 0) throw new CliUse('break-glass takes options only; see art33 break-glass --help.');
    return operating(() => comeIn(values));
  },
};
