// What happens every night: what people need when nothing of ours can be trusted, sealed to named persons, laid where our administrators can't read or change it (P-13).
import { isOver } from '#core/duty/turn.ts';
import { incidentSubject } from '#core/kernel/ids.ts';
import { anchorName } from '#core/register/verify.ts';
import { kitText } from '#core/register/kit-text.ts';
import type { Entry } from '#core/register/entry.ts';
import { type KitInput, type NightKit, nightKit } from '#core/register/night-kit.ts';
import { rfc3339 } from '#core/kernel/time.ts';
import type { Anchors, Ledger, World } from './ports.ts';
import { allDistrusted } from './trust.ts';

export type KitWorld = Pick<World, 'ledger' | 'directory' | 'clock' | 'log'> & { readonly anchors: Pick<Anchors, 'latest'> };

const chainsOf = async (ledger: Ledger, chains: readonly string[]): Promise<readonly Entry[]> => {
  const entries: Entry[] = [];
  for (const chain of chains) entries.push(...(await ledger.entriesOf(chain)));
  return entries;
};

/** Reads the whole ledger once. An item that a newer version wrote is left out, and that is said: the rest is worth more than nothing. */
export const gatherKit = async ({ ledger, directory, clock, log, anchors }: KitWorld): Promise<NightKit> => {
  const incidents: KitInput['incidents'][number][] = [];
  let unknown = 0;
  const skip = (): void => {
    unknown += 1;
  };
  for await (const incident of ledger.incidents(skip)) {
    const duties = await ledger.dutiesOf(incidentSubject(incident.id), skip);
    incidents.push({
      incident,
      duties,
      entries: isOver(incident) ? [] : await chainsOf(ledger, [incident.id, ...duties.map(({ id }) => id)]),
    });
  }
  if (unknown > 0) log.error('items-of-unknown-version', { unknown });
  const distrusted = (await allDistrusted({ ledger })).map(({ channel }) => channel);
  const { configuration } = directory.current();
  return nightKit({ configuration, incidents, anchor: await anchors.latest(), distrusted, now: clock.now() });
};

/** What is sealed: the kit for machines, with its printable text. */
export const kitBytes = (kit: NightKit): Uint8Array => new TextEncoder().encode(JSON.stringify({ ...kit, text: kitText(kit) }));

export type ExportWorld = KitWorld & {
  /** Closes it so that only named persons open it. */
  readonly seal: (bytes: Uint8Array) => Promise<Uint8Array>;
  /** A place of another account: written from here, never read. */
  readonly vault: { readonly put: (name: string, bytes: Uint8Array) => Promise<void> };
};

/** The vault can't be read from here: that it took the kit is all there is to know. */
export const exportKit = async (world: ExportWorld): Promise<void> => {
  const kit = await gatherKit(world);
  const sealed = await world.seal(kitBytes(kit));
  await world.vault.put(`kits/${anchorName({ at: rfc3339(world.clock.now()) })}.age`, sealed);
  world.log.info('kit-exported', { duties: kit.duties.length, drafts: kit.drafts.length, bytes: sealed.byteLength });
};
