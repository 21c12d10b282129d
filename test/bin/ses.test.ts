// Decides whether the mail identity is made once, its records are said whole, and the sandbox is not passed over.
import {
  CreateEmailIdentityCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityMailFromAttributesCommand,
} from '@aws-sdk/client-sesv2';
import { beforeEach, describe, expect, it } from 'vitest';
import { deployedDev, failing, ses } from './deployed.ts';
import { command } from './in-process.ts';

const account = (ProductionAccessEnabled: boolean) => ({
  ProductionAccessEnabled,
  SendingEnabled: true,
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
});
const identity = (verified: boolean, more: object = {}) => ({
  IdentityType: 'DOMAIN' as const,
  VerifiedForSendingStatus: verified,
  VerificationStatus: verified ? ('SUCCESS' as const) : ('PENDING' as const),
  DkimAttributes: { Tokens: ['aaa', 'bbb', 'ccc'], SigningHostedZone: 'dkim.eu-central-1.example' },
  ...more,
});
const mailFrom = {
  MailFromAttributes: {
    MailFromDomain: 'bounce.notices.example.com',
    MailFromDomainStatus: 'SUCCESS' as const,
    BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' as const,
  },
};

beforeEach(() => {
  deployedDev();
  ses.reset();
  ses.on(GetAccountCommand).resolves(account(true));
  ses.on(CreateEmailIdentityCommand).resolves({});
  ses.on(PutEmailIdentityMailFromAttributesCommand).resolves({});
});
const setup = (...words: readonly string[]) => command(['ses', 'setup', '--identity', 'notices.example.com', ...words]);

describe('ses setup', () => {
  it('makes what is missing, says the records, and exits 1 until they are seen', async () => {
    ses.on(GetEmailIdentityCommand).rejectsOnce(failing('NotFoundException', 404)).resolves(identity(false, mailFrom));
    const ended = await setup();
    expect(ended.code).toBe(1);
    expect(ses.commandCalls(CreateEmailIdentityCommand)[0]?.args[0].input).toEqual({ EmailIdentity: 'notices.example.com' });
    expect(ses.commandCalls(PutEmailIdentityMailFromAttributesCommand)[0]?.args[0].input).toMatchObject({
      MailFromDomain: 'bounce.notices.example.com',
    });
    expect(ended.stdout).toContain('made now, not verified yet (PENDING)');
    for (const said of [
      'CNAME  aaa._domainkey.notices.example.com\n         aaa.dkim.eu-central-1.example',
      'MX     bounce.notices.example.com\n         10 feedback-smtp.eu-central-1.amazonses.com',
      '"v=spf1 include:amazonses.com ~all"',
      '_dmarc.notices.example.com',
    ])
      expect(ended.stdout).toContain(said);
  });

  it('changes nothing where all is there, and exits 0', async () => {
    ses.on(GetEmailIdentityCommand).resolves(identity(true, mailFrom));
    expect(await setup()).toMatchObject({ code: 0 });
    expect(ses.commandCalls(CreateEmailIdentityCommand)).toEqual([]);
    expect(ses.commandCalls(PutEmailIdentityMailFromAttributesCommand)).toEqual([]);
  });

  it('says the sandbox, and how to leave it', async () => {
    ses.on(GetEmailIdentityCommand).resolves(identity(true, mailFrom));
    ses.on(GetAccountCommand).resolves(account(false));
    expect((await setup()).stdout).toContain('To leave it: SES console');
  });

  it('asks in the region that was named', async () => {
    ses.on(GetEmailIdentityCommand).resolves(identity(false, mailFrom));
    expect((await setup('--region', 'eu-west-1')).stdout).toContain('feedback-smtp.eu-west-1.amazonses.com');
  });

  it('says who is not signed in, and who may not', async () => {
    ses.on(GetEmailIdentityCommand).rejects(failing('CredentialsProviderError'));
    const stranger = await setup();
    expect(stranger).toMatchObject({ code: 1 });
    expect(stranger.stderr).toContain('Sign in first');
    ses.on(GetEmailIdentityCommand).rejects(failing('AccessDeniedException', 403));
    expect((await setup()).stderr).toContain('may not do that');
  });

  it('is used wrongly without an identity, with a bad one, outside the EU', async () => {
    for (const words of [
      ['ses'],
      ['ses', 'setup'],
      ['ses', 'setup', '--identity', 'no identity'],
      ['ses', 'setup', '--identity', 'example.com', '--region', 'us-east-1'],
      ['ses', 'setup', '--stage', 'dev'],
    ])
      expect(await command(words)).toMatchObject({ code: 2, stdout: '' });
  });
});
