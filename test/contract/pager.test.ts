// Decides that every pager keeps the contract.
import { slackPager } from '#adapters/slack/pager.ts';
import { openSlackSink, wordsOf } from '#test/sinks/slack.ts';
import { pagerContract } from './pager.ts';
import { openOutbox, tickingClock } from './worlds.ts';

pagerContract('the outbox', async () => {
  const { outbox, texts, outage, close } = await openOutbox();
  return { pager: outbox, arrived: async () => (await texts()).map(({ bytes }) => Buffer.from(bytes).toString('utf8')), outage, close };
});

pagerContract('Slack', async () => {
  const sink = await openSlackSink();
  const away = await openSlackSink();
  await away.close();
  const open = (webhook: string) => {
    const pager = slackPager({ webhook, clock: tickingClock() });
    if (!pager.ok) throw new Error(pager.error);
    return pager.value;
  };
  const [real, gone] = [open(sink.webhook), open(away.webhook)];
  let pager = real;
  return {
    pager: { page: (...message) => pager.page(...message) },
    arrived: async () => sink.posts.map(wordsOf),
    outage: async (isAway) => {
      pager = isAway ? gone : real;
    },
    close: sink.close,
  };
});
