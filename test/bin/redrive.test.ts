// Decides whether dead letters come back: shown first without their content, all or some, none lost when it is killed midway.
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { deployedDev, failing } from './deployed.ts';
import { command } from './in-process.ts';

type Stored = {
  readonly id: string;
  readonly body: string;
  hidden: boolean;
  readonly attributes?: Record<string, { DataType: string; StringValue: string }>;
};
const sqs = mockClient(SQSClient);
let queues: Map<string, Stored[]>;
const url = (name: string): string => `https://sqs.example.com/1/${name}`;
const inQueue = (name: string): readonly string[] => (queues.get(url(name)) ?? []).map((one) => one.body);

const fill = (name: string, bodies: readonly string[], attributes: Stored['attributes'] = {}): void => {
  queues.set(url(name), [
    ...(queues.get(url(name)) ?? []),
    ...bodies.map((body, i) => ({ id: `${name}-${i}`, body, hidden: false, attributes })),
  ]);
};

/** As SQS does it: what is received is hidden for a while, what is hidden is not received. */
beforeEach(() => {
  deployedDev();
  queues = new Map();
  sqs.reset();
  sqs.on(GetQueueAttributesCommand).callsFake(async ({ QueueUrl }: { QueueUrl: string }) => ({
    Attributes: {
      QueueArn: `arn:${QueueUrl}`,
      ApproximateNumberOfMessages: String(queues.get(QueueUrl)?.length ?? 0),
      ApproximateNumberOfMessagesNotVisible: '0',
    },
  }));
  sqs
    .on(ReceiveMessageCommand)
    .callsFake(
      async ({
        QueueUrl,
        MaxNumberOfMessages,
        VisibilityTimeout,
      }: {
        QueueUrl: string;
        MaxNumberOfMessages: number;
        VisibilityTimeout: number;
      }) => {
        const found = (queues.get(QueueUrl) ?? []).filter((one) => !one.hidden).slice(0, MaxNumberOfMessages);
        for (const one of found) one.hidden = VisibilityTimeout > 0;
        return {
          Messages: found.map((one) => ({
            MessageId: one.id,
            ReceiptHandle: one.id,
            Body: one.body,
            Attributes: { SentTimestamp: '1773453600000', ApproximateReceiveCount: '10' },
            MessageAttributes: one.attributes,
          })),
        };
      },
    );
  sqs
    .on(SendMessageBatchCommand)
    .callsFake(async ({ QueueUrl, Entries }: { QueueUrl: string; Entries: { Id: string; MessageBody: string }[] }) => {
      fill(
        QueueUrl.split('/').at(-1) ?? '',
        Entries.map((one) => one.MessageBody),
      );
      return { Successful: Entries.map(({ Id }) => ({ Id, MessageId: Id, MD5OfMessageBody: '' })), Failed: [] };
    });
  sqs.on(DeleteMessageBatchCommand).callsFake(async ({ QueueUrl, Entries }: { QueueUrl: string; Entries: { ReceiptHandle: string }[] }) => {
    const gone = new Set(Entries.map((one) => one.ReceiptHandle));
    queues.set(
      QueueUrl,
      (queues.get(QueueUrl) ?? []).filter((one) => !gone.has(one.id)),
    );
    return { Successful: [], Failed: [] };
  });
  sqs.on(StartMessageMoveTaskCommand).rejects(failing('InvalidAction'));
});
const redrive = (...words: readonly string[]) => command(['redrive', ...words, '--stage', 'dev']);
const letters = Array.from({ length: 23 }, (_, n) => `{"n":${n}}`);

describe('redrive', () => {
  it('moves every letter back by hand where SQS has no task for it', async () => {
    fill('Notify-dead', letters);
    const ended = await redrive('notify');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain('notify: 23 dead letter(s).');
    expect(ended.stdout).toContain('Moved 23 to notify.');
    expect(inQueue('Notify-dead')).toEqual([]);
    expect([...inQueue('Notify')].sort()).toEqual([...letters].sort());
  });

  it('shows ids, ages and tries, and what they say only when asked', async () => {
    fill('Assess-dead', ['{"account":"jane"}']);
    const ended = await redrive('assess');
    expect(ended.stdout).toMatch(/2026-03-14T02:00:00Z .* received 10 time\(s\) {2}Assess-dead-0/);
    expect(ended.stdout).not.toContain('jane');
    fill('Assess-dead', ['{"account":"jane"}']);
    expect((await redrive('assess', '--show')).stdout).toContain('jane');
  });

  it('moves at most so many as told', async () => {
    fill('Notify-dead', letters);
    expect((await redrive('notify', '--max', '12')).stdout).toContain('Moved 12 to notify.');
    expect(inQueue('Notify')).toHaveLength(12);
    expect(inQueue('Notify-dead')).toHaveLength(11);
    expect(sqs.commandCalls(StartMessageMoveTaskCommand)).toEqual([]);
  });

  it('leaves the work to SQS where it can do it', async () => {
    fill('Notify-dead', letters);
    sqs.on(StartMessageMoveTaskCommand).resolves({ TaskHandle: 't' });
    sqs.on(ListMessageMoveTasksCommand).resolves({ Results: [{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 23 }] });
    expect((await redrive('notify')).stdout).toContain('Moved 23 to notify.');
    expect(sqs.commandCalls(SendMessageBatchCommand)).toEqual([]);
  });

  it('says when SQS stopped midway', async () => {
    fill('Notify-dead', letters);
    sqs.on(StartMessageMoveTaskCommand).resolves({ TaskHandle: 't' });
    sqs
      .on(ListMessageMoveTasksCommand)
      .resolves({ Results: [{ Status: 'FAILED', FailureReason: 'AccessDenied', ApproximateNumberOfMessagesMoved: 3 }] });
    const ended = await redrive('notify');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('SQS stopped after 3: AccessDenied');
  });

  it('deletes no letter that its queue did not take', async () => {
    fill('Notify-dead', letters.slice(0, 4));
    sqs.on(SendMessageBatchCommand).resolves({
      Successful: [{ Id: '0', MessageId: 'm', MD5OfMessageBody: '' }],
      Failed: [{ Id: '1', SenderFault: false, Code: 'InternalError' }],
    });
    const ended = await redrive('notify');
    expect(ended.stdout).toContain('Moved 1 to notify. 3 stay');
    expect(inQueue('Notify-dead')).toEqual(letters.slice(1, 4));
  });

  it('loses none when it dies between sending and deleting, or before sending', async () => {
    fill('Notify-dead', letters.slice(0, 4));
    sqs.on(DeleteMessageBatchCommand).rejects(failing('TimeoutError'));
    expect((await redrive('notify')).code).toBe(1);
    expect([...inQueue('Notify'), ...inQueue('Notify-dead')]).toEqual([...letters.slice(0, 4), ...letters.slice(0, 4)]);
    queues.clear();
    fill('Notify-dead', letters.slice(0, 4));
    sqs.on(SendMessageBatchCommand).rejects(failing('TimeoutError'));
    expect((await redrive('notify')).code).toBe(1);
    expect(inQueue('Notify-dead')).toEqual(letters.slice(0, 4));
  });

  it('ends though its letters die again at once, and more were counted than are there', async () => {
    fill('Notify-dead', letters.slice(0, 2));
    sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { QueueArn: 'arn', ApproximateNumberOfMessages: '9' } });
    const died = queues.get(url('Notify-dead')) ?? [];
    let receives = 0;
    sqs.on(ReceiveMessageCommand).callsFake(async () => {
      receives += 1;
      if (receives > 10) throw failing('GoesRoundForEver');
      return { Messages: died.map(({ id, body }) => ({ MessageId: id, ReceiptHandle: id, Body: body, Attributes: {} })) };
    });
    expect(await redrive('notify')).toMatchObject({ code: 0, stdout: expect.stringContaining('Moved 2 to notify.') });
  });

  it('sends what EventBridge could not deliver to the queue that it was meant for, and leaves the rest', async () => {
    const target = (arn: string) => ({ TARGET_ARN: { DataType: 'String', StringValue: arn } });
    fill('Undelivered-dead', ['finding'], target('arn:aws:sqs:eu-central-1:1:Assess'));
    queues
      .get(url('Undelivered-dead'))
      ?.push({ id: 'tick', body: 'tick', hidden: false, attributes: target('arn:aws:lambda:eu-central-1:1:function:Tick') });
    const ended = await redrive('undelivered');
    expect(ended.stdout).toContain('Moved 1 to the queues they were meant for. 1 stay');
    expect(inQueue('Assess')).toEqual(['finding']);
    expect(inQueue('Undelivered-dead')).toEqual(['tick']);
    const sent = sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input.Entries?.[0];
    expect(sent?.MessageAttributes).toEqual({});
  });

  it('moves no failed invocation: it has no queue', async () => {
    fill('FailedTick-dead', ['{}']);
    const ended = await redrive('failed-tick');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('They go nowhere');
    expect(inQueue('FailedTick-dead')).toEqual(['{}']);
  });

  it('has nothing to do where there is none, and says what is wrong use', async () => {
    expect(await redrive('notify')).toMatchObject({ code: 0, stdout: 'notify: 0 dead letter(s).\n' });
    const unknown = await redrive('nonsense');
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain('there are assess, notify, page, ticket, other, receive, undelivered, failed-tick');
    for (const words of [[], ['notify', 'page'], ['notify', '--max', '0'], ['notify', '--max', 'x']])
      expect(await redrive(...words)).toMatchObject({ code: 2 });
    expect(await command(['redrive', 'notify'])).toMatchObject({ code: 2 });
  });
});
