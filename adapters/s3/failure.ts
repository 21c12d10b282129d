// Decides what a failed call of S3 means for the port that made it: refused for good, or try again.
import { type Failing, PortError } from '#flow/ports.ts';

type Answer = { readonly name: string; readonly status: number };

export const answerOf = (cause: unknown): Answer => {
  const error = (typeof cause === 'object' && cause !== null ? cause : {}) as { name?: unknown; $metadata?: { httpStatusCode?: number } };
  return { name: typeof error.name === 'string' ? error.name : 'unknown', status: error.$metadata?.httpStatusCode ?? 0 };
};

export const failed = (port: Failing, doing: string, cause: unknown): PortError => {
  const { name, status } = answerOf(cause);
  const kind = status === 400 || status === 403 || name === 'NoSuchBucket' ? 'refused' : 'again';
  return new PortError(port, kind, `${doing}: S3 answered ${name}`, { cause });
};
