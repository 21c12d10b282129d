// Brings the register of a night home: into the store of this machine, or into a deployment.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { takeLock } from '#adapters/embedded/lock.ts';
import { storedKind } from '#adapters/embedded/meta.ts';
import { type PersonId, personId } from '#core/kernel/ids.ts';
import type { Result } from '#core/kernel/result.ts';
import { type Merged, mergeNight } from '#flow/merge-night.ts';
import type { World } from '#flow/ports.ts';
import { stderrLog } from '#local/log.ts';
import { type Node, openNode } from '#local/node.ts';
import { CliFailure, CliUse, configuration, dataDirFor, personOf, print } from './command.ts';
import { findDeployment, operating, placeOf, settingOf } from './deployment.ts';
import type { NightWords } from './night-kit.ts';
import { openTable } from './restore-table.ts';

type Opened = { readonly node: Node; readonly close: () => void };

/** Nobody else may have it: what is merged must stand still. */
const opened = async (dir: string, config: string | undefined): Promise<Opened> => {
  if (!existsSync(join(dir, 'art33.db'))) throw new CliFailure(`${dir} holds no store.`);
  const lock = takeLock(dir);
  if (!lock) throw new CliFailure(`${dir} is in use by a running Art33. Stop it first.`);
  try {
    const inForce = await configuration(config);
    const node = await openNode({ dataDir: dir, inForce: () => inForce, kind: storedKind(dir), environment: {}, log: stderrLog('error') });
    const close = (): void => {
      node.close();
      lock.release();
    };
    return { node, close };
  } catch (cause) {
    lock.release();
    throw cause;
  }
};

type House = { readonly world: World; readonly close: () => void };

const houseOf = async ({ values }: NightWords): Promise<House> => {
  if (values.config === undefined) throw new CliUse('say whose directory and policy: --config DIR.');
  if (values.stage === undefined) {
    const { node, close } = await opened(dataDirFor(values.data), values.config);
    return { world: node.world, close };
  }
  const deployment = await findDeployment(placeOf('night merge', values));
  process.env['AWS_REGION'] = deployment.region;
  const world = await openTable({
    table: settingOf(deployment, 'LEDGER_TABLE'),
    bucket: settingOf(deployment, 'EVIDENCE_BUCKET'),
    shards: Number(settingOf(deployment, 'LEDGER_SHARDS')),
    configuration: (await configuration(values.config)).configuration,
  });
  return { world, close: () => undefined };
};

const tell = ({ values }: NightWords, merged: Merged): void => {
  if (values.json) {
    print(JSON.stringify(merged));
    return;
  }
  const { rows, entries, adopted, roots } = merged;
  for (const row of rows.filter(({ verdict }) => verdict !== 'known'))
    print(`${row.verdict.padEnd(9)}  ${(row.recipient ?? '?').padEnd(20)}  ${row.duty}`);
  print(`${entries} line(s) of the night's register are kept in ours, ${adopted} case(s) that began that night are ours now.`);
  print(`Roots, both kept: house ${roots.house}, night ${roots.night}. Keep the folder of the night too.`);
};

const unwrap = (result: Result<Merged>, dir: string): Merged => {
  if (!result.ok) throw new CliFailure(`${dir}: ${result.error}.`);
  return result.value;
};

export const mergeCommand = async (words: NightWords, folder: string | undefined): Promise<number> => {
  if (folder === undefined || words.values.as === undefined)
    throw new CliUse('say which night and who brings it: art33 night merge NIGHT_DIR --as PERSON --config DIR.');
  const by: PersonId = personId(personOf(words.values.as));
  return operating(async () => {
    const night = await opened(resolve(folder), undefined);
    try {
      const house = await houseOf(words);
      try {
        const { ledger, evidence } = night.node.world;
        tell(words, unwrap(await mergeNight(house.world, { ledger, evidence, journal: night.node.journal }, by), folder));
        return 0;
      } finally {
        house.close();
      }
    } finally {
      night.close();
    }
  });
};
