// Decides how the world outside behaves: mailboxes, chat and ticket desk take, refuse or lose; what they hold is what counts.
import type { DutyId, IncidentId } from '#core/kernel/ids.ts';
import { type Effect, type Failing, PortError, type Sent } from '#flow/ports.ts';
import type { Faults } from './faults.ts';
import type { Kernel, Random } from './kernel.ts';

export type Channel = 'mail' | 'chat' | 'ticket';

const portOf: Readonly<Record<Channel, Failing>> = { mail: 'mailer', chat: 'pager', ticket: 'tickets' };

/** One thing that reached the outside. */
export type Delivered = {
  readonly at: number;
  readonly channel: Channel;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly key: string;
  readonly duty: DutyId;
  readonly incident: IncidentId;
  readonly gen: number;
  readonly id: string;
};

/** How an address is, for the whole seed. */
export type Fate = 'takes' | 'bounces' | 'refuses' | 'silent' | 'suppressed';

/** What comes back about a mail. */
export type MailEvent = {
  readonly duty: DutyId;
  readonly incident: IncidentId;
  readonly what: 'delivered' | 'bounced';
  readonly id: string;
  readonly at: number;
};

export type Outside = {
  readonly delivered: readonly Delivered[];
  /** Mails that the provider said it delivered, and those it said bounced, by duty. */
  readonly reported: readonly MailEvent[];
  readonly fateOf: (address: string) => Fate;
  readonly take: (channel: Channel, message: Message, effect: Effect, gen: number) => Sent;
  readonly findTicket: (label: string) => Sent | undefined;
};

export type Message = { readonly to: string; readonly subject: string; readonly text: string };

export type OutsideSettings = {
  readonly kernel: Kernel;
  readonly faults: Faults;
  readonly draw: Random;
  /** Mailboxes that may be in trouble: those of the controllers. */
  readonly addresses: readonly string[];
  /** The operator's people: now and then one cannot be reached in any way. */
  readonly people: readonly { readonly name: string; readonly mail: string }[];
  readonly onMailEvent: (event: MailEvent) => void;
  /** When the provider comes with a report: at once, or at a moment of the run's choosing. */
  readonly postpone: (duty: DutyId, report: () => void) => void;
  readonly onDelivered: (one: Delivered) => void;
};

const unreachable = ({ faults, draw, people }: OutsideSettings): readonly [string, Fate][] =>
  people.flatMap((person): readonly [string, Fate][] =>
    faults.has('bounce') && draw.chance(0.05)
      ? [
          [person.name, 'refuses'],
          [person.mail, 'refuses'],
        ]
      : [],
  );

const fates = (settings: OutsideSettings): ReadonlyMap<string, Fate> => new Map([...contactFates(settings), ...unreachable(settings)]);

const contactFates = ({ faults, draw, addresses }: OutsideSettings): readonly [string, Fate][] =>
  addresses.map((address): [string, Fate] => {
    const roll = draw.fraction();
    if (faults.has('bounce') && roll < 0.3) return [address, draw.oneOf(['bounces', 'refuses', 'silent'])];
    if (faults.has('suppression') && roll > 0.85) return [address, 'suppressed'];
    return [address, 'takes'];
  });

export const outside = (settings: OutsideSettings): Outside => {
  const { kernel, draw } = settings;
  const delivered: Delivered[] = [];
  const reported: MailEvent[] = [];
  const fateByAddress = fates(settings);
  const fateOf = (address: string): Fate => fateByAddress.get(address) ?? 'takes';
  /** A ticket shows up in search only after the index caught up; the longest we saw is under two minutes (F-44). */
  const searchLag = draw.between(0, 100_000);

  const tell = (what: MailEvent['what'], one: Delivered): void =>
    kernel.after(draw.chance(0.3) ? draw.between(1, 200) : draw.between(500, 90_000), () => {
      settings.postpone(one.duty, () => {
        const event: MailEvent = { duty: one.duty, incident: one.incident, what, id: `${what}-${one.id}`, at: kernel.now() };
        reported.push(event);
        settings.onMailEvent(event);
      });
    });

  const answerTo = (one: Delivered): void => {
    const fate = fateOf(one.to);
    if (fate === 'takes') tell('delivered', one);
    if (fate === 'bounces' || fate === 'suppressed') tell('bounced', one);
  };

  return {
    delivered,
    reported,
    fateOf,
    take: (channel, message, effect, gen) => {
      if (fateOf(message.to) === 'refuses') throw new PortError(portOf[channel], 'refused', 'no such mailbox');
      const one: Delivered = {
        ...message,
        at: kernel.now(),
        channel,
        key: effect.key,
        duty: effect.duty,
        incident: effect.incident as IncidentId,
        gen,
        id: `${channel}-${delivered.length + 1}`,
      };
      delivered.push(one);
      settings.onDelivered(one);
      if (channel === 'mail') answerTo(one);
      return { via: 'provider', providerId: one.id };
    },
    findTicket: (label) => {
      const found = delivered.find((one) => one.channel === 'ticket' && one.text.includes(label) && one.at + searchLag <= kernel.now());
      return found && { via: 'provider', providerId: found.id };
    },
  };
};
