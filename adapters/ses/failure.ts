// Decides what a failed SendRawEmail means for the notice: try again, another way and a person, or "it may have gone" (F-36 to F-41).
import { minutes, seconds } from '#core/kernel/time.ts';
import { PortError } from '#flow/ports.ts';

type Failure = { readonly name: string; readonly code: string; readonly message: string; readonly status: number };

const asFailure = (cause: unknown): Failure => {
  const error = (typeof cause === 'object' && cause !== null ? cause : {}) as {
    name?: unknown;
    code?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { name: text(error.name), code: text(error.code), message: text(error.message), status: error.$metadata?.httpStatusCode ?? 0 };
};

/** Nothing left this machine: a repetition can't double anything. */
const neverLeft: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CredentialsProviderError',
]);

const refusals: Readonly<Record<string, string>> = {
  MessageRejected: 'SES refused the message or an address in it',
  MailFromDomainNotVerified: 'the MAIL FROM domain is not verified',
  MailFromDomainNotVerifiedException: 'the MAIL FROM domain is not verified',
  ConfigurationSetDoesNotExist: 'the configuration set does not exist',
  ConfigurationSetDoesNotExistException: 'the configuration set does not exist',
  ConfigurationSetSendingPausedException: 'sending is paused for the configuration set',
  AccountSendingPausedException: 'sending is paused for the whole account',
  InvalidParameterValue: 'SES found an address or header unacceptable',
  AccessDenied: 'the function may not send',
  AccessDeniedException: 'the function may not send',
};

const throttled: ReadonlySet<string> = new Set(['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'LimitExceededException']);

/** SES sends no Retry-After: the text alone tells the rate from the daily quota (F-40). */
const throttle = (failure: Failure, cause: unknown): PortError =>
  /daily/i.test(failure.message)
    ? new PortError('mailer', 'again', 'the daily sending quota of SES is used up', { cause, retryAfter: minutes(15) })
    : new PortError('mailer', 'again', 'SES asks for a lower rate', { cause, retryAfter: seconds(1) });

/** Never quotes SES's message: it names addresses. */
export const mailFailed = (cause: unknown): PortError => {
  const failure = asFailure(cause);
  if (throttled.has(failure.name)) return throttle(failure, cause);
  const refusal = refusals[failure.name];
  if (refusal !== undefined) return new PortError('mailer', 'refused', refusal, { cause });
  if (neverLeft.has(failure.code) || neverLeft.has(failure.name))
    return new PortError('mailer', 'again', 'SES could not be reached', { cause });
  if (failure.status === 503) return new PortError('mailer', 'again', 'SES is not available', { cause });
  if (failure.status >= 400 && failure.status < 500) return new PortError('mailer', 'refused', 'SES refused the request', { cause });
  // Reset, timed out, aborted or 500: SES may have taken it and the answer was lost (F-38).
  return new PortError('mailer', 'unsure', 'no answer from SES; the message may have gone', { cause });
};
