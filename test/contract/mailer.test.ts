// Decides that every mailer keeps the contract.
import { smtpMailer } from '#adapters/smtp/mailer.ts';
import { smtpServer } from '#adapters/smtp/settings.ts';
import { openSmtpSink } from '#test/sinks/smtp.ts';
import { mailerContract } from './mailer.ts';
import { openOutbox, tickingClock } from './worlds.ts';

mailerContract('the outbox', async () => {
  const { outbox, texts, outage, close } = await openOutbox();
  return { mailer: outbox, arrived: texts, outage, close };
});

mailerContract('SMTP', async () => {
  const sink = await openSmtpSink();
  const away = await openSmtpSink();
  await away.close();
  const open = (url: string) => {
    const server = smtpServer(url);
    if (!server.ok) throw new Error(server.error);
    return smtpMailer({ server: server.value, rate: 50, clock: tickingClock() });
  };
  const [real, gone] = [open(sink.url), open(away.url)];
  let mailer = real;
  return {
    mailer: { send: (...message) => mailer.send(...message) },
    arrived: async () => sink.mails.map(({ to, bytes }) => ({ to: to.join(), bytes })),
    outage: async (isAway) => {
      mailer = isAway ? gone : real;
    },
    close: async () => {
      real.close();
      await sink.close();
    },
  };
});
