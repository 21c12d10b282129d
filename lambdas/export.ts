// Comes every night: what people need when nothing of ours can be trusted leaves, sealed, for another account (P-13).
import { type ExportWorld, exportKit } from '#flow/night-kit.ts';
import { configurationAt } from './directory.ts';
import { exportEnv, readEnv } from './env.ts';
import { ledgerOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { inBucket } from './s3.ts';
import { clock, opened } from './world.ts';

const env = readEnv(exportEnv);
const log = jsonLog('export');
const open = opened('export', log, async () => ({
  ledger: ledgerOf(env),
  directory: await configurationAt(import.meta.url, env, log),
}));

const anchors = inBucket(env.ANCHOR_BUCKET, async () => (await import('#adapters/s3/anchors.ts')).s3Anchors);

/** Heavy, and all of it: loaded at the first use (D-23). The vault is in a region of its own. */
const outside = async (): Promise<Pick<ExportWorld, 'anchors' | 'seal' | 'vault'>> => {
  const [{ inS3 }, { s3Vault }, { sealTo }] = await Promise.all([
    import('./in-s3.ts'),
    import('#adapters/s3/vault.ts'),
    import('#adapters/age/seal.ts'),
  ]);
  return {
    anchors: await anchors(),
    seal: sealTo(env.KIT_RECIPIENTS.split(',')),
    vault: s3Vault({ client: inS3.client({ region: env.VAULT_REGION }), bucket: env.VAULT_BUCKET }),
  };
};

export const handler = shell(log, async () => {
  const { ledger, directory } = await open();
  await exportKit({ ledger, directory, clock, log, ...(await outside()) });
});
