// Decides how the sinks under contract are opened: the outbox in a fresh folder, the real adapters before a sink on loopback.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '#flow/ports.ts';
import { fileOutbox } from '#adapters/outbox/outbox.ts';
import { blockPayload } from '#adapters/slack/message.ts';
import { issueFields } from '#adapters/jira/issue.ts';
import { instantOf, seconds } from '#core/kernel/time.ts';
import { zero } from './samples.ts';

/** A clock that moves one second with each look: no two messages share a time, and no bucket is ever empty. */
export const tickingClock = (): Clock => {
  let now: number = zero;
  return {
    now: () => {
      now += seconds(1);
      return instantOf(now);
    },
  };
};

/** As the start of a single node wires it. */
export const render = { page: blockPayload, ticket: issueFields };

/** An outbox in a folder of its own; an outage is a file where the folder was. */
export const openOutbox = async () => {
  const home = await mkdtemp(join(tmpdir(), 'art33-outbox-'));
  const folder = join(home, 'outbox');
  const outbox = fileOutbox({ folder, clock: tickingClock(), render });
  await outbox.messages();
  return {
    folder,
    outbox,
    outage: async (away: boolean) => {
      if (away) {
        await rename(folder, `${folder}.aside`);
        await writeFile(folder, '');
      } else {
        await rm(folder);
        await rename(`${folder}.aside`, folder);
      }
    },
    texts: async () => {
      const messages = await outbox.messages();
      return Promise.all(messages.map(async ({ to, file }) => ({ to, bytes: (await outbox.content(file))! })));
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
};
