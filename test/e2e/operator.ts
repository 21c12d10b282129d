// Decides what the story does as the operator: commands as they are typed, what people end by hand, what stands elsewhere.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { awsStacks, stacksClient } from '#adapters/aws/stacks.ts';
import { isTerminal } from '#core/duty/duty.ts';
import { readState } from '#flow/report.ts';
import { globalRegion } from '#lib/settings.ts';
import { stage } from './deployed.ts';
import type { House } from './house.ts';

/** What it printed. Throws where it failed. */
export const art33 = async (on: House, ...words: readonly string[]): Promise<string> => {
  const { code, out, err } = await on.typed('bin/cli.ts', ...words);
  if (code !== 0) throw new Error(`art33 ${words.join(' ')} ended with ${code}:\n${out}\n${err}`);
  return out;
};

type Line = { readonly check: string; readonly verdict: string };
export const doctor = async (on: House): Promise<readonly Line[]> =>
  (await on.typed('bin/cli.ts', 'doctor', '--stage', stage, '--json')).out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** Where the rule in us-east-1 sends what it hears. */
export const forwardedTo = async (): Promise<readonly (string | undefined)[]> => {
  const there = await awsStacks(stacksClient(globalRegion)).resources(`art33-${stage}-signin-us-east-1`);
  const rule = there.find(({ type }) => type === 'AWS::Events::Rule')?.physicalId ?? '';
  const { Targets: targets = [] } = await new EventBridgeClient({ region: globalRegion }).send(
    new ListTargetsByRuleCommand({ Rule: rule }),
  );
  return targets.map(({ Arn: arn }) => arn);
};

/** The kits in the vault, and the words of the first as one of two people reads it. */
export const openKit = async (on: House): Promise<{ readonly kits: number; readonly words: string }> => {
  const { bucket: Bucket, client, identity } = on.vault;
  const { Contents: kits = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'kits/' }));
  const { Body: kit } = await client.send(new GetObjectCommand({ Bucket, Key: kits[0]?.Key }));
  const [file, key] = [join(on.folder, 'kit.age'), join(on.folder, 'key.txt')];
  writeFileSync(file, (await kit?.transformToByteArray()) ?? '');
  writeFileSync(key, identity, { mode: 0o600 });
  return { kits: kits.length, words: await art33(on, 'night', 'open', file, '--identity', key) };
};

/** Somebody comes in by the account's own credentials; what the first page says, and the chain that it leaves. */
export const comeIn = async (on: House): Promise<{ readonly page: string; readonly chain: readonly string[] }> => {
  const words = ['--as', 'malik-brandt', '--why', 'the provider is away', '--stage', stage, '--port', '0', '--config', on.config];
  const inside = await on.serving(['break-glass', ...words]);
  const entered = await fetch(inside.link, { redirect: 'manual' });
  const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const page = await (await fetch(new URL('/', inside.link), { headers: { cookie } })).text();
  await inside.stop();
  return { page, chain: (await on.deployed.ledger.entriesOf('access:malik-brandt')).map(({ type }) => type) };
};

/** The folder in which the night of the opened kit is worked. */
export const nightFolder = (on: House): string => join(on.folder, 'night');

/** Goes on from the kit that `openKit` left, on a machine that knows no AWS. */
export const workNight = async (on: House): Promise<string> => {
  const [file, key] = [join(on.folder, 'kit.age'), join(on.folder, 'key.txt')];
  const who = ['--as', 'malik-brandt', '--why', 'a rehearsal', '--distrust', 'aws', '--from', 'night@reserve.example', '--port', '0'];
  const nowhere = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
  const env = { ...nowhere, SMTP_URL: `smtp://127.0.0.1:${on.mail.port}` };
  const night = await on.serving(['night', '--kit', file, '--identity', key, ...who, '--data', nightFolder(on)], env);
  await on.until('the night says how to stop', async () => night.said().includes('Stop with Ctrl-C'), 20);
  await night.stop();
  return night.said();
};

export const lead = 'malik.brandt@muster.example';

/** People end what only people can end; true once nothing is owed. */
export const endAll = async (on: House): Promise<boolean> => {
  const { incidents, duties } = await readState(on.deployed.ledger);
  const evidence = 'the logs of the bucket cover the whole time, and nobody read';
  for (const { id, state } of incidents) if (state === 'open' || state === 'suspected') await on.act(id, lead, 'refute', { evidence });
  const confirmed = new Set<string>(incidents.filter((one) => one.state === 'confirmed').map(({ id }) => id));
  const open = duties.filter((duty) => !isTerminal(duty.state));
  for (const { id: duty, kind, state, incident = '' } of open) {
    if (kind === 'human') await on.act(incident, lead, 'done', { duty });
    if (kind === 'notice' && state === 'SENT') await on.act(incident, lead, 'arrived', { duty });
    if (kind === 'narrow' && confirmed.has(incident)) await on.act(incident, lead, 'scope', { reason: evidence });
  }
  return open.length === 0;
};
