// Decides how dead letters go back: taken over by their queue first, deleted here only then, so that a kill in between loses none (D-19).
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageBatchCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { type Instant, instantOf } from '#core/kernel/time.ts';
import { ask, askFor, clientSettings } from './ask.ts';

export type Letter = {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
  /** When it first came into its queue, not when it died (F-05). */
  readonly sentAt: Instant;
  readonly receives: number;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
};

export type Depth = { readonly arn: string; readonly visible: number; readonly hidden: number };

export type DeadLetters = {
  readonly depth: (url: string) => Promise<Depth>;
  /** Some of them, at most ten; they can be received again at once. */
  readonly look: (url: string) => Promise<readonly Letter[]>;
  /** All of them, by SQS itself. `absent`: this SQS has no such task. */
  readonly startMove: (arn: string) => Promise<'started' | 'absent'>;
  /** How far the last such task is. */
  readonly moved: (arn: string) => Promise<{ readonly done: boolean; readonly moved: number; readonly failure?: string }>;
  /** At most `most`, one after the other; `target` says where a letter belongs, undefined: it stays. */
  readonly moveSome: (
    url: string,
    target: (letter: Letter) => string | undefined,
    most: number,
  ) => Promise<{ readonly moved: number; readonly left: number }>;
};

export const deadLetterClient = (region: string): SQSClient => new SQSClient(clientSettings(region));

const batch = 10;
/** Longer than sending ten takes; what was not moved by then can be received again. */
const hiddenFor = 60;

const letterOf = (message: Message): readonly Letter[] => {
  const { MessageId: id, ReceiptHandle: receipt, Body: body = '', Attributes = {}, MessageAttributes = {} } = message;
  if (id === undefined || receipt === undefined) return [];
  const sentAt = instantOf(Number(Attributes.SentTimestamp ?? 0));
  return [{ id, receipt, body, sentAt, receives: Number(Attributes.ApproximateReceiveCount ?? 0), attributes: MessageAttributes }];
};

const receive = async (
  client: SQSClient,
  url: string,
  how: { readonly hide: number; readonly atMost: number },
): Promise<readonly Letter[]> => {
  const answer = await ask(
    'receiving dead letters',
    client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: how.atMost,
        VisibilityTimeout: how.hide,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    ),
  );
  return (answer.Messages ?? []).flatMap(letterOf);
};

/** What EventBridge notes on a letter it could not deliver belongs to the failure, not to the event. */
const ownAttributes = (letter: Letter): Record<string, MessageAttributeValue> =>
  Object.fromEntries(
    Object.entries(letter.attributes).filter(([name]) => !/^(RULE_ARN|TARGET_ARN|ERROR_|EXHAUSTED_|RETRY_ATTEMPTS)/.test(name)),
  );

/** The letters that the queue took. */
const send = async (client: SQSClient, url: string, letters: readonly Letter[]): Promise<readonly Letter[]> => {
  const entries = letters.map((letter, i) => ({ Id: String(i), MessageBody: letter.body, MessageAttributes: ownAttributes(letter) }));
  const answer = await ask(
    'sending them back to their queue',
    client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries })),
  );
  const taken = new Set((answer.Successful ?? []).map((one) => one.Id));
  return letters.filter((_, i) => taken.has(String(i)));
};

const remove = async (client: SQSClient, url: string, letters: readonly Letter[]): Promise<void> => {
  if (letters.length === 0) return;
  const entries = letters.map(({ receipt }, i) => ({ Id: String(i), ReceiptHandle: receipt }));
  await ask('deleting what was sent back', client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries })));
};

const byTarget = (letters: readonly Letter[], target: (letter: Letter) => string | undefined): ReadonlyMap<string, readonly Letter[]> =>
  Map.groupBy(
    letters.filter((letter) => target(letter) !== undefined),
    (letter) => target(letter) ?? '',
  );

const moveSome = async (
  client: SQSClient,
  url: string,
  { target, most }: { readonly target: (letter: Letter) => string | undefined; readonly most: number },
): Promise<{ moved: number; left: number }> => {
  let moved = 0;
  const seen = new Set<string>();
  while (seen.size < most) {
    const letters = await receive(client, url, { hide: hiddenFor, atMost: Math.min(batch, most - seen.size) });
    // None left; or only those that failed again meanwhile, which would go round for ever.
    if (letters.every(({ id }) => seen.has(id))) break;
    for (const { id } of letters) seen.add(id);
    for (const [queue, group] of byTarget(letters, target)) {
      const taken = await send(client, queue, group);
      await remove(client, url, taken);
      moved += taken.length;
    }
  }
  return { moved, left: seen.size - moved };
};

const noSuchTask = /UnsupportedOperation|InvalidAction|UnknownOperation|NotImplemented|SerializationError/;

const startMove = async (client: SQSClient, arn: string): Promise<'started' | 'absent'> => {
  const started = await askFor('moving dead letters', noSuchTask, client.send(new StartMessageMoveTaskCommand({ SourceArn: arn })));
  return started ? 'started' : 'absent';
};

const movedBy = async (client: SQSClient, arn: string) => {
  const request = new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults: 1 });
  const [task] = (await ask('looking how far they were moved', client.send(request))).Results ?? [];
  const failed = task?.Status === 'FAILED' || task?.Status === 'CANCELLED';
  return {
    done: task?.Status === 'COMPLETED',
    moved: task?.ApproximateNumberOfMessagesMoved ?? 0,
    ...(failed ? { failure: task.FailureReason ?? task.Status ?? 'no reason' } : {}),
  };
};

export const sqsDeadLetters = (client: SQSClient): DeadLetters => ({
  depth: async (url) => {
    const names = ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const { Attributes = {} } = await ask(
      'counting messages',
      client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] })),
    );
    return {
      arn: Attributes['QueueArn'] ?? '',
      visible: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
      hidden: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    };
  },
  look: (url) => receive(client, url, { hide: 0, atMost: batch }),
  startMove: (arn) => startMove(client, arn),
  moved: (arn) => movedBy(client, arn),
  moveSome: (url, target, most) => moveSome(client, url, { target, most }),
});
