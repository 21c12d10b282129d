// Decides how the operator's own calls of AWS are made and how their failure is said: who may not, who is not known, what did not answer.

/** AWS refused or did not answer. The text is for the person at the terminal, with what to do; `code` is AWS's own name. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  constructor(code: string, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** A person waits: few tries, each with an end. */
export const clientSettings = (region: string) => ({
  region,
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
});

const strangers =
  /Credential|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature|TokenRefresh|AuthFailure/;
const forbidden = /AccessDenied|NotAuthorized|UnauthorizedOperation|AuthorizationError/;

const firstLine = (text: string): string => text.split('\n')[0]?.slice(0, 300) ?? '';

const textOf = (doing: string, code: string, message: string): string => {
  if (strangers.test(code))
    return `${doing}: AWS does not know who you are (${code}). Sign in first (AWS_PROFILE, aws sso login), then try again.`;
  if (forbidden.test(code)) return `${doing}: whom you are signed in as may not do that (${code}). Sign in as somebody who may.`;
  if (/^(ECONN|ENOTFOUND|EAI_AGAIN|TimeoutError|NetworkingError|CERT_|UNABLE_|SELF_SIGNED|DEPTH_)/.test(code))
    return `${doing}: AWS did not answer (${code}). Look at the network, a proxy, and AWS_ENDPOINT_URL if it is set.`;
  return `${doing}: AWS answered ${code}: ${firstLine(message)}`;
};

const codeOf = (cause: unknown): string => {
  const { code, name } = (typeof cause === 'object' && cause !== null ? cause : {}) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof name === 'string' && name !== 'Error') return name;
  return typeof code === 'string' ? code : 'Error';
};

/** Waits for one call; `doing` says in the words of a person what it was for. */
export const ask = async <T>(doing: string, call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (cause) {
    const code = codeOf(cause);
    throw new AwsError(code, textOf(doing, code, cause instanceof Error ? cause.message : ''), { cause });
  }
};

/** The same, where AWS's own "there is none" is an answer. */
export const askFor = async <T>(doing: string, none: RegExp, call: Promise<T>): Promise<T | undefined> => {
  try {
    return await ask(doing, call);
  } catch (cause) {
    if (cause instanceof AwsError && none.test(`${cause.code} ${cause.message}`)) return undefined;
    throw cause;
  }
};
