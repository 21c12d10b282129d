// Decides how the functions play together here: queues feed them as event source mappings do, SES reports each mail, the clock goes ahead.
import type { Message } from '../stand-in/services.ts';
import type { StandIn } from '../stand-in/server.ts';
import type { FunctionProcess } from '../functions/process.ts';
import { batch } from '../functions/events.ts';
import { type Metrics, type Stored, type Taken, type Uses, countCall, stageUse } from './use.ts';

const minute = 60_000;

/** Functions that read a queue of their own name. */
const readers = ['assess', 'notify', 'page', 'ticket', 'other', 'receive'] as const;

export type CostWorld = {
  readonly invoke: (stage: string, event: unknown) => Promise<unknown>;
  /** Puts an event on a queue as EventBridge does. */
  readonly deliver: (queue: string, body: string) => void;
  /** The last messages that a stage read. */
  readonly lastRead: (stage: string) => readonly Message[];
  /** Until every queue is empty. */
  readonly drain: () => Promise<void>;
  readonly ahead: (minutes: number) => void;
  /** Every metric that was written so far, by function. */
  readonly metrics: () => Metrics;
  /** What was taken since this was last called. */
  readonly take: () => Taken;
};

const mailEvent = (type: 'Send' | 'Delivery', messageId: string, tags: Readonly<Record<string, string>>, to: number): string =>
  JSON.stringify({
    version: '0',
    id: `${type}-${messageId}`,
    'detail-type': `Email ${type === 'Send' ? 'Sent' : 'Delivered'}`,
    source: 'aws.ses',
    detail: {
      eventType: type,
      mail: {
        messageId,
        timestamp: new Date(to).toISOString(),
        tags: Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
      },
    },
  });

/** Names of the metrics that a log line carries in the embedded metric format, each with its dimensions: that is what is billed. */
const metricsIn = (logged: string): readonly string[] =>
  logged
    .split('\n')
    .filter((line) => line.includes('"_aws"'))
    .flatMap((line) => {
      const { _aws } = JSON.parse(line) as {
        readonly _aws: {
          readonly CloudWatchMetrics: readonly { Dimensions: readonly (readonly string[])[]; Metrics: readonly { Name: string }[] }[];
        };
      };
      return _aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
        Metrics.flatMap(({ Name }) => Dimensions.map((names) => [Name, ...names].join(' by '))),
      );
    });

const less = (after: Stored, before: Stored): Stored =>
  Object.fromEntries(Object.entries(after).map(([name, bytes]) => [name, bytes - (before[name] ?? 0)]));

export const costWorld = (standIn: StandIn, functions: FunctionProcess): CostWorld => {
  let uses: Uses = {};
  let aheadBy = 0;
  let reported = 0;
  let mailsBefore = 0;
  const stored = (): Stored => ({ table: standIn.table.stored(), ...standIn.objects.stored() });
  let storedBefore = stored();
  const read = new Map<string, readonly Message[]>();
  const metrics: Record<string, string[]> = {};

  const invoke = async (stage: string, event: unknown): Promise<unknown> => {
    const { answer, failure, ended, logged } = await functions.invoke(stage, event, aheadBy);
    metrics[stage] = [...new Set([...(metrics[stage] ?? []), ...metricsIn(logged)])].sort();
    if (failure !== undefined) throw new Error(`${stage} failed: ${failure}`);
    const use = stageUse(uses, stage);
    use.invocations += 1;
    use.cpu += ended;
    use.logged += Buffer.byteLength(logged);
    for (const call of standIn.takeCalls()) countCall(use, call);
    return answer;
  };
  const deliver = (queue: string, body: string): void => {
    countCall(stageUse(uses, queue), { operation: 'sqs.SendMessage', sent: Buffer.byteLength(body) });
    standIn.queues.put(queue, body);
  };
  const reportMails = (): void => {
    for (const { messageId, tags } of standIn.mails.sent().slice(reported))
      for (const type of ['Send', 'Delivery'] as const) deliver('receive', mailEvent(type, messageId, tags, Date.now() + aheadBy));
    reported = standIn.mails.sent().length;
  };
  /** Reads what waits, at most ten; a message that failed comes again. */
  const readOnce = async (stage: string): Promise<boolean> => {
    const messages = standIn.queues.take(stage);
    if (messages.length === 0) return false;
    read.set(stage, messages);
    const { batchItemFailures = [] } = (await invoke(stage, batch(messages))) as { readonly batchItemFailures?: readonly unknown[] };
    if (batchItemFailures.length > 0)
      throw new Error(`${stage} could not handle ${batchItemFailures.length} of ${messages.length} messages`);
    for (const operation of ['sqs.ReceiveMessage', 'sqs.DeleteMessageBatch']) countCall(stageUse(uses, stage), { operation });
    return true;
  };
  return {
    invoke,
    deliver,
    lastRead: (stage) => read.get(stage) ?? [],
    drain: async () => {
      for (let busy = true; busy; ) {
        busy = false;
        reportMails();
        for (const stage of readers) busy = (await readOnce(stage)) || busy;
      }
    },
    ahead: (minutes) => {
      aheadBy += minutes * minute;
    },
    metrics: () => metrics,
    take: () => {
      const now = stored();
      const mails = standIn.mails.sent();
      const taken: Taken = {
        uses,
        stored: less(now, storedBefore),
        mails: mails.length - mailsBefore,
        mailBytes: mails.slice(mailsBefore).reduce((sum, mail) => sum + mail.bytes, 0),
      };
      [uses, storedBefore, mailsBefore] = [{}, now, mails.length];
      return taken;
    },
  };
};
