// Decides what the other services of the stand-in answer: S3, SQS, SES, Secrets Manager, and the two sinks outside.
import { createHash } from 'node:crypto';
import type { Reply } from './table.ts';

export type Message = { readonly id: string; readonly body: string; readonly sentAt: number };
export type Mail = { readonly messageId: string; readonly bytes: number; readonly tags: Readonly<Record<string, string>> };

export type Queues = {
  readonly send: (request: { readonly QueueUrl: string; readonly Entries: readonly { Id: string; MessageBody: string }[] }) => Reply;
  /** Puts a message there as EventBridge would. */
  readonly put: (queue: string, body: string) => void;
  /** At most ten, oldest first, as an event source mapping takes them. */
  readonly take: (queue: string) => readonly Message[];
};

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

export const openQueues = (): Queues => {
  const queues = new Map<string, Message[]>();
  let sent = 0;
  const put = (queue: string, body: string): string => {
    sent += 1;
    const message = { id: `message-${sent}`, body, sentAt: Date.now() };
    queues.set(queue, [...(queues.get(queue) ?? []), message]);
    return message.id;
  };
  return {
    send: ({ QueueUrl, Entries }) => ({
      body: {
        Failed: [],
        Successful: Entries.map(({ Id, MessageBody }) => ({
          Id,
          MessageId: put(QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1), MessageBody),
          MD5OfMessageBody: md5(MessageBody),
        })),
      },
    }),
    put,
    take: (queue) => {
      const waiting = queues.get(queue) ?? [];
      queues.set(queue, waiting.slice(10));
      return waiting.slice(0, 10);
    },
  };
};

/** An answer on HTTP: status, body, type. */
export type Answer = { readonly status: number; readonly body: Uint8Array | string; readonly type: string };

const xml = (status: number, body: string): Answer => ({ status, body: `<?xml version="1.0" encoding="UTF-8"?>${body}`, type: 'text/xml' });

/** Objects by `bucket/key`. */
export type Objects = {
  readonly put: (key: string, body: Uint8Array, onlyIfAbsent: boolean) => Answer;
  readonly get: (key: string) => Answer;
  readonly list: (bucket: string, asked: URLSearchParams) => Answer;
  /** Bytes that lie below each bucket and first part of a key, such as `evidence/raw`. */
  readonly stored: () => Readonly<Record<string, number>>;
};

const s3Error = (status: number, code: string): Answer => xml(status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);

export const openObjects = (): Objects => {
  const objects = new Map<string, Uint8Array>();
  return {
    put: (key, body, onlyIfAbsent) => {
      if (onlyIfAbsent && objects.has(key)) return s3Error(412, 'PreconditionFailed');
      objects.set(key, body);
      return { status: 200, body: '', type: 'text/plain' };
    },
    get: (key) => {
      const body = objects.get(key);
      return body ? { status: 200, body, type: 'application/octet-stream' } : s3Error(404, 'NoSuchKey');
    },
    list: (bucket, asked) => {
      const [prefix, after] = [asked.get('prefix') ?? '', asked.get('start-after') ?? asked.get('continuation-token') ?? ''];
      const keys = [...objects.keys()].filter((key) => key.startsWith(`${bucket}/${prefix}`)).map((key) => key.slice(bucket.length + 1));
      const most = Number(asked.get('max-keys') ?? 1_000);
      const rest = keys.filter((key) => key > after).sort();
      const page = rest.slice(0, most);
      const contents = page.map(
        (key) => `<Contents><Key>${key}</Key><Size>${objects.get(`${bucket}/${key}`)?.length ?? 0}</Size></Contents>`,
      );
      const more = rest.length > most ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
      return xml(200, `<ListBucketResult>${more}${contents.join('')}</ListBucketResult>`);
    },
    stored: () => {
      const sums: Record<string, number> = {};
      for (const [key, body] of objects) {
        const place = key.split('/').slice(0, 2).join('/');
        sums[place] = (sums[place] ?? 0) + body.length;
      }
      return sums;
    },
  };
};

export type Mails = { readonly send: (form: URLSearchParams) => Answer; readonly sent: () => readonly Mail[] };

export const openMails = (): Mails => {
  const mails: Mail[] = [];
  return {
    send: (form) => {
      const messageId = `mail-${mails.length + 1}`;
      const names = [...form.keys()].filter((key) => /^Tags\.member\.\d+\.Name$/.test(key));
      mails.push({
        messageId,
        bytes: Buffer.byteLength(form.get('RawMessage.Data') ?? '', 'base64'),
        tags: Object.fromEntries(names.map((key) => [form.get(key) ?? '', form.get(key.replace('.Name', '.Value')) ?? ''])),
      });
      const result = `<SendRawEmailResult><MessageId>${messageId}</MessageId></SendRawEmailResult>`;
      return xml(200, `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/">${result}</SendRawEmailResponse>`);
    },
    sent: () => mails,
  };
};

/** Jira and Slack as far as our sinks ask them: nothing is there yet, and what is made gets a key. */
export const sink = (path: string): Answer => {
  const json = (status: number, value: unknown): Answer => ({ status, body: JSON.stringify(value), type: 'application/json' });
  if (path.startsWith('/slack/')) return { status: 200, body: 'ok', type: 'text/plain' };
  if (path.includes('/search')) return json(200, { issues: [], isLast: true });
  return json(201, { id: '1', key: 'BREACH-1' });
};
