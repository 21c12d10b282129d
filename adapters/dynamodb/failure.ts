// Decides what a failed call to DynamoDB means: a condition that failed, a try again, or a defect of ours (F-19, F-20, F-21).
import { type Failing, PortError } from '#flow/ports.ts';

type Cancellation = { readonly Code?: string; readonly Item?: Readonly<Record<string, unknown>> };
type Failure = {
  readonly name: string;
  readonly reasons: readonly Cancellation[];
  readonly item: Readonly<Record<string, unknown>> | undefined;
};

const asFailure = (cause: unknown): Failure => {
  const error = (typeof cause === 'object' && cause !== null ? cause : {}) as {
    name?: unknown;
    CancellationReasons?: unknown;
    Item?: unknown;
  };
  return {
    name: typeof error.name === 'string' ? error.name : 'unknown',
    reasons: Array.isArray(error.CancellationReasons) ? (error.CancellationReasons as Cancellation[]) : [],
    item: typeof error.Item === 'object' && error.Item !== null ? (error.Item as Readonly<Record<string, unknown>>) : undefined,
  };
};

/** Permanent: the call, the grant or the table is wrong, and no repetition mends it. */
const permanent: ReadonlySet<string> = new Set([
  'ValidationException',
  'ValidationError',
  'AccessDeniedException',
  'UnrecognizedClientException',
  'ResourceNotFoundException',
  'IdempotentParameterMismatchException',
  'ItemCollectionSizeLimitExceededException',
  'ItemCollectionSizeLimitExceeded',
]);

/** A conflict between transactions, or our own earlier try still under way. */
const clashes: ReadonlySet<string> = new Set(['TransactionConflict', 'TransactionConflictException', 'TransactionInProgressException']);

export const conditionFailed = (cause: unknown): boolean => {
  const { name, reasons } = asFailure(cause);
  return name === 'ConditionalCheckFailedException' || reasons.some((reason) => reason.Code === 'ConditionalCheckFailed');
};

export const clashed = (cause: unknown): boolean => {
  const { name, reasons } = asFailure(cause);
  return clashes.has(name) || reasons.some((reason) => clashes.has(reason.Code ?? ''));
};

/** What stood in the way of a condition, where the call asked for it (ALL_OLD); still in DynamoDB's own notation or plain. */
export const standing = (cause: unknown): Readonly<Record<string, unknown>> | undefined => asFailure(cause).item;

/** Everything else in the words of the port. Only names of errors are quoted: messages may hold keys. */
export const worldFailed = (port: Failing, doing: string, cause: unknown): PortError => {
  const { name, reasons } = asFailure(cause);
  const codes = reasons.map((reason) => reason.Code ?? 'None').filter((code) => code !== 'None');
  const kind = [name, ...codes].some((code) => permanent.has(code)) ? 'refused' : 'again';
  const why = codes.length > 0 ? `${name} (${[...new Set(codes)].join(', ')})` : name;
  return new PortError(port, kind, `${doing}: DynamoDB answered ${why}`, { cause });
};
