// Decides what is shown as sent or not sent: one file per effect, exactly the bytes that leave or would have left (D-13).
import { sha256 } from '#core/kernel/hash.ts';
import {
  type Clock,
  type Effect,
  type Mailer,
  type Outbox,
  type OutboxMessage,
  type Page,
  type Pager,
  PortError,
  type Sent,
  type Ticket,
  type TicketDesk,
} from '#flow/ports.ts';
import { mailbox } from '#adapters/http/mailbox.ts';
import { type Card, type Channel, type Stored, channels, fileOf, isFile, list, prepare, read, readCard, write } from './folder.ts';

export type OutboxSettings = {
  /** Made when missing. One process writes here: D-7 holds the lock. */
  readonly folder: string;
  readonly clock: Clock;
  /** How a page and a ticket look to their receiver; the sinks' own adapters know. */
  readonly render: { readonly page: (page: Page) => unknown; readonly ticket: (ticket: Ticket) => unknown };
};

/** Shows what a real sink took, labelled as sent. */
export type Copies = {
  readonly mail: (...message: Parameters<Mailer['send']>) => Promise<void>;
  readonly page: (...message: Parameters<Pager['page']>) => Promise<void>;
  readonly ticket: (...message: Parameters<TicketDesk['open']>) => Promise<void>;
};

/** Mailer, pager and ticket desk of an operator who has none configured yet, and what people look at in every case. */
export type FileOutbox = Outbox & Mailer & Pager & TicketDesk & { readonly copies: Copies };

type Draft = {
  readonly channel: Channel;
  readonly to: string;
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly label?: string;
};

const json = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`, 'utf8');

const world = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof PortError) throw cause;
    throw new PortError('outbox', 'again', `the outbox could not be ${what}: ${(cause as NodeJS.ErrnoException).code ?? 'no code'}`, {
      cause,
    });
  }
};

/** A repeat of what lies there already changes nothing, not even its time. */
const isSame = (old: Stored, next: Stored): boolean =>
  old.sha256 === next.sha256 && old.sent === next.sent && old.to === next.to && old.subject === next.subject && old.label === next.label;

const bySending = (a: OutboxMessage, b: OutboxMessage): number => a.at - b.at || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0);

/** One after the other for one file; different files don't wait for each other. */
const turns = () => {
  const last = new Map<string, Promise<void>>();
  return (file: string, act: () => Promise<void>): Promise<void> => {
    const mine = (last.get(file) ?? Promise.resolve()).then(act, act);
    last.set(file, mine);
    const forget = (): void => {
      if (last.get(file) === mine) last.delete(file);
    };
    mine.then(forget, forget);
    return mine;
  };
};

const shelf = ({ folder, clock }: OutboxSettings) => {
  // What was read once: files change through this process alone.
  const cards = new Map<string, Stored>();
  const inTurn = turns();

  const putNow = async (file: string, draft: Draft, card: Card): Promise<void> => {
    await prepare(folder);
    const old = await readCard(folder, draft.channel, file);
    if (old && isSame(old, { ...card, file, sha256: sha256(draft.bytes) })) return;
    cards.set(file, await write(folder, file, draft.bytes, card));
  };

  const put = (draft: Draft, effect: Effect, sent: boolean): Promise<void> => {
    const { channel, to, subject, label } = draft;
    const card: Card = {
      channel,
      to,
      subject,
      incident: effect.incident ?? '',
      duty: effect.duty,
      at: clock.now(),
      sent,
      ...(label === undefined ? {} : { label }),
    };
    const file = fileOf(channel, effect.key);
    return inTurn(file, () => world('written', () => putNow(file, draft, card)));
  };

  const all = (channel: Channel): Promise<readonly Stored[]> =>
    world('read', async () => {
      await prepare(folder);
      const stored: Stored[] = [];
      for (const file of await list(folder, channel)) {
        const card = cards.get(file) ?? (await readCard(folder, channel, file));
        if (!card) continue;
        cards.set(file, card);
        stored.push(card);
      }
      return stored;
    });

  return { put, all };
};

const shown = ({ channel, to, subject, incident, duty, file, at, sent }: Stored): OutboxMessage => ({
  channel,
  to,
  subject,
  incident,
  duty,
  file,
  at,
  sent,
});

const inTime = (effect: Effect): void => {
  if (effect.signal.aborted) throw new PortError('outbox', 'again', 'the time for this attempt was over before it began');
};

const notSent: Sent = { via: 'outbox' };

export const fileOutbox = (settings: OutboxSettings): FileOutbox => {
  const { folder, render } = settings;
  const { put, all } = shelf(settings);
  const mail = (composed: Parameters<Mailer['send']>[0], envelope: Parameters<Mailer['send']>[1]): Draft => ({
    channel: 'mail',
    // What a mail server would refuse is refused here: the outbox can't do what the real thing can't.
    to: mailbox('outbox', 'envelope to', envelope.to).address,
    subject: envelope.subject,
    bytes: composed.bytes,
  });
  const page = (shownPage: Page): Draft => ({
    channel: 'slack',
    to: shownPage.to,
    subject: shownPage.title,
    bytes: json(render.page(shownPage)),
  });
  const ticket = (opened: Ticket): Draft => ({
    channel: 'ticket',
    to: 'ticket desk',
    subject: opened.summary,
    bytes: json(render.ticket(opened)),
    label: opened.label,
  });
  const keep = async (draft: Draft, effect: Effect): Promise<Sent> => {
    inTime(effect);
    await put(draft, effect, false);
    return notSent;
  };

  return {
    send: async (composed, envelope, effect) => keep(mail(composed, envelope), effect),
    page: async (shownPage, effect) => keep(page(shownPage), effect),
    open: async (opened, effect) => keep(ticket(opened), effect),
    findsAtOnce: true,
    find: async (label, effect) => {
      inTime(effect);
      return (await all('ticket')).some((card) => card.label === label) ? notSent : undefined;
    },
    messages: async () => {
      const rooms: readonly Stored[][] = await Promise.all(channels.map(async (channel) => [...(await all(channel))]));
      return rooms.flat().map(shown).sort(bySending);
    },
    content: async (file) => (isFile(file) ? world('read', () => read(folder, file)) : undefined),
    copies: {
      mail: async (composed, envelope, effect) => put(mail(composed, envelope), effect, true),
      page: async (shownPage, effect) => put(page(shownPage), effect, true),
      ticket: async (opened, effect) => put(ticket(opened), effect, true),
    },
  };
};
