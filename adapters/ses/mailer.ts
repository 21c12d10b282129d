// Decides how a notice goes out on AWS: the stored bytes as they are, by SendRawEmail, with the duty as a tag (D-18, D-19).
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { derived } from '#core/kernel/hash.ts';
import { type ComposedMail, type Effect, type Mailer, PortError } from '#flow/ports.ts';
import { mailFailed } from './failure.ts';

export type MailSettings = {
  readonly client: SESClient;
  readonly configurationSet: string;
  /** Settles when this mail may go by the rate of the account (D-18); throws `again` when that is too far away. */
  readonly turn: (signal: AbortSignal) => Promise<void>;
};

/** One attempt only: a repetition is the ledger's decision, after a look at what happened (F-38). */
export const sesClient = (): SESClient =>
  new SESClient({ maxAttempts: 1, requestHandler: { connectionTimeout: 2_000, requestTimeout: 9_000, throwOnRequestTimeout: true } });

/** Tags allow letters, digits, dash and underscore only. */
const tagged = (value: string): string => (/^[A-Za-z0-9_-]{1,255}$/.test(value) ? value : derived(value));

const tagsOf = (effect: Effect): { Name: string; Value: string }[] => [
  { Name: 'duty', Value: tagged(effect.duty) },
  { Name: 'attempt', Value: tagged(effect.key) },
  ...(effect.incident === undefined ? [] : [{ Name: 'incident', Value: tagged(effect.incident) }]),
];

const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80);

/** An address with a line break could add headers or recipients (CWE-93). */
const isOneLine = (address: string): boolean => !/[\r\n\0]/.test(address);

const check = (mail: ComposedMail, from: string, to: string): void => {
  if (!isOneLine(from) || !isOneLine(to)) throw new PortError('mailer', 'refused', 'an address holds a line break');
  if (!isAscii(mail.bytes))
    throw new PortError('mailer', 'refused', 'the message is not pure ASCII: compose it with RFC 2047 and quoted-printable');
};

export const sesMailer = ({ client, configurationSet, turn }: MailSettings): Mailer => ({
  send: async (mail, envelope, effect) => {
    check(mail, envelope.from, envelope.to);
    if (effect.signal.aborted) throw new PortError('mailer', 'again', 'the time for this attempt was over before it began');
    const command = new SendRawEmailCommand({
      Source: envelope.from,
      // One recipient a message, never a list: no controller sees another (F-41, R-005).
      Destinations: [envelope.to],
      RawMessage: { Data: mail.bytes },
      ConfigurationSetName: configurationSet,
      Tags: tagsOf(effect),
    });
    await turn(effect.signal);
    const answer = await client.send(command, { abortSignal: effect.signal }).catch((cause: unknown) => {
      throw mailFailed(cause);
    });
    return { via: 'provider', ...(answer.MessageId === undefined ? {} : { providerId: answer.MessageId }) };
  },
});
