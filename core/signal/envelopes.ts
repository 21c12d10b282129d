// Decides which wrapping is taken off a delivery before a source sees its events: by shape, never by name (formats.md 0.2, part B).
import { at, isFields } from './fields.ts';
import { parseJson } from './json.ts';

/** Text inside an envelope is JSON once more, or a log line. */
const inner = (text: string): unknown => parseJson(text)?.value ?? text;

/** SNS to Lambda has `Sns.Message`, SQS has `body`; SNS through SQS has both, one inside the other. */
const record = (entry: unknown): unknown => {
  const message = at(entry, 'Sns', 'Message') ?? at(entry, 'body');
  return typeof message === 'string' ? inner(message) : entry;
};

const textIn = (line: unknown): string => {
  const message = at(line, 'message');
  return typeof message === 'string' ? message : JSON.stringify(line);
};

/** A push of Google's Pub/Sub: base64 of the message, named by its own id. Undefined where it is none, or no base64. */
const pubsub = (message: unknown): unknown => {
  const [data, id] = [at(message, 'data'), at(message, 'messageId') ?? at(message, 'message_id')];
  if (typeof data !== 'string' || typeof id !== 'string') return undefined;
  try {
    return inner(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(atob(data), (char) => char.charCodeAt(0))));
  } catch {
    return undefined;
  }
};

/** Pages and lists of findings that hold events as they are. `logs`: of Auth0's Management API; `alerts`: of Google's Alert Center. */
const pages = ['Findings', 'findings', 'logs', 'alerts'] as const;

/** Every list at the top of an envelope: a long one is cut between its elements. */
export const listNames: readonly string[] = ['Records', 'logEvents', ...pages];

/** What an envelope holds, one value per event; undefined where the value is no envelope that we know. */
export const opened = (value: unknown): readonly unknown[] | undefined => {
  if (Array.isArray(value)) return value;
  if (!isFields(value)) return undefined;
  const records = at(value, 'Records');
  if (Array.isArray(records)) return records.map(record);
  const message = at(value, 'Message');
  if (at(value, 'Type') === 'Notification' && typeof message === 'string') return [inner(message)];
  // What CloudWatch Logs exports: each line with its stamp (formats.md B).
  const logged = at(value, 'logEvents');
  if (at(value, 'messageType') === 'DATA_MESSAGE' && Array.isArray(logged)) return logged.map((line) => inner(textIn(line)));
  const pushed = pubsub(at(value, 'message'));
  if (pushed !== undefined) return [pushed];
  const lists = [...pages.map((name) => at(value, name)), at(value, 'detail', 'findings')];
  return lists.find((list) => Array.isArray(list)) as readonly unknown[] | undefined;
};
