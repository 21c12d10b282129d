// What happens to events that could not be read: listed by source with their reasons, and given to the readers again after a fix (D-9).
import { rfc3339 } from '#core/kernel/time.ts';
import { recordLook } from './look.ts';
import type { Ledger, Queues, Raw, Receipt, World } from './ports.ts';

/** So many are listed, and replayed at once, the latest first; how many there are is counted apart. */
export const quarantinedAtMost = 10_000;

/** `fail2ban/http:0c2f…#3`: source and delivery, so that one event is read without a search. */
export const quarantineId = ({ source, delivery }: Pick<Receipt, 'source' | 'delivery'>): string => `${source}/${delivery}`;

/** Undefined: there is no such event, or it was read by now. */
export const quarantinedEvent = async (ledger: Ledger, id: string): Promise<Receipt | undefined> => {
  const at = id.indexOf('/');
  const receipt = at < 1 ? undefined : await ledger.receipt(id.slice(0, at), id.slice(at + 1));
  return receipt?.disposition === 'quarantined' ? receipt : undefined;
};

/** Which of them: one, those of a source, or all. */
export type Choice = { readonly id?: string; readonly source?: string };

export const chosenFrom = async (ledger: Ledger, { id, source }: Choice): Promise<readonly Receipt[]> => {
  if (id === undefined) return ledger.quarantined(quarantinedAtMost, source);
  const one = await quarantinedEvent(ledger, id);
  return one ? [one] : [];
};

const since = ({ received, at }: Receipt) => received ?? at;

/** One quarantined event as `--json` prints it: nothing of what it says. */
export const quarantineJson = (receipt: Receipt) => ({
  id: quarantineId(receipt),
  source: receipt.source,
  since: rfc3339(since(receipt)),
  reason: receipt.reason ?? 'no reason was kept',
  rawRef: receipt.rawRef,
});

/** What one source has in quarantine: how many in all, since when, and for which reasons among the latest. */
export type Heap = {
  readonly source: string;
  readonly count: number;
  readonly since: string;
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
};

export const heapsOf = (receipts: readonly Receipt[], intake: Awaited<ReturnType<Ledger['intake']>>): readonly Heap[] => {
  const lines = receipts.map(quarantineJson);
  const names = [...new Set(lines.map((line) => line.source))].sort();
  return names.map((source) => {
    const own = lines.filter((line) => line.source === source);
    const counts = new Map<string, number>();
    for (const { reason } of own) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return {
      source,
      count: intake.find((row) => row.source === source && row.disposition === 'quarantined')?.count ?? own.length,
      since: own.map((line) => line.since).sort()[0] ?? '',
      reasons: [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
    };
  });
};

export const rawOf = (receipt: Receipt): Raw => ({
  source: receipt.source,
  delivery: receipt.delivery,
  rawRef: receipt.rawRef,
  received: since(receipt),
});

/** What became of each, counted; `queued`: whoever assesses does it, and the receipts will tell. */
export type Replayed = Readonly<Record<Receipt['disposition'], number>> | 'queued';
export type Replay = (receipts: readonly Receipt[]) => Promise<Replayed>;

/** A message of the assess queue that asks for a replay. */
export type ReplayMessage = Raw & { readonly replay: true };

/** By the queue of those who assess anyway: under their rights, their rules and their version. */
export const replayByQueue =
  (queues: Pick<Queues, 'sendRaw'>): Replay =>
  async (receipts) => {
    await queues.sendRaw(receipts.map((receipt): ReplayMessage => ({ ...rawOf(receipt), replay: true })));
    return 'queued';
  };

export type Listing = { readonly sources: readonly Heap[]; readonly events: readonly ReturnType<typeof quarantineJson>[] };

/** How it stands, by source, and the latest events; nothing of what they say. */
export const listingOf = async (ledger: Ledger, source?: string): Promise<Listing> => {
  const receipts = await chosenFrom(ledger, source === undefined ? {} : { source });
  return { sources: heapsOf(receipts, await ledger.intake()), events: receipts.map(quarantineJson) };
};

/** Who wants to see an event itself, and why: personal data, so the look is registered before anything is shown. */
export type Asking = { readonly actor: string; readonly reason: string };

/** `size`: bytes, null for what is kept no longer. The bytes themselves for those alone who say who asks. */
export type Seen = { readonly event: ReturnType<typeof quarantineJson>; readonly size: number | null; readonly bytes?: Uint8Array };

export const lookAt = async (
  world: Pick<World, 'ledger' | 'evidence' | 'clock'>,
  id: string,
  asking: Asking | undefined,
): Promise<Seen | undefined> => {
  const receipt = await quarantinedEvent(world.ledger, id);
  if (!receipt) return undefined;
  const bytes = await world.evidence.get(receipt.rawRef);
  const seen = { event: quarantineJson(receipt), size: bytes?.length ?? null };
  if (!bytes || !asking) return seen;
  await recordLook(world, { source: receipt.source, of: { event: id }, ...asking });
  return { ...seen, bytes };
};
