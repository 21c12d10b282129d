// Decides what the operator learns of SES: identities, the state of the account, addresses that SES would rather not write to (SESv2).
import {
  CreateEmailIdentityCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  ListSuppressedDestinationsCommand,
  PutEmailIdentityMailFromAttributesCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { ask, askFor, clientSettings } from './ask.ts';

export type Identity = {
  readonly verified: boolean;
  /** SES's own word, such as PENDING. */
  readonly status: string;
  readonly kind: 'domain' | 'address';
  /** One CNAME each: `<token>._domainkey.<domain>` to `<token>.<zone>`. */
  readonly dkimTokens: readonly string[];
  readonly dkimZone: string;
  readonly mailFrom?: { readonly domain: string; readonly status: string };
};

export type MailAccount = {
  /** False in the sandbox: only verified recipients are written to. */
  readonly production: boolean;
  readonly sending: boolean;
  readonly perDay: number;
  readonly perSecond: number;
  readonly sentToday: number;
};

export type MailSetup = {
  readonly identity: (name: string) => Promise<Identity | undefined>;
  readonly create: (name: string) => Promise<void>;
  readonly setMailFrom: (identity: string, domain: string) => Promise<void>;
  readonly account: () => Promise<MailAccount>;
  /** Every suppressed address, in lower case. */
  readonly suppressed: () => Promise<ReadonlySet<string>>;
};

export const mailClient = (region: string): SESv2Client => new SESv2Client(clientSettings(region));

const identityOf = async (client: SESv2Client, name: string): Promise<Identity | undefined> => {
  const found = await askFor(
    `looking for the identity ${name}`,
    /^NotFound/,
    client.send(new GetEmailIdentityCommand({ EmailIdentity: name })),
  );
  if (!found) return undefined;
  const { MailFromDomain: domain, MailFromDomainStatus: status } = found.MailFromAttributes ?? {};
  return {
    verified: found.VerifiedForSendingStatus === true,
    status: found.VerificationStatus ?? 'unknown',
    kind: found.IdentityType === 'EMAIL_ADDRESS' ? 'address' : 'domain',
    dkimTokens: found.DkimAttributes?.Tokens ?? [],
    dkimZone: found.DkimAttributes?.SigningHostedZone ?? 'dkim.amazonses.com',
    ...(domain ? { mailFrom: { domain, status: status ?? 'unknown' } } : {}),
  };
};

const suppressedIn = async (client: SESv2Client): Promise<ReadonlySet<string>> => {
  const addresses = new Set<string>();
  let from: string | undefined;
  do {
    const page = await ask(
      'reading the suppression list',
      client.send(new ListSuppressedDestinationsCommand({ PageSize: 1_000, ...(from === undefined ? {} : { NextToken: from }) })),
    );
    for (const { EmailAddress: address } of page.SuppressedDestinationSummaries ?? []) if (address) addresses.add(address.toLowerCase());
    from = page.NextToken;
  } while (from);
  return addresses;
};

export const sesSetup = (client: SESv2Client): MailSetup => ({
  identity: (name) => identityOf(client, name),
  create: async (name) => {
    await ask(`making the identity ${name}`, client.send(new CreateEmailIdentityCommand({ EmailIdentity: name })));
  },
  setMailFrom: async (EmailIdentity, MailFromDomain) => {
    // While its MX record is missing mail still leaves, from SES's own domain.
    const attributes = { EmailIdentity, MailFromDomain, BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' as const };
    await ask(`setting MAIL FROM of ${EmailIdentity}`, client.send(new PutEmailIdentityMailFromAttributesCommand(attributes)));
  },
  account: async () => {
    const found = await ask('reading the state of SES', client.send(new GetAccountCommand({})));
    return {
      production: found.ProductionAccessEnabled === true,
      sending: found.SendingEnabled === true,
      perDay: found.SendQuota?.Max24HourSend ?? 0,
      perSecond: found.SendQuota?.MaxSendRate ?? 0,
      sentToday: found.SendQuota?.SentLast24Hours ?? 0,
    };
  },
  suppressed: () => suppressedIn(client),
});
