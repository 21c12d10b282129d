// Decides how mail leaves a function: composed by us, sent by SES, its composer loaded when there is one to write (D-23).
import { sharedTurns } from '#adapters/dynamodb/turns.ts';
import type { TableSettings } from '#adapters/dynamodb/client.ts';
import { tokenBucket } from '#adapters/http/pace.ts';
import { sesClient, sesMailer } from '#adapters/ses/mailer.ts';
import { type Duration, durationOf } from '#core/kernel/time.ts';
import type { Composer, Mailer } from '#flow/ports.ts';
import { clock } from './world.ts';

type MailEnv = { readonly MAIL_CONFIGURATION_SET: string; readonly MAIL_RATE: number };

/** Ten of these and their mails fit into one invocation. */
const patience: Duration = durationOf(2_000);

/** The rate is the account's: whoever sends mail books its turn in the one table that all of them have. */
export const mailOf = (env: MailEnv, table: TableSettings): { readonly mailer: Mailer; readonly composer: Composer } => ({
  mailer: sesMailer({
    client: sesClient(),
    configurationSet: env.MAIL_CONFIGURATION_SET,
    turn: tokenBucket({ port: 'mailer', perSecond: env.MAIL_RATE, clock, patience, book: sharedTurns(table, 'ses') }),
  }),
  composer: {
    compose: async (draft) => {
      const { mimeComposer } = await import('#adapters/mime/composer.ts');
      return mimeComposer.compose(draft);
    },
  },
});
