// Decides how the deployed house is looked at and spoken to from outside: by its stacks' own resources, its doors, and the ledger's own adapter.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { type StackResource, awsStacks, stacksClient } from '#adapters/aws/stacks.ts';
import { documentClient } from '#adapters/dynamodb/client.ts';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import type { Ledger } from '#flow/ports.ts';
import { executeAt, region } from './emulator.ts';

export const stage = 'dev';
const stackNames = ['state', 'pipeline', 'console'].map((name) => `art33-${stage}-${name}`);

export type Deployed = {
  readonly ledger: Ledger;
  /** The one resource of this type whose logical id begins so. */
  readonly find: (type: string, idStart: string) => string;
  readonly queueUrl: (idStart: string) => string;
  readonly send: (url: string, body: unknown) => Promise<void>;
  readonly secret: (name: string, value: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly door: (path: string, init: RequestInit) => Promise<Response>;
  readonly console: (path: string, init?: RequestInit) => Promise<Response>;
  readonly putEvent: (source: string, detailType: string, detail: unknown) => Promise<void>;
  readonly invoke: (
    idStart: string,
    payload: unknown,
  ) => Promise<{ readonly status: number; readonly failed: boolean; readonly body: string }>;
};

export const deployedAt = async (url: string): Promise<Deployed> => {
  const stacks = awsStacks(stacksClient(region));
  const resources: readonly StackResource[] = (await Promise.all(stackNames.map(stacks.resources))).flat();
  const outputs = Object.assign({}, ...(await Promise.all(stackNames.map(stacks.outputs)))) as Readonly<Record<string, string>>;
  const find = (type: string, idStart: string): string => {
    const found = resources.filter((one) => one.type === type && one.logicalId.startsWith(idStart));
    if (found.length !== 1)
      throw new Error(`${found.length} resources of type ${type} begin with ${idStart}: ${found.map((one) => one.logicalId)}`);
    return found[0]?.physicalId ?? '';
  };
  const secrets = new SecretsManagerClient({ region });
  const queues = new SQSClient({ region, useQueueUrlAsEndpoint: false });
  const bus = new EventBridgeClient({ region });
  const functions = new LambdaClient({ region });
  const table = find('AWS::DynamoDB::Table', 'Ledger');
  const api = (host: string | undefined) => (path: string, init?: RequestInit) =>
    fetch(executeAt(url, host ?? '', path), { redirect: 'manual', ...init });
  return {
    ledger: dynamoLedger({ documents: documentClient({ region }), table, shards: 8 }),
    find,
    queueUrl: (idStart) => find('AWS::SQS::Queue', idStart),
    send: async (QueueUrl, body) => {
      await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: typeof body === 'string' ? body : JSON.stringify(body) }));
    },
    secret: async (name, value) => {
      await secrets.send(new PutSecretValueCommand({ SecretId: `art33-${stage}-state/${name}`, SecretString: JSON.stringify(value) }));
    },
    door: api(outputs['DoorHost']),
    console: api(outputs['Host']),
    putEvent: async (Source, DetailType, detail) => {
      const answer = await bus.send(new PutEventsCommand({ Entries: [{ Source, DetailType, Detail: JSON.stringify(detail) }] }));
      if (answer.FailedEntryCount) throw new Error(`EventBridge refused an event: ${answer.Entries?.[0]?.ErrorMessage}`);
    },
    invoke: async (idStart, payload) => {
      const answer = await functions.send(
        new InvokeCommand({
          FunctionName: find('AWS::Lambda::Function', idStart),
          Payload: new TextEncoder().encode(JSON.stringify(payload)),
        }),
      );
      const body = new TextDecoder().decode(answer.Payload);
      return { status: answer.StatusCode ?? 0, failed: answer.FunctionError !== undefined, body };
    },
  };
};
