// Decides that a function reaches the queues it knows by one client, and none where nobody is woken.
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { dutyId, sourceSubject } from '#core/kernel/ids.ts';
import { lanesOf } from '#lambdas/lanes.ts';

const sqs = mockClient(SQSClient);
afterEach(() => void sqs.reset());

const queues = lanesOf({ NOTIFY_QUEUE_URL: 'https://sqs.example.com/notify', ASSESS_QUEUE_URL: 'https://sqs.example.com/assess' });
const subject = sourceSubject('sshd');
const ref = { subject, id: dutyId(subject, 'page', 'nobody', '1') };

describe('the queues of a function', () => {
  it('get what is sent, each by its own address', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    await queues.wake('notify', [ref]);
    await queues.sendRaw([{ source: 'sshd' } as never]);
    expect(sqs.calls().map(({ args: [command] }) => (command.input as { QueueUrl?: string }).QueueUrl)).toEqual([
      'https://sqs.example.com/notify',
      'https://sqs.example.com/assess',
    ]);
  });

  it('that it has no address of are refused by name', async () => {
    await expect(queues.wake('page', [ref])).rejects.toThrow('no right to send to the queue "page"');
  });

  it('are asked for nothing where nobody is woken', async () => {
    await queues.wake('page', []);
    await lanesOf({}).sendRaw([]);
    expect(sqs.calls()).toEqual([]);
  });
});
