// Makes the identity that notices are sent from, says which DNS records it needs, and whether SES has seen them.
import type { Identity, MailAccount, MailSetup } from '#adapters/aws/mail.ts';
import { CliUse, type Command, print, readWords } from './command.ts';
import { operating, placeHelp, placeOf, placeOptions, regionOf, settingsInFile } from './deployment.ts';

const options = { ...placeOptions, identity: { type: 'string' } } as const;

const identityShape = /^([^\s@]+@)?([a-z0-9-]+\.)+[a-z]{2,}$/i;

type Record = { readonly type: 'CNAME' | 'MX' | 'TXT'; readonly name: string; readonly value: string; readonly why: string };

/** What has to stand in the DNS of a domain. */
export const recordsOf = (domain: string, identity: Identity, region: string): readonly Record[] => {
  const from = identity.mailFrom?.domain ?? mailFromOf(domain);
  return [
    ...identity.dkimTokens.map(
      (token): Record => ({ type: 'CNAME', name: `${token}._domainkey.${domain}`, value: `${token}.${identity.dkimZone}`, why: 'DKIM' }),
    ),
    { type: 'MX', name: from, value: `10 feedback-smtp.${region}.amazonses.com`, why: 'MAIL FROM' },
    { type: 'TXT', name: from, value: '"v=spf1 include:amazonses.com ~all"', why: 'SPF' },
    {
      type: 'TXT',
      name: `_dmarc.${domain}`,
      value: `"v=DMARC1; p=none; rua=mailto:postmaster@${domain}"`,
      why: 'DMARC, if there is none yet',
    },
  ];
};

const mailFromOf = (domain: string): string => `bounce.${domain}`;

const printRecords = (records: readonly Record[]): void => {
  print('\nDNS records (where a record of that name and type exists, keep it and compare):');
  for (const { type, name, value, why } of records) print(`  ${type.padEnd(5)}  ${name}\n         ${value}   (${why})`);
};

const sayAccount = (account: MailAccount, region: string): void => {
  print(`\nSES in ${region}: ${account.perSecond} mails a second, ${account.perDay} a day.`);
  if (!account.sending) print('Sending is paused by AWS. Open the SES console, Account dashboard, and answer what AWS asks there.');
  if (account.production) return;
  print(`The account is in the sandbox: SES writes to verified addresses only, so no notice would reach a controller.
To leave it: SES console in ${region}, Account dashboard, "Request production access". Type of mail: transactional. Say that you send legal
notices to business contacts of your customers, a handful a year, and that bounces are handled. AWS answers within a day or so.`);
};

/** Mail leaves without it, too; then SPF speaks for SES's own domain. */
const tryMailFrom = async (ses: MailSetup, name: string): Promise<void> => {
  try {
    await ses.setMailFrom(name, mailFromOf(name));
  } catch (cause) {
    if (!(cause instanceof Error && cause.name === 'AwsError')) throw cause;
    process.stderr.write(`art33: ${cause.message} (MAIL FROM is not set; go on, and try again later)\n`);
  }
};

/** Found, or made now. */
const identityIn = async (ses: MailSetup, name: string): Promise<{ readonly identity: Identity; readonly made: boolean }> => {
  const found = await ses.identity(name);
  const made = found === undefined;
  if (made) await ses.create(name);
  const isAddress = name.includes('@');
  if (!isAddress && found?.mailFrom === undefined) await tryMailFrom(ses, name);
  const identity = await ses.identity(name);
  if (!identity) throw new CliUse(`${name}: SES does not show the identity that was just made. Try again.`);
  return { identity, made };
};

const wantedIdentity = (values: { readonly identity?: string | undefined; readonly stage?: string | undefined }): string => {
  const name = values.identity ?? settingsInFile()['art33:mailIdentity'];
  if (name === undefined)
    throw new CliUse('which identity? Name it with --identity DOMAIN, or set art33:mailIdentity in the context of cdk.json.');
  if (!identityShape.test(name)) throw new CliUse('--identity: a domain such as notices.example.com, or an address, was expected.');
  return name.toLowerCase();
};

export const sesCommand: Command = {
  name: 'ses',
  summary: 'make and check the identity that notices come from',
  help: `art33 ses setup --identity DOMAIN [--region R]
art33 ses setup --stage S [--region R]
  Makes the identity in SES if it is missing, prints the DNS records that it needs, and says whether SES has seen them and whether the
  account is in the sandbox. Run it again until it exits 0. With --stage the identity is art33:mailIdentity of cdk.json.
  ${placeHelp}`,
  run: async (words) => {
    const { values, positionals } = readWords(words, options);
    if (positionals.join(' ') !== 'setup') throw new CliUse('ses can set up: art33 ses setup --identity DOMAIN [--region R].');
    if (values.identity === undefined) placeOf('ses setup', values);
    const name = wantedIdentity(values);
    const region = regionOf(values.region);
    return operating(async () => {
      const { mailClient, sesSetup } = await import('#adapters/aws/mail.ts');
      const ses = sesSetup(mailClient(region));
      const { identity, made } = await identityIn(ses, name);
      print(`${name}: ${made ? 'made now' : 'found'}, ${identity.verified ? 'verified' : `not verified yet (${identity.status})`}.`);
      if (identity.kind === 'domain') {
        if (identity.mailFrom) print(`MAIL FROM ${identity.mailFrom.domain}: ${identity.mailFrom.status}.`);
        printRecords(recordsOf(name, identity, region));
      } else if (!identity.verified) print('SES has sent a mail with a link to that address: open it within 24 hours.');
      sayAccount(await ses.account(), region);
      return identity.verified ? 0 : 1;
    });
  },
};
