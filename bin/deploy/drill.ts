// Decides how a deployment is proved: a signal through the real door gets its receipt, and every lane takes a duty of the drill kind.
import type { sendText } from '#adapters/http/reach.ts';
import { type Lane, lanes } from '#core/duty/duty.ts';
import { type Duration, between, minutes, rfc3339 } from '#core/kernel/time.ts';
import { clearDrills, endDrill, startDrill } from '#flow/drill.ts';
import type { Clock, World } from '#flow/ports.ts';
import { doorTokens } from '#lambdas/keys.ts';
import { grant } from '#lambdas/world.ts';
import { stderrLog } from '#local/log.ts';
import { CliFailure } from '#bin/cli/command.ts';
import { type Deployment, ledgerIn, secretsIn, settingOf } from '#bin/cli/deployment.ts';

export type DrillHands = {
  readonly clock: Clock;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly sendText: typeof sendText;
};

const source = 'fail2ban';
const patience: Duration = minutes(2);
const lookEvery = 1_000;

/** An unban in a jail that nobody has: read, assessed, and nothing more. The jail's name marks it as a drill in the raw evidence. */
export const drillLine = (clock: Clock): string =>
  `${rfc3339(clock.now()).replace('T', ' ').replace('.', ',')} fail2ban.actions [1]: NOTICE [art33-drill] Unban 192.0.2.1\n`;

const doorIn = ({ outputs, stage }: Deployment): URL => {
  const host = outputs['DoorHost'];
  if (host === undefined) throw new CliFailure(`the pipeline of ${stage} names no door: it is of another version. Deploy again.`);
  return new URL(`https://${host}/`);
};

const under = (door: URL, path: string): URL => new URL(path, door.href.endsWith('/') ? door.href : `${door.href}/`);

const tokenIn = async (deployment: Deployment, clock: Clock): Promise<string> => {
  const env = { TOKENS_SECRET: settingOf(deployment, 'TOKENS_SECRET') };
  const [token] = await doorTokens(env, clock, await secretsIn(deployment, clock))(source);
  if (token === undefined)
    throw new CliFailure(`the secret of the doors holds no token for ${source}, which the drill needs. Put one there.`);
  return token;
};

/** Through the door, as any sender; the answer names the delivery. */
const knock = async (deployment: Deployment, door: URL, hands: DrillHands): Promise<string> => {
  const headers = { authorization: `Bearer ${await tokenIn(deployment, hands.clock)}`, 'content-type': 'text/plain' };
  const answer = await hands.sendText(under(door, `signals/${source}`), { headers, body: drillLine(hands.clock) });
  if (!answer.ok) throw new CliFailure(`the door could not be reached: ${answer.error}. Name it with --door URL if it stands elsewhere.`);
  const { status, text } = answer.value;
  const request = status === 202 ? (JSON.parse(text) as { readonly request?: unknown }).request : undefined;
  if (typeof request !== 'string')
    throw new CliFailure(`the door answered ${status} where 202 was expected. See docs/runbook.md, Ingest/Errors.`);
  return request;
};

const until = async <T>(hands: DrillHands, look: () => Promise<T | undefined>): Promise<T | undefined> => {
  const from = hands.clock.now();
  for (;;) {
    const found = await look();
    if (found !== undefined || between(from, hands.clock.now()) > patience) return found;
    await hands.pause(lookEvery);
  }
};

const worldOf = async (deployment: Deployment, clock: Clock): Promise<World> => {
  const { sqsClient, sqsQueues } = await import('#adapters/sqs/queues.ts');
  const url = (lane: Lane): string => settingOf(deployment, `${lane.toUpperCase()}_QUEUE_URL`);
  const urls = Object.fromEntries(lanes.map((lane) => [lane, url(lane)])) as Record<Lane, string>;
  const queues = sqsQueues({ client: sqsClient({ region: deployment.region }), lanes: urls });
  return grant('drill', stderrLog('error'), { clock, ledger: await ledgerIn(deployment), queues });
};

const assessed = async (world: World, request: string, hands: DrillHands): Promise<void> => {
  const receipt = await until(hands, () => world.ledger.receipt(source, `http:${request}#0`));
  if (receipt === undefined)
    throw new CliFailure('the drill’s signal was stored and got no receipt in two minutes: see docs/runbook.md, Assess/Errors.');
  if (receipt.disposition === 'quarantined') throw new CliFailure(`the drill’s signal was quarantined (${receipt.reason ?? 'no reason'}).`);
};

const taken = async (world: World, step: string, hands: DrillHands): Promise<void> => {
  await startDrill(world, step);
  let lately: readonly Lane[] = [];
  const all = await until(hands, async () => {
    lately = await endDrill(world, step);
    return lately.length === lanes.length ? lately : undefined;
  });
  if (all) return;
  await clearDrills(world);
  const missing = lanes.filter((lane) => !lately.includes(lane)).join(', ');
  throw new CliFailure(`no worker took the drill’s duty in two minutes: ${missing}. See the log of that function.`);
};

export type DrillWay = {
  readonly door: URL | undefined;
  /** A frozen deployment stores and assesses; its lanes stand still on purpose. */
  readonly frozen: boolean;
};

/** What was seen, a line for each leg, with the time it took. */
export const drill = async (deployment: Deployment, { door, frozen }: DrillWay, hands: DrillHands): Promise<readonly string[]> => {
  const { clock } = hands;
  const lines: string[] = [];
  let from = clock.now();
  const seen = (what: string): void => {
    lines.push(`  ${what}: ${(between(from, clock.now()) / 1_000).toFixed(1)} s`);
    from = clock.now();
  };
  const request = await knock(deployment, door ?? doorIn(deployment), hands);
  seen('door: answered 202, the signal is stored and queued');
  const world = await worldOf(deployment, clock);
  await assessed(world, request, hands);
  seen('assess: the signal has its receipt in the ledger');
  if (frozen) return [...lines, '  lanes: stand still, because this deployment is frozen (docs/restore.md)'];
  await taken(world, request, hands);
  seen(`lanes: ${lanes.join(', ')} took a duty of kind drill from the ledger`);
  return lines;
};
