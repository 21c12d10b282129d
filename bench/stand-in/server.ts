// Decides how the stand-in of AWS is reached: one HTTP server on loopback that the SDK speaks to, and a list of every request.
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, type Mails, type Objects, type Queues, openMails, openObjects, openQueues, sink } from './services.ts';
import { type Reply, type Table, openTable } from './table.ts';

/** One request of an operation such as `dynamodb.GetItem`: DynamoDB's units, bytes of the bodies. */
export type Call = {
  readonly operation: string;
  readonly read: number;
  readonly write: number;
  readonly sent: number;
  readonly received: number;
};

export type StandIn = {
  readonly url: string;
  /** What was asked since this was last called, in order. */
  readonly takeCalls: () => readonly Call[];
  readonly table: Table;
  readonly queues: Queues;
  readonly objects: Objects;
  readonly mails: Mails;
  readonly close: () => Promise<void>;
};

type Request = { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: Buffer };
type Called = { readonly operation: string; readonly answer: Answer; readonly read?: number; readonly write?: number };

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

const named = (operation: string, version: '1.0' | '1.1', { body, error, ...units }: Reply): Called => {
  const text = JSON.stringify(error === undefined ? body : { __type: `com.amazonaws#${error}`, ...(body as object) });
  return {
    operation,
    answer: { status: error === undefined ? 200 : 400, body: text, type: `application/x-amz-json-${version}` },
    ...units,
  };
};

const unknown = (operation: string): Called => ({
  operation,
  answer: { status: 400, body: JSON.stringify({ __type: 'UnknownOperationException' }), type: 'application/x-amz-json-1.0' },
});

/** Every data key is this one: what is sealed with it is measured, and protects nobody. */
const dataKey = { Plaintext: Buffer.alloc(32).toString('base64'), CiphertextBlob: Buffer.alloc(200).toString('base64') };

type Parts = Pick<StandIn, 'table' | 'queues' | 'objects' | 'mails'>;

/** Services that name the operation in a header. */
const targeted = (parts: Parts, secrets: Readonly<Record<string, string>>, target: string, body: Buffer): Called => {
  const [service = '', operation = ''] = target.split('.');
  const request: unknown = JSON.parse(body.toString());
  if (service === 'AmazonSQS' && operation === 'SendMessageBatch')
    return named(`sqs.${operation}`, '1.0', parts.queues.send(request as never));
  if (service === 'secretsmanager' && operation === 'GetSecretValue') {
    const { SecretId } = request as { readonly SecretId: string };
    return named(`secretsmanager.${operation}`, '1.1', { body: { Name: SecretId, SecretString: secrets[SecretId] ?? '{}' } });
  }
  if (service === 'TrentService' && (operation === 'GenerateDataKey' || operation === 'Decrypt'))
    return named(`kms.${operation}`, '1.1', { body: dataKey });
  const reply = service.startsWith('DynamoDB') ? parts.table.call(operation, request) : undefined;
  return reply ? named(`dynamodb.${operation}`, '1.0', reply) : unknown(target);
};

/** S3 by the path of the address: `/bucket/key`. */
const object = ({ objects }: Parts, { method, path, headers, body }: Request): Called => {
  const url = new URL(path, 'http://stand-in');
  const key = decodeURIComponent(url.pathname).slice(1);
  if (method === 'PUT') return { operation: 's3.PutObject', answer: objects.put(key, body, headers['if-none-match'] === '*') };
  if (url.searchParams.has('list-type'))
    return { operation: 's3.ListObjectsV2', answer: objects.list(key.replace(/\/$/, ''), url.searchParams) };
  return { operation: 's3.GetObject', answer: objects.get(key) };
};

const called = (parts: Parts, secrets: Readonly<Record<string, string>>, request: Request): Called => {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return targeted(parts, secrets, target, request.body);
  if (/^\/(slack|rest|heartbeat)\b/.test(request.path)) return { operation: 'outside.POST', answer: sink(request.path) };
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const form = new URLSearchParams(request.body.toString());
    return { operation: `ses.${form.get('Action') ?? ''}`, answer: parts.mails.send(form) };
  }
  return object(parts, request);
};

const reply = (response: ServerResponse, { status, body, type }: Answer): void => {
  // A caller may play at a later hour: the SDK would take the difference for a wrong clock, and ask again.
  response.sendDate = false;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'x-amzn-requestid': 'stand-in' });
  response.end(body);
};

/** `secretsFor` is told the server's own address, at which Slack and Jira answer too. */
export const openStandIn = async (secretsFor: (url: string) => Readonly<Record<string, string>>): Promise<StandIn> => {
  const parts: Parts = { table: openTable(), queues: openQueues(), objects: openObjects(), mails: openMails() };
  let calls: Call[] = [];
  let secrets: Readonly<Record<string, string>> = {};
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const done = called(parts, secrets, { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
    reply(response, done.answer);
    const { operation, answer, read: readUnits = 0, write = 0 } = done;
    calls.push({ operation, read: readUnits, write, sent: body.length, received: Buffer.byteLength(answer.body) });
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((cause: unknown) => {
      // A defect of the stand-in itself: said in the answer, so that the adapter's error names it.
      reply(response, {
        status: 400,
        body: JSON.stringify({ __type: 'ValidationException', message: String(cause) }),
        type: 'application/x-amz-json-1.0',
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  secrets = secretsFor(url);
  return {
    ...parts,
    url,
    takeCalls: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
