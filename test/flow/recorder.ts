// Decides how the flow's tests see messages: each is recorded as it leaves, and each channel can be told how to fail.
import { type Instant, durationOf, plus } from '#core/kernel/time.ts';
import { readable } from '#console/letter.ts';
import {
  type Effect,
  type Mailer,
  type Outbox,
  type OutboxMessage,
  type Pager,
  type Failing,
  PortError,
  type Sent,
  type TicketDesk,
} from '#flow/ports.ts';

const portOf: Readonly<Record<Recorded['channel'], Failing>> = { mail: 'mailer', slack: 'pager', ticket: 'tickets' };

/** `lost`: unsure, and it never arrived. `unsure`: unsure, though it did arrive. `hang`: no answer until the time limit. */
export type Failure = 'again' | 'refused' | 'unsure' | 'lost' | 'hang';
export type Channel = OutboxMessage['channel'];

export type Recorded = {
  readonly at: Instant;
  readonly channel: Channel;
  readonly to: string;
  readonly subject: string;
  /** Everything that leaves, as people read it. */
  readonly text: string;
  readonly key: string;
  readonly duty: string;
  readonly incident: string;
};

/** What a channel answers to one message; undefined: it takes it. */
export type Weather = (message: Recorded) => Failure | undefined;

/** A mutable clock of the tests. */
export type TestClock = { readonly now: () => Instant; readonly set: (at: Instant) => void };

const effectTimeout = durationOf(10_000);

export type Recorder = {
  readonly mailer: Mailer;
  readonly pager: Pager;
  readonly tickets: TicketDesk;
  readonly outbox: Outbox;
  readonly sent: Recorded[];
  /** Every call, also those that failed. */
  readonly tried: Recorded[];
  readonly probes: string[];
  readonly weather: (of: Weather) => void;
};

export const recorder = (clock: TestClock): Recorder => {
  const sent: Recorded[] = [];
  const tried: Recorded[] = [];
  const probes: string[] = [];
  let weather: Weather = () => undefined;

  const handOver = async (effect: Effect, message: Pick<Recorded, 'channel' | 'to' | 'subject' | 'text'>): Promise<Sent> => {
    const one: Recorded = { ...message, at: clock.now(), key: effect.key, duty: effect.duty, incident: effect.incident ?? '' };
    tried.push(one);
    const failure = weather(one);
    if (failure === 'hang') clock.set(plus(clock.now(), effectTimeout));
    if (failure === undefined || failure === 'unsure') sent.push(one);
    if (failure !== undefined) {
      const kind = failure === 'hang' ? 'again' : failure === 'lost' ? 'unsure' : failure;
      throw new PortError(portOf[message.channel], kind, 'told to fail by the test');
    }
    return { via: 'provider', providerId: `${message.channel}-${sent.length}` };
  };

  return {
    sent,
    tried,
    probes,
    weather: (of) => {
      weather = of;
    },
    mailer: {
      send: (mail, envelope, effect) =>
        handOver(effect, { channel: 'mail', to: envelope.to, subject: envelope.subject, text: readable(mail.bytes) }),
    },
    pager: {
      page: (page, effect) =>
        handOver(effect, { channel: 'slack', to: page.to, subject: page.title, text: [page.title, ...page.lines, page.link].join('\n') }),
    },
    tickets: {
      find: async (label) => {
        probes.push(label);
        const found = sent.find((one) => one.channel === 'ticket' && one.text.includes(label));
        return found ? { via: 'provider', providerId: found.key } : undefined;
      },
      open: (ticket, effect) =>
        handOver(effect, {
          channel: 'ticket',
          to: 'desk',
          subject: ticket.summary,
          text: [ticket.summary, ...ticket.lines, ticket.link, ticket.label].join('\n'),
        }),
    },
    outbox: {
      messages: async () =>
        sent.map(
          (one, i): OutboxMessage => ({
            channel: one.channel,
            to: one.to,
            subject: one.subject,
            incident: one.incident,
            duty: one.duty,
            file: String(i),
            at: one.at,
            sent: true,
          }),
        ),
      content: async (file) => {
        const one = sent[Number(file)];
        return one && new TextEncoder().encode(one.text);
      },
    },
  };
};
