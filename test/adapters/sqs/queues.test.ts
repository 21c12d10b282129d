// Decides what sending does when SQS takes a batch in part, not at all, or is told to send where it may not.
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { sqsQueues } from '#adapters/sqs/queues.ts';
import { sampleDuty } from '#test/contract/samples.ts';

const client = new SQSClient({ region: 'eu-central-1' });
const mock = mockClient(client);
const queues = sqsQueues({ client, lanes: { notify: 'https://sqs.example.com/notify' }, pause: async () => {} });
const refs = Array.from({ length: 23 }, (_, n) => ({ subject: sampleDuty(n).subject, id: sampleDuty(n).id }));
const taken = { Successful: [], Failed: [] };
const left = (...ids: string[]) => ({ Successful: [], Failed: ids.map((Id) => ({ Id, SenderFault: false, Code: 'InternalError' })) });
const sent = () =>
  mock.commandCalls(SendMessageBatchCommand).map((call) => (call.args[0].input.Entries ?? []).map((entry) => entry.MessageBody));

beforeEach(() => mock.reset());

describe('sending to SQS', () => {
  it('sends ten at a time, and nothing when there is nothing', async () => {
    mock.on(SendMessageBatchCommand).resolves(taken);
    await queues.wake('notify', refs);
    await queues.wake('notify', []);
    expect(sent().map((batch) => batch.length)).toEqual([10, 10, 3]);
    expect(
      sent()
        .flat()
        .map((body) => JSON.parse(body ?? '')),
    ).toEqual(refs);
  });

  it('sends exactly what was left out again', async () => {
    mock.on(SendMessageBatchCommand).resolvesOnce(left('1', '3')).resolves(taken);
    await queues.wake('notify', refs.slice(0, 5));
    expect(sent()[1]?.map((body) => JSON.parse(body ?? ''))).toEqual([refs[1], refs[3]]);
  });

  it('says again when some stay out', async () => {
    mock.on(SendMessageBatchCommand).resolves(left('0'));
    await expect(queues.wake('notify', refs.slice(0, 1))).rejects.toMatchObject({ name: 'PortError', kind: 'again' });
    expect(sent()).toHaveLength(3);
  });

  it('says refused for a message that SQS will never take', async () => {
    mock.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [{ Id: '0', SenderFault: true, Code: 'InvalidMessageContents' }] });
    await expect(queues.wake('notify', refs.slice(0, 1))).rejects.toMatchObject({ kind: 'refused' });
  });

  it.each([
    ['RequestThrottled', 'again'],
    ['TimeoutError', 'again'],
    ['AccessDenied', 'refused'],
    ['QueueDoesNotExist.NonExistentQueue', 'refused'],
  ])('turns %s into %s', async (name, kind) => {
    mock.on(SendMessageBatchCommand).rejects(Object.assign(new Error('x'), { name }));
    await expect(queues.wake('notify', refs.slice(0, 1))).rejects.toMatchObject({ kind });
  });

  it('names the queue that a function has no right to', async () => {
    await expect(queues.wake('page', refs.slice(0, 1))).rejects.toThrow('no right to send to the queue "page"');
    const raw = { source: 'fail2ban', delivery: 'd', rawRef: 'r', received: sampleDuty(1).nextAt };
    await expect(queues.sendRaw([raw])).rejects.toThrow('no right to send to the queue "assess"');
  });
});
