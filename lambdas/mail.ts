// Decides how mail leaves a function: composed by us, sent by SES, its composer loaded when there is one to write (D-23).
import { sesClient, sesMailer } from '#adapters/ses/mailer.ts';
import type { Composer, Mailer } from '#flow/ports.ts';

export const mailOf = (env: { readonly MAIL_CONFIGURATION_SET: string }): { readonly mailer: Mailer; readonly composer: Composer } => ({
  mailer: sesMailer({ client: sesClient(), configurationSet: env.MAIL_CONFIGURATION_SET }),
  composer: {
    compose: async (draft) => {
      const { mimeComposer } = await import('#adapters/mime/composer.ts');
      return mimeComposer.compose(draft);
    },
  },
});
