// Decides what the doctor looks at on AWS, and gathers it: each part by itself, so that one that fails hides no other.
import type { StackResource } from '#adapters/aws/stacks.ts';
import { globalRegion } from '#lib/settings.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { type Instant, between, rfc3339 } from '#core/kernel/time.ts';
import type { Clock } from '#flow/ports.ts';
import { decode } from '#lambdas/deployed.ts';
import { readSinks } from '#lambdas/sinks.ts';
import {
  type Deployment,
  type Place,
  findDeployment,
  forwardingOutput,
  lastSeenIn,
  pushedIn,
  secretsIn,
  settingOf,
} from '#bin/cli/deployment.ts';
import { clockLines } from './clock.ts';
import { type Watched, flowLines } from './flow.ts';
import { type Line, attempt, bad, fine, spanText, warn } from './line.ts';
import { mailLines } from './mail.ts';
import { sinkLines } from './sinks.ts';
import { sourceLines } from './sources.ts';

type Pushed = { readonly line: Line; readonly configuration?: Configuration };

/** What was pushed last, by a deployment or by hand. */
const pushedDirectory = async (deployment: Deployment, now: Instant): Promise<Pushed> => {
  const found = await (await pushedIn(deployment)).read();
  const push = `art33 directory push DIR --stage ${deployment.stage}`;
  if (found === undefined || found === 'unchanged')
    return { line: warn('directory', 'none was pushed; the functions use the one they were deployed with', push) };
  try {
    const { configuration, madeAt } = decode(found.text);
    return { line: fine('directory', `pushed ${rfc3339(madeAt)}, ${spanText(between(madeAt, now))} ago`), configuration };
  } catch {
    return { line: bad('directory', 'what was pushed is of another version: the functions keep the one before', push) };
  }
};

const rateIn = ({ env }: Deployment): number | undefined => (env['MAIL_RATE'] === undefined ? undefined : Number(env['MAIL_RATE']));

/** AWS itself, or what stands in for it. */
const timekeeper = (region: string, endpoint: string | undefined): URL => new URL(endpoint ?? `https://sts.${region}.amazonaws.com/`);

const watchedIn = async ({ region, outputs }: Deployment): Promise<Watched> => {
  const [dead, functions, signs, stacks] = await Promise.all([
    import('#adapters/aws/dead-letters.ts'),
    import('#adapters/aws/functions.ts'),
    import('#adapters/aws/signs.ts'),
    import('#adapters/aws/stacks.ts'),
  ]);
  const forwarding = outputs[forwardingOutput];
  const rulesOf = async (stack: string): Promise<readonly StackResource[]> => {
    const there = stacks.awsStacks(stacks.stacksClient(globalRegion));
    return (await there.status(stack)) === undefined
      ? []
      : (await there.resources(stack)).filter(({ type }) => type === 'AWS::Events::Rule');
  };
  return {
    letters: dead.sqsDeadLetters(dead.deadLetterClient(region)),
    functions: functions.awsFunctions(functions.functionClients(region)),
    signs: signs.awsSigns(signs.signClients(region)),
    abroad:
      forwarding === undefined
        ? undefined
        : { functions: functions.awsFunctions(functions.functionClients(globalRegion)), rules: () => rulesOf(forwarding) },
  };
};

export const examineDeployment = async (place: Place, clock: Clock): Promise<readonly Line[]> => {
  const deployment = await findDeployment(place);
  const now = clock.now();
  let pushed: Pushed | undefined;
  const directory = await attempt('directory', async () => {
    pushed = await pushedDirectory(deployment, now);
    return [pushed.line];
  });
  const configuration = pushed?.configuration;
  const { mailClient, sesSetup } = await import('#adapters/aws/mail.ts');
  const ses = sesSetup(mailClient(place.region));
  const rest = await Promise.all([
    mailLines(ses, {
      identity: deployment.outputs['MailIdentity'],
      configuration,
      rate: rateIn(deployment),
    }),
    attempt('sinks', async () =>
      sinkLines(await readSinks(await secretsIn(deployment, clock), settingOf(deployment, 'SINKS_SECRET')), configuration),
    ),
    attempt('sources', async () => sourceLines(await lastSeenIn(deployment), now)),
    watchedIn(deployment).then((watched) => flowLines(deployment, watched, now)),
    clockLines(timekeeper(place.region, process.env['AWS_ENDPOINT_URL']), clock.now),
  ]);
  return [...directory, ...rest.flat()];
};
