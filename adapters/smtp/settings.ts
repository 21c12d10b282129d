// Decides which mail server SMTP_URL means, and that nothing goes there in clear text except to this very machine.
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { isLoopback } from '#adapters/http/loopback.ts';

export type SmtpServer = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps), or by STARTTLS. */
  readonly secure: boolean;
  /** False on loopback only. */
  readonly requireTLS: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
};

const expected = 'SMTP_URL: smtp://user:password@host:587 or smtps://user:password@host:465 was expected';

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** Reads SMTP_URL. No refusal repeats any part of it: the password stands in it. */
export const smtpServer = (text: string): Result<SmtpServer> => {
  const url = URL.parse(text.trim());
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') return fail(expected);
  if (url.search !== '' || url.hash !== '' || !/^\/?$/.test(url.pathname)) return fail(`${expected}, with nothing behind the port`);
  const user = decoded(url.username);
  const pass = decoded(url.password);
  if (user === undefined || pass === undefined) return fail(`${expected}, with every % in user and password written as %25`);
  if ((user === '') !== (pass === '')) return fail(`${expected}: user and password, or neither`);
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
  return ok({ host, port, secure, requireTLS: !isLoopback(host), ...(user === '' ? {} : { auth: { user, pass } }) });
};
