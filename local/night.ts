// Decides how a night is worked on another machine: its store begun once from the kit, mail by the reserve sender, the console for whoever sits here (P-13).
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listsFile } from '#adapters/config/schema/processing.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { type Lock, takeLock } from '#adapters/embedded/lock.ts';
import { storedKind } from '#adapters/embedded/meta.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { type PersonId, incidentSubject } from '#core/kernel/ids.ts';
import { unpacked } from '#core/kernel/packed.ts';
import { safe } from '#core/kernel/safe.ts';
import type { NightKit } from '#core/register/night-kit.ts';
import { readerOf } from '#core/signal/generic/reader.ts';
import { sourcesOf } from '#core/signal/sources.ts';
import { beginNight, houseMailboxes } from '#flow/night.ts';
import type { Clock, Log, World } from '#flow/ports.ts';
import { isHeld, letGo } from '#flow/restore.ts';
import { type Channel, turnTrust } from '#flow/trust.ts';
import { exampleDir, mappingsFor, ruleDirsFor } from './configuration.ts';
import { type InForce, type Node, openNode } from './node.ts';
import { StartRefused } from './refused.ts';
import { type Reserve, hostOf } from '#adapters/smtp/reserve.ts';
import type { Environment } from './sinks.ts';

export type NightSettings = {
  readonly dataDir: string;
  readonly kit: NightKit;
  /** SHA-256 of the kit as it was sealed. */
  readonly sealed: string;
  readonly reserve: Reserve;
  readonly by: PersonId;
  readonly why: string;
  readonly distrusted: readonly Channel[];
  /** Of what may have left before: all of it, or these duties; whoever says so asked the controllers, or would rather tell twice. */
  readonly letGo: 'all' | readonly string[];
  readonly environment: Environment;
  readonly port: number;
  readonly log: Log;
  /** For tests. */
  readonly clock?: Clock;
  readonly onWake?: () => void;
};

const refuse = (message: string): never => {
  throw new StartRefused(message);
};

/** Nobody who holds the house can be reached by a link or an answer. */
const atNight = (house: Configuration, { reserve, port }: NightSettings): Configuration => ({
  ...house,
  notice: { from: reserve.from, replyTo: reserve.replyTo },
  baseUrl: safe`http://localhost:${port}`,
});

/** The rules that ship: what the house added to them reads streams that do not come here. */
const inForceOf = async (configuration: Configuration): Promise<InForce> => {
  const [{ documents }, { mappings }] = await Promise.all([readRuleDocuments(ruleDirsFor(exampleDir)), mappingsFor(exampleDir)]);
  const { set } = compileRules(documents, new Map(Object.entries(listsFile.parse({}))));
  return { configuration, rules: set, sources: sourcesOf(mappings.map(readerOf)) };
};

const objectionTo = ({ reserve, by, distrusted }: NightSettings, house: Configuration): string | undefined => {
  if (!house.directory.people.has(by)) return `--as ${by}: there is nobody of that id in the kit.`;
  if (distrusted.includes('aws') && /(^|\.)amazonaws\.com$/.test(hostOf(reserve)))
    return 'the reserve sender stands with AWS, and aws is distrusted. Give another: SMTP_URL and --from.';
  return undefined;
};

const markIn = (dataDir: string): string => join(dataDir, 'night.json');

/** The kit that the store was begun from, written when all of it was in there. */
const begunFrom = (dataDir: string): string | undefined => {
  try {
    return String((JSON.parse(readFileSync(markIn(dataDir), 'utf8')) as { readonly sealed?: unknown }).sealed);
  } catch {
    return undefined;
  }
};

const mark = (dataDir: string, sealed: string): void => {
  const beside = `${markIn(dataDir)}.tmp`;
  writeFileSync(beside, `${JSON.stringify({ v: 1, sealed })}\n`, { mode: 0o600, flush: true });
  renameSync(beside, markIn(dataDir));
};

/** Whether the store goes on; one that was left half begun has sent nothing and is begun again. */
const goesOn = ({ dataDir, sealed }: NightSettings): boolean => {
  const known = begunFrom(dataDir);
  if (known === sealed) return true;
  if (known !== undefined) return refuse(`${dataDir} holds the night of another kit. Give this one another folder: --data DIR.`);
  const store = join(dataDir, 'art33.db');
  if (!existsSync(store)) return false;
  if (storedKind(dataDir) !== 'night') return refuse(`${dataDir} holds another store. Give the night a folder of its own: --data DIR.`);
  for (const end of ['', '-wal', '-shm']) rmSync(`${store}${end}`, { force: true });
  return false;
};

const letAllGo = async (world: World, { letGo: which, by }: NightSettings): Promise<number> => {
  let gone = 0;
  for await (const { id } of world.ledger.incidents())
    for (const duty of await world.ledger.dutiesOf(incidentSubject(id)))
      if (isHeld(duty) && (which === 'all' || which.includes(duty.id)) && (await letGo(world, duty, by)).ok) gone += 1;
  return gone;
};

const held = async (world: World): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const { id } of world.ledger.incidents())
    ids.push(...(await world.ledger.dutiesOf(incidentSubject(id))).filter(isHeld).map((duty) => duty.id));
  return ids;
};

export type OpenNight = {
  readonly node: Node;
  /** Notices that wait until somebody knows whether the house sent them. */
  readonly held: readonly string[];
  readonly letGone: number;
  readonly close: () => void;
};

const closeBoth = (node: Node, lock: Lock): void => {
  node.close();
  lock.release();
};

const begin = async (world: World, settings: NightSettings): Promise<Pick<OpenNight, 'held' | 'letGone'>> => {
  const { kit, sealed, by, why, distrusted, dataDir } = settings;
  const all = [...new Set([...(kit.seed.distrusted as readonly Channel[]), ...distrusted])];
  if (begunFrom(dataDir) === undefined) {
    await beginNight(world, { kit, sealed, by, why, distrusted: all });
    mark(dataDir, sealed);
  } else for (const channel of distrusted) await turnTrust(world, { channel, trust: false, actor: `person:night:${by}`, reason: why });
  const letGone = await letAllGo(world, settings);
  return { held: await held(world), letGone };
};

/** Opens the night's world, begun or gone on with. Throws StartRefused in words for people. */
export const openNight = async (settings: NightSettings): Promise<OpenNight> => {
  const { dataDir, kit, reserve, environment, log, clock, onWake } = settings;
  const house = unpacked(JSON.parse(kit.seed.configuration)) as Configuration;
  const objection = objectionTo(settings, house);
  if (objection !== undefined) return refuse(objection);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock: Lock = takeLock(dataDir) ?? refuse(`${dataDir} is in use by a running Art33. Stop it first.`);
  try {
    goesOn(settings);
    const inForce = await inForceOf(atNight(house, settings));
    const node = await openNode({
      dataDir,
      inForce: () => inForce,
      kind: 'night',
      environment: { ...environment, SMTP_URL: reserve.url },
      mailWay: { reserve: { isHouse: houseMailboxes(house) } },
      log,
      ...(clock === undefined ? {} : { clock }),
      ...(onWake === undefined ? {} : { onWake }),
    });
    try {
      return { node, ...(await begin(node.world, settings)), close: () => closeBoth(node, lock) };
    } catch (cause) {
      node.close();
      throw cause;
    }
  } catch (cause) {
    lock.release();
    throw cause;
  }
};
