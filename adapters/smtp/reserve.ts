// Decides what the reserve sender is, as it lies sealed in art33.yml: a mail server that nothing else of the house uses, and the addresses that go with it (P-13).
import { readMailbox } from '#adapters/http/mailbox.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { smtpServer } from './settings.ts';

export type Reserve = { readonly url: string; readonly from: string; readonly replyTo: string };

/** What is sealed. */
export const reserveBytes = (reserve: Reserve): Uint8Array => new TextEncoder().encode(JSON.stringify({ v: 1, ...reserve }));

/** Refuses what would send nothing. No part of the address of the server is repeated: its password stands in it. */
export const reserveOf = ({ url, from, replyTo }: { readonly [K in keyof Reserve]?: string | undefined }): Result<Reserve> => {
  if (url === undefined || url === '') return fail('SMTP_URL is not set: smtps://user:password@host:465 of the reserve sender');
  const server = smtpServer(url);
  if (!server.ok) return server;
  if (from === undefined || ![from, replyTo ?? from].every((address) => readMailbox(address)))
    return fail('--from and --reply-to: the mail addresses that notices come from and answers go to');
  return ok({ url, from, replyTo: replyTo ?? from });
};

/** What was sealed, opened again. */
export const reserveIn = (bytes: Uint8Array): Result<Reserve> => {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as { readonly v?: unknown } & Partial<Record<keyof Reserve, unknown>>;
    const [url, from, replyTo] = [value.url, value.from, value.replyTo];
    if (value.v === 1 && typeof url === 'string' && typeof from === 'string' && typeof replyTo === 'string')
      return reserveOf({ url, from, replyTo });
  } catch {
    // said below
  }
  return fail('it opens, but it is no reserve sender; `art33 night reserve` makes one');
};

/** Where its server stands, for the question whether somebody hostile holds that too. */
export const hostOf = ({ url }: Reserve): string => URL.parse(url)?.hostname.toLowerCase() ?? '';
