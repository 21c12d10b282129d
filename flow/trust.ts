// What happens to a channel that somebody hostile may hold: from that instant nothing goes over it, until a person trusts it again (P-13).
// The register itself is the state: the last entry of a channel's chain says how it stands, so it can't be changed without being seen.
import { genesis } from '#core/kernel/hash.ts';
import { type Safe, safe, safeWord } from '#core/kernel/safe.ts';
import { headOf, nextEntry } from '#core/register/entry.ts';
import { untilCommitted } from './change.ts';
import { type Ledger, PortError, type World } from './ports.ts';

/** `idp`: who signs people in to the console. `aws`: the account in which Art33 itself runs. */
export const channels = ['slack', 'mail', 'jira', 'idp', 'aws'] as const;
export type Channel = (typeof channels)[number];

export const isChannel = (word: string): word is Channel => (channels as readonly string[]).includes(word);

/** How a channel stands: distrusted since when, by whom and why; undefined: trusted. */
export type Distrust = { readonly channel: Channel; readonly since: string; readonly actor: string; readonly reason: string };

const chainOf = (channel: Channel): string => `channel:${channel}`;
const distrusted = 'ChannelDistrusted';

type Chains = { readonly ledger: Pick<Ledger, 'entriesOf'> };

export const distrustOf = async ({ ledger }: Chains, channel: Channel): Promise<Distrust | undefined> => {
  const last = (await ledger.entriesOf(chainOf(channel))).at(-1);
  if (last?.type !== distrusted) return undefined;
  return { channel, since: last.at, actor: last.actor, reason: String(last.data['reason'] ?? '') };
};

export const allDistrusted = async (world: Chains): Promise<readonly Distrust[]> =>
  (await Promise.all(channels.map((channel) => distrustOf(world, channel)))).flatMap((one) => one ?? []);

export type Turned = {
  readonly channel: Channel;
  readonly trust: boolean;
  /** As the register names who acts. */
  readonly actor: string;
  readonly reason: string;
};

/** Written when it returns, and in force. False: it stood so already, and nothing was written. */
export const turnTrust = (world: Pick<World, 'ledger' | 'clock'>, { channel, trust, actor, reason }: Turned): Promise<boolean> =>
  untilCommitted<boolean>(async () => {
    const chain = chainOf(channel);
    const last = (await world.ledger.entriesOf(chain)).at(-1);
    if ((last?.type === distrusted) !== trust) return false;
    const type = trust ? 'ChannelTrusted' : distrusted;
    const entry = nextEntry(last ? headOf(last) : genesis, { chain, at: world.clock.now(), actor, type, data: { reason } });
    return (await world.ledger.commit([{ put: 'entry', entry }])) === 'conflict' ? 'conflict' : true;
  });

/** Sinks, by the port that speaks to each. */
const over = { pager: 'slack', mailer: 'mail', tickets: 'jira' } as const satisfies Readonly<Record<string, Channel>>;
export type Sink = keyof typeof over;

/** Asked before every effect, each time anew; `to`: whose mailbox. Throws PortError: refused while the sink's channel is distrusted. */
export type Trust = { readonly demand: (sink: Sink, to?: string) => Promise<void> };

const says = (channel: Channel): Safe => safe`${safeWord(channel, channels)} is distrusted: nothing goes over it`;

export type MailWay = {
  /** Whose account mail leaves by, beside the mail itself. */
  readonly mailBy?: Channel;
  /** Mail leaves by a sender that nobody else uses: to distrust the mail then means the mailboxes of the house, which this recognises. */
  readonly reserve?: { readonly isHouse: (mailbox: string) => boolean };
};

const mailChannels = ({ mailBy, reserve }: MailWay, to: string | undefined): readonly Channel[] =>
  reserve && to !== undefined && !reserve.isHouse(to) ? [] : ['mail', ...(mailBy ? [mailBy] : [])];

export const ledgerTrust = (ledger: Pick<Ledger, 'entriesOf'>, way: MailWay = {}): Trust => ({
  demand: async (sink, to) => {
    for (const channel of sink === 'mailer' ? mailChannels(way, to) : [over[sink]])
      if (await distrustOf({ ledger }, channel)) throw new PortError(sink, 'refused', says(channel));
  },
});

/** A world that knows of hostile channels. Without it, as in a play, every channel is as good as its sink. */
export type Trusting = { readonly trust?: Trust };

export const trustIn = (world: World & Trusting): Trust | undefined => world.trust;
