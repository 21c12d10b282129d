// Decides where the audit's heartbeat goes on AWS: into our own log, and outside to the address in the secret of the sinks.
import type { Clock, Heartbeat, Log } from '#flow/ports.ts';
import { readSinks, usable } from './sinks.ts';
import { secretsOf } from './secrets.ts';

/** Our own alarm hears the line (a metric filter counts it). That AWS itself is down, only somebody outside can tell (I-42). */
export const heartbeatOf = (env: { readonly SINKS_SECRET: string }, clock: Clock, log: Log): Heartbeat => {
  const secrets = secretsOf(clock);
  return {
    beat: async () => {
      log.info('heartbeat');
      const url = (await readSinks(secrets, env.SINKS_SECRET))['ART33_HEARTBEAT'];
      if (url === undefined) return log.warn('heartbeat-nowhere');
      const { heartbeatTo } = await import('#adapters/http/heartbeat.ts');
      await usable('heartbeat', heartbeatTo({ url, clock })).beat();
    },
  };
};
