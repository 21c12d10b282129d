// Decides what CloudWatch Logs handed over: lines of one log group, a question whether we are there, or nothing that we know.
import { gunzipSync } from 'node:zlib';
import { parsed } from './batch.ts';

export type LogLine = { readonly id: string; readonly message: string };

export type LogBatch =
  | { readonly kind: 'lines'; readonly group: string; readonly lines: readonly LogLine[] }
  | { readonly kind: 'control' }
  | { readonly kind: 'unknown' };

/** CloudWatch packs about a megabyte; a bomb unpacks to far more. */
const mostBytes = 64 * 1_024 * 1_024;

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const unpacked = (data: string): unknown => {
  try {
    return parsed(gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: mostBytes }).toString('utf8'));
  } catch {
    return undefined;
  }
};

const lineOf = (value: unknown): readonly LogLine[] => {
  const { id, message } = object(value);
  return typeof id === 'string' && id !== '' && id.length <= 200 && typeof message === 'string' ? [{ id, message }] : [];
};

/** `awslogs.data`: base64 of gzip of JSON with messageType, logGroup and logEvents. One odd line makes the whole unknown: none is dropped. */
export const logBatchOf = (event: unknown): LogBatch => {
  const { data } = object(object(event)['awslogs']);
  const { messageType, logGroup: group, logEvents: events } = object(typeof data === 'string' ? unpacked(data) : undefined);
  if (messageType === 'CONTROL_MESSAGE') return { kind: 'control' };
  if (messageType !== 'DATA_MESSAGE' || typeof group !== 'string' || !Array.isArray(events)) return { kind: 'unknown' };
  const lines = events.flatMap(lineOf);
  return lines.length === events.length ? { kind: 'lines', group, lines } : { kind: 'unknown' };
};
