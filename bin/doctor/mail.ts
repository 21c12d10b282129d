// Decides whether notices can leave by SES: the identity, the sandbox, the quota against the number of controllers, suppressed contacts.
import type { MailSetup } from '#adapters/aws/mail.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { type Line, attempt, bad, fine, warn } from './line.ts';

const identityLines = async (ses: MailSetup, name: string): Promise<readonly Line[]> => {
  const found = await ses.identity(name);
  const setup = `art33 ses setup --identity ${name} makes it and shows the DNS records`;
  if (!found) return [bad('ses identity', `${name} does not exist in this region`, setup)];
  if (!found.verified) return [bad('ses identity', `${name} is not verified (${found.status})`, setup)];
  return [fine('ses identity', `${name} is verified`)];
};

const rateLine = (perSecond: number, deployed: number | undefined): Line => {
  if (deployed === undefined) return bad('ses rate', 'the functions keep none', 'they are of another version: deploy again');
  const says = `mail leaves at ${deployed} a second, SES takes ${perSecond}`;
  if (deployed > Math.max(1, perSecond)) return bad('ses rate', says, 'deploy again: what is sent faster is refused and leaves later');
  return deployed * 2 <= perSecond ? warn('ses rate', says, 'deploy again, and notices leave faster') : fine('ses rate', says);
};

const accountLines = async (ses: MailSetup, controllers: number, rate: number | undefined): Promise<readonly Line[]> => {
  const account = await ses.account();
  const paused = account.sending
    ? []
    : [bad('ses sending', 'AWS has paused sending for this account', 'open the SES console, Account dashboard, and answer what AWS asks')];
  const sandbox = account.production
    ? fine('ses sandbox', 'the account is in production')
    : bad(
        'ses sandbox',
        'the account is in the sandbox: no notice would reach a controller',
        'request production access; art33 ses setup says how',
      );
  const left = account.perDay - account.sentToday;
  const says = `${left} of ${account.perDay} left today; ${controllers} controllers`;
  // A breach of all takes one notice each, and reminders to staff beside.
  const quota =
    account.perDay < 0 || left >= 2 * controllers
      ? fine('ses quota', says)
      : warn('ses quota', says, 'ask AWS for a higher quota: a breach of all controllers would not go out in a day');
  return [...paused, sandbox, quota, rateLine(account.perSecond, rate)];
};

const suppressionLines = async (ses: MailSetup, { directory }: Configuration): Promise<readonly Line[]> => {
  const suppressed = await ses.suppressed();
  const hit = [...directory.controllers.values()].flatMap(({ id, contacts }) =>
    contacts.flatMap(({ mail }, index) => (suppressed.has(mail.toLowerCase()) ? [{ id, index }] : [])),
  );
  if (hit.length === 0) return [fine('suppression', 'no contact of a controller is on the list')];
  return hit.map(({ id, index }) =>
    warn(
      'suppression',
      `${id}.contacts[${index}].mail bounced or complained before`,
      'ask the controller for a working address. Notices are tried all the same',
    ),
  );
};

type MailGiven = {
  readonly identity: string | undefined;
  readonly configuration: Configuration | undefined;
  /** Mails a second that the functions keep to, all of them together. */
  readonly rate: number | undefined;
};

export const mailLines = async (ses: MailSetup, { identity, configuration, rate }: MailGiven): Promise<readonly Line[]> => {
  const controllers = configuration?.directory.controllers.size ?? 0;
  const all = [
    attempt('ses identity', async () =>
      identity === undefined
        ? [bad('ses identity', 'the deployment names none', 'it is of another version: deploy again')]
        : identityLines(ses, identity),
    ),
    attempt('ses account', () => accountLines(ses, controllers, rate)),
    ...(configuration ? [attempt('suppression', () => suppressionLines(ses, configuration))] : []),
  ];
  return (await Promise.all(all)).flat();
};
