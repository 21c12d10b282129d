// Decides what stands in the way of a deployment: all of it at once, each with what to do, before anything is created.
import type { MailSetup } from '#adapters/aws/mail.ts';
import type { Stacks } from '#adapters/aws/stacks.ts';
import { sinkAllowed } from '#adapters/config/sinks.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { dayOf } from '#core/kernel/time.ts';
import type { Settings } from '#lib/settings.ts';

/** P-5: what AWS holds, for whom, and since when controllers know. Printed for stage prod. */
export const awsRow = (configuration: Configuration): readonly string[] => {
  const row = sinkAllowed(configuration, 'aws');
  if (!row.ok) return [];
  const { purpose, dataClasses, agreement, controllersInformedAt } = row.value;
  return [
    'Recipient of data: aws (processing.yml)',
    `  purpose:               ${purpose}`,
    `  data:                  ${dataClasses.join(', ')}`,
    `  agreement:             ${agreement}`,
    `  controllersInformedAt: ${controllersInformedAt === undefined ? 'not set' : dayOf(controllersInformedAt)}`,
  ];
};

const informed = (configuration: Configuration): readonly string[] => {
  const row = sinkAllowed(configuration, 'aws');
  if (!row.ok) return [`processing.yml: ${row.error}`];
  if (row.value.controllersInformedAt !== undefined) return [];
  return [
    'processing.yml aws.controllersInformedAt: not set. Tell your controllers that AWS will hold these data as a sub-processor, wait for ' +
      'the time that your contracts give them to object, then write the day on which they were told.',
  ];
};

const isFrom = (address: string, identity: string): boolean => {
  const [from, own] = [address.toLowerCase(), identity.toLowerCase()];
  return own.includes('@') ? from === own : from.endsWith(`@${own}`) || from.endsWith(`.${own}`);
};

/** SES refuses mail in another name than the identity's; then no notice would leave. */
const sender = ({ notice }: Configuration, settings: Settings): readonly string[] => {
  if (notice === undefined)
    return settings.stage === 'prod' ? ['art33.yml notice.from, notice.replyTo: missing; without a sender no notice leaves'] : [];
  if (isFrom(notice.from, settings.mailIdentity)) return [];
  return [`art33.yml notice.from: not an address of ${settings.mailIdentity}, which mail leaves in the name of (mailIdentity)`];
};

/** What the operator's own files lack. */
export const refusedByFiles = (configuration: Configuration, settings: Settings): readonly string[] => [
  ...(settings.stage === 'prod' ? informed(configuration) : []),
  ...sender(configuration, settings),
];

export type Cloud = {
  readonly account: string;
  readonly stacks: Pick<Stacks, 'status'>;
  readonly mail: Pick<MailSetup, 'identity'>;
  /** Mails a second that SES takes from the account; 0 where it does not say. */
  readonly mailsPerSecond: number;
};

/** The CDK puts its files there; it is made once for an account and region, by somebody who may. */
const bootstrapStack = 'CDKToolkit';

/** An address is verified by itself or with its domain. */
const verified = async (mail: Cloud['mail'], name: string): Promise<boolean> => {
  if ((await mail.identity(name))?.verified === true) return true;
  const domain = name.split('@')[1];
  return domain !== undefined && (await mail.identity(domain))?.verified === true;
};

/** Sent faster, SES would refuse the rest for the moment, and notices would leave later than at its own pace. */
const tooFast = (settings: Settings, mailsPerSecond: number): readonly string[] =>
  mailsPerSecond === 0 || settings.mailRate <= Math.max(1, mailsPerSecond)
    ? []
    : [`art33:mailRate: SES takes ${mailsPerSecond} mails a second from this account; that or less was expected, or no setting at all`];

/** What the account lacks. */
export const refusedByCloud = async ({ account, stacks, mail, mailsPerSecond }: Cloud, settings: Settings): Promise<readonly string[]> => {
  if (settings.account !== undefined && settings.account !== account)
    return [`signed in to account ${account}, and art33:account says ${settings.account}. Sign in to the right one (AWS_PROFILE).`];
  const { region, mailIdentity } = settings;
  const [toolkit, isVerified] = await Promise.all([stacks.status(bootstrapStack), verified(mail, mailIdentity)]);
  return [
    ...tooFast(settings, mailsPerSecond),
    ...(toolkit === undefined || toolkit.startsWith('DELETE_')
      ? [`the CDK is not bootstrapped in this account and region. Once: npx cdk bootstrap aws://${account}/${region}`]
      : []),
    ...(isVerified
      ? []
      : [
          `${mailIdentity} is not verified in SES in ${region}. npm run -s art33 -- ses setup --identity ${mailIdentity} --region ${region}`,
        ]),
  ];
};
