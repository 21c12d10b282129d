// Decides which configuration is in force: the newest of the bundled and the pushed one, looked at again at most once a minute (D-29).
import { type Duration, type Instant, between, minutes } from '#core/kernel/time.ts';
import { failureOf } from '#flow/failure.ts';
import type { Clock, DirectoryPort, Log } from '#flow/ports.ts';
import { type Deployed, decode } from './deployed.ts';

type InForce = ReturnType<DirectoryPort['current']>;

/** A directory that may have changed since the last invocation; some hold more than the port asks for. */
export type LiveDirectory<Held extends InForce = InForce> = { readonly current: () => Held; readonly refresh?: () => Promise<void> };

export type LiveSettings<Held extends InForce = InForce> = {
  readonly bundled: Deployed;
  /** What was pushed, unless it is still the one of that ETag. */
  readonly read: (unlessEtag: string | undefined) => Promise<{ readonly text: string; readonly etag: string } | 'unchanged' | undefined>;
  /** Throws where the rules are refused. What was deployed beside the function was checked by the same code; what was pushed was not. */
  readonly inForceOf: (deployed: Deployed, checked: boolean) => Held;
  readonly clock: Clock;
  readonly log: Log;
};

/** The console and the duties follow a push within two minutes: this, and the time of an invocation. */
const lookEvery: Duration = minutes(1);

export const liveDirectory = <Held extends InForce>(settings: LiveSettings<Held>): LiveDirectory<Held> => {
  const { bundled, read, inForceOf, clock, log } = settings;
  /** Nothing: the bundled one, made when it is asked for; where a newer one was pushed it never is. */
  let held: Held | undefined;
  let lookedAt: Instant | undefined;
  let etag: string | undefined;

  /** One bad document keeps the whole last good set. */
  const take = (text: string): void => {
    try {
      const pushed = decode(text);
      const isNewer = pushed.madeAt > bundled.madeAt;
      held = isNewer ? inForceOf(pushed, false) : undefined;
      log.info('directory-taken', { pushed: isNewer });
    } catch (cause) {
      log.error('directory-refused', failureOf(cause));
    }
  };

  return {
    current: () => {
      held ??= inForceOf(bundled, true);
      return held;
    },
    refresh: async () => {
      const now = clock.now();
      if (lookedAt !== undefined && between(lookedAt, now) < lookEvery) return;
      lookedAt = now;
      try {
        const found = await read(etag);
        if (found === undefined || found === 'unchanged') return;
        etag = found.etag;
        take(found.text);
      } catch (cause) {
        log.warn('directory-unread', failureOf(cause));
      }
    },
  };
};
