// Decides that every ticket desk keeps the contract.
import { jiraDesk } from '#adapters/jira/ticket-desk.ts';
import { jiraAccount, openJiraSink } from '#test/sinks/jira.ts';
import { ticketDeskContract } from './ticket-desk.ts';
import { openOutbox, tickingClock } from './worlds.ts';

ticketDeskContract('the outbox', async () => {
  const { outbox, texts, outage, close } = await openOutbox();
  return { desk: outbox, tickets: async () => (await texts()).map(({ bytes }) => Buffer.from(bytes).toString('utf8')), outage, close };
});

ticketDeskContract('Jira', async () => {
  const sink = await openJiraSink();
  const away = await openJiraSink();
  await away.close();
  const open = (base: string) => {
    const desk = jiraDesk({ base, ...jiraAccount, clock: tickingClock() });
    if (!desk.ok) throw new Error(desk.error);
    return desk.value;
  };
  const [real, gone] = [open(sink.url), open(away.url)];
  let desk = real;
  return {
    desk: { find: (...asked) => desk.find(...asked), open: (...ticket) => desk.open(...ticket) },
    tickets: async () => sink.issues.map(({ fields }) => JSON.stringify(fields)),
    outage: async (isAway) => {
      desk = isAway ? gone : real;
    },
    close: sink.close,
  };
});
