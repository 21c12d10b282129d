// Decides how a deployment is taken down: never with a duty open, never the state, and only by somebody who typed the stage's name.
import type { StackResource, Stacks } from '#adapters/aws/stacks.ts';
import { isTerminal } from '#core/duty/duty.ts';
import { rfc3339 } from '#core/kernel/time.ts';
import { readState } from '#flow/report.ts';
import { globalRegion, stageNames } from '#lib/settings.ts';
import type { Ask } from '../ask.ts';
import { CliFailure, CliUse, print, readWords } from '#bin/cli/command.ts';
import { type Place, forwardingOutput, named, operating, placeOf, placeOptions, stackOf } from '#bin/cli/deployment.ts';

const help = `npm run destroy -- --stage ${stageNames.join('|')} [--region R] [--yes]
  Takes the console and the pipeline down, and the rule in us-east-1 that feeds it. Refuses while a duty is open. The state stays: ledger, register, evidence, keys, secrets and
  dead letters; a later deployment goes on with them. Asks for the stage's name, unless --yes.`;

const options = { ...placeOptions, yes: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/** The most there can be (lib/settings.ts): who reads more partitions than were written finds all the same. */
const allShards = 128;

/** The table that the functions work on: after a restore it is another than the one that was deployed. */
const ledgerTable = async (
  { region, stage }: Place,
  state: readonly StackResource[],
  pipeline: readonly StackResource[],
): Promise<string> => {
  const tick = named(pipeline, 'AWS::Lambda::Function', 'TickFunction');
  const { awsFunctions, functionClients } = await import('#adapters/aws/functions.ts');
  const settings = tick ? await awsFunctions(functionClients(region)).settings(tick.physicalId) : {};
  const table = settings['LEDGER_TABLE'] ?? named(state, 'AWS::DynamoDB::Table', 'Ledger')?.physicalId;
  if (table === undefined)
    throw new CliFailure(`the ledger of ${stage} can't be found, so nobody can say whether a duty is open. Nothing was taken down.`);
  return table;
};

const refuseWhileOpen = async ({ region, stage }: Place, table: string): Promise<void> => {
  const [{ documentClient }, { dynamoLedger }] = await Promise.all([
    import('#adapters/dynamodb/client.ts'),
    import('#adapters/dynamodb/ledger.ts'),
  ]);
  const { duties, unknown } = await readState(dynamoLedger({ documents: documentClient({ region }), table, shards: allShards }));
  const open = duties.filter((duty) => !isTerminal(duty.state)).toSorted((a, b) => a.deadlineAt - b.deadlineAt);
  const [first] = open;
  if (first)
    throw new CliFailure(
      `${open.length} duties are open, the nearest due at ${rfc3339(first.deadlineAt)} (${first.kind} to ${first.recipient}). Nothing was ` +
        `taken down: without the pipeline nobody would do them. End the incidents in the console of ${stage} first.`,
    );
  if (unknown > 0)
    throw new CliFailure(
      `${unknown} item(s) of the ledger were written by a newer Art33: they may be open duties. Nothing was taken down. Use that version.`,
    );
};

/** USD a month, as AWS lists them for the regions of the EU. */
const monthly: Readonly<Record<string, number>> = { 'AWS::KMS::Key': 1, 'AWS::SecretsManager::Secret': 0.4 };

export const remains = (state: readonly StackResource[]): readonly string[] => {
  const count = (type: string): number => state.filter((one) => one.type === type).length;
  const fixed = Object.entries(monthly).reduce((sum, [type, price]) => sum + count(type) * price, 0);
  return [
    'What remains, and goes on with the next deployment:',
    ...['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::SQS::Queue'].map(
      (type) => `  ${String(count(type)).padStart(3)}  ${type}`,
    ),
    `It costs about ${fixed.toFixed(2)} USD a month for keys and secrets, and storage by the gigabyte (docs/costs.md).`,
    'To remove that as well is nothing this command does: it holds the proof of what was done (docs/operating.md).',
  ];
};

/** A rule set of SES that is switched on can't be removed, and until then mail goes where nobody reads it. */
const stillTakingIn = async (stacks: Stacks, stage: Place['stage']): Promise<readonly string[]> => {
  const inbound = stackOf(stage, 'inbound');
  if ((await stacks.status(inbound)) === undefined) return [];
  return [
    `${inbound} stays, and takes mail in that nobody reads now. Switch it off (aws ses set-active-receipt-rule-set, without a name), tell those`,
    `who write there, and delete the stack: aws cloudformation delete-stack --stack-name ${inbound}. Its bucket stays with what is in it.`,
  ];
};

const confirmed = async (stage: string, yes: boolean, ask: Ask): Promise<boolean> => {
  if (yes) return true;
  const answer = await ask(`Take console and pipeline of ${stage} down? No signal is taken in afterwards. Type the stage's name: `);
  if (answer === undefined) throw new CliUse('nobody can be asked here: --yes destroys without a question.');
  return answer === stage;
};

const removeOne = async (stacks: Stacks, name: string): Promise<void> => {
  const last = await stacks.remove(name);
  if (last !== 'DELETE_COMPLETE')
    throw new CliFailure(`${name} ended as ${last}. Look at its events in CloudFormation, mend it, and destroy again.`);
  print(`${name}: removed.`);
};

/** `forwarding`: the stack in us-east-1 that sends signals to the pipeline; undefined where there is none. */
const removeAll = async (stacks: Stacks, stage: Place['stage'], forwarding: string | undefined): Promise<void> => {
  if (forwarding !== undefined) {
    const { awsStacks, stacksClient } = await import('#adapters/aws/stacks.ts');
    await removeOne(awsStacks(stacksClient(globalRegion)), forwarding);
  }
  // The console first: it reads what the pipeline exports.
  for (const stack of ['console', 'pipeline'] as const) await removeOne(stacks, stackOf(stage, stack));
};

const destroyPlace = async (place: Place, yes: boolean, ask: Ask): Promise<number> => {
  const { awsStacks, stacksClient } = await import('#adapters/aws/stacks.ts');
  const stacks = awsStacks(stacksClient(place.region));
  const { stage, region } = place;
  const there = await Promise.all([stacks.status(stackOf(stage, 'console')), stacks.status(stackOf(stage, 'pipeline'))]);
  const state = (await stacks.status(stackOf(stage, 'state'))) === undefined ? [] : await stacks.resources(stackOf(stage, 'state'));
  if (there.every((status) => status === undefined)) {
    print(`There is no pipeline and no console of ${stage} in ${region}.`);
    return 0;
  }
  const pipeline = stackOf(stage, 'pipeline');
  const isThere = there[1] !== undefined;
  const table = await ledgerTable(place, state, isThere ? await stacks.resources(pipeline) : []);
  await refuseWhileOpen(place, table);
  if (!(await confirmed(stage, yes, ask))) {
    print('Nothing was taken down.');
    return 1;
  }
  // While somebody was typing, a signal may have come.
  await refuseWhileOpen(place, table);
  await removeAll(stacks, stage, isThere ? (await stacks.outputs(pipeline))[forwardingOutput] : undefined);
  print([...remains(state), ...(await stillTakingIn(stacks, stage))].join('\n'));
  return 0;
};

export const destroy = async (words: readonly string[], ask: Ask): Promise<number> => {
  const { values, positionals } = readWords(words, options);
  if (values.help === true) {
    print(help);
    return 0;
  }
  if (positionals.length > 0) throw new CliUse(`destroy takes no ${positionals[0]}; see npm run destroy -- --help.`);
  const place = placeOf('destroy', values);
  return operating(() => destroyPlace(place, values.yes === true, ask));
};
