// Decides how a function that rarely sends reaches the queues it was given the address of: by a client that is loaded at the first message (D-23).
import type { QueueSettings } from '#adapters/sqs/queues.ts';
import type { Queues } from '#flow/ports.ts';

type LaneEnv = {
  readonly ASSESS_QUEUE_URL?: string;
  readonly NOTIFY_QUEUE_URL?: string;
  readonly PAGE_QUEUE_URL?: string;
  readonly TICKET_QUEUE_URL?: string;
  readonly OTHER_QUEUE_URL?: string;
};

const settingsOf = (env: LaneEnv): Omit<QueueSettings, 'client'> => ({
  ...(env.ASSESS_QUEUE_URL === undefined ? {} : { assess: env.ASSESS_QUEUE_URL }),
  lanes: {
    ...(env.NOTIFY_QUEUE_URL === undefined ? {} : { notify: env.NOTIFY_QUEUE_URL }),
    ...(env.PAGE_QUEUE_URL === undefined ? {} : { page: env.PAGE_QUEUE_URL }),
    ...(env.TICKET_QUEUE_URL === undefined ? {} : { ticket: env.TICKET_QUEUE_URL }),
    ...(env.OTHER_QUEUE_URL === undefined ? {} : { other: env.OTHER_QUEUE_URL }),
  },
});

/** Most events are no case, most looks at the console no act: nobody is woken, and no client is needed. */
export const lanesOf = (env: LaneEnv): Queues => {
  let opened: Promise<Queues> | undefined;
  const open = (): Promise<Queues> => {
    opened ??= import('#adapters/sqs/queues.ts').then(({ sqsClient, sqsQueues }) => sqsQueues({ client: sqsClient(), ...settingsOf(env) }));
    return opened;
  };
  return {
    sendRaw: async (messages) => {
      if (messages.length > 0) await (await open()).sendRaw(messages);
    },
    wake: async (lane, refs) => {
      if (refs.length > 0) await (await open()).wake(lane, refs);
    },
  };
};
