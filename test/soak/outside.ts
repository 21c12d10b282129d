// Decides what the outside does in a soak: mail server, Slack and Jira on loopback, each as slow, deaf or forgetful as the dice say.
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { jiraAccount, openJiraSink } from '../sinks/jira.ts';
import { openSlackSink } from '../sinks/slack.ts';
import type { Taken } from './check/facts.ts';
import type { Dice } from './dice.ts';

/** `fail` and `cut`: not taken. `slow`: taken, answered late. `drop`: taken, and the line broken before the answer. */
export type Misdeed = 'none' | 'slow' | 'fail' | 'cut' | 'drop';

export type Outside = {
  /** What makes the service really send. */
  readonly environment: Readonly<Record<string, string>>;
  readonly taken: readonly Taken[];
  /** Called when a message was taken, before it is answered. */
  readonly onTaken: (then: () => void) => void;
  readonly fair: () => void;
  readonly close: () => Promise<void>;
};

type Weather = { readonly next: () => { readonly misdeed: Misdeed; readonly wait: number }; readonly fair: () => void };

const weather = (roll: Dice): Weather => {
  let fair = false;
  return {
    next: () => {
      // Both are rolled in any case, so that fair weather changes nothing of what follows.
      const misdeed = roll.chance(0.7) ? 'none' : roll.pick<Misdeed>(['slow', 'slow', 'fail', 'cut', 'drop']);
      const wait = 20 + roll.below(600);
      return fair ? { misdeed: 'none', wait: 0 } : { misdeed, wait };
    },
    fair: () => {
      fair = true;
    },
  };
};

const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const bodyOf = async (stream: AsyncIterable<unknown>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

type Note = (message: Omit<Taken, 'at' | 'dropped'>, misdeed: Misdeed) => void;
type Front = {
  readonly behind: string;
  readonly sky: Weather;
  readonly messageOf: (path: string, body: string, answer: string) => Omit<Taken, 'at' | 'dropped'> | undefined;
};

/** What the sink itself says to the same request. */
const askBehind = async (behind: string, request: IncomingMessage, body: string) => {
  const authorization = request.headers['authorization'];
  const answer = await fetch(`${behind}${request.url ?? '/'}`, {
    method: request.method ?? 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    body,
  });
  return { ok: answer.ok, status: answer.status, type: answer.headers.get('content-type') ?? 'text/plain', text: await answer.text() };
};

/** Stands before a sink that keeps the vendor's limits, and misbehaves in its place. */
const openFront = async ({ behind, sky, messageOf }: Front, record: Note) => {
  const takeOver = async (request: IncomingMessage, body: string, misdeed: Misdeed) => {
    const answer = await askBehind(behind, request, body);
    const message = answer.ok ? messageOf(request.url ?? '/', body, answer.text) : undefined;
    if (message) record(message, misdeed);
    return answer;
  };
  const meet = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await bodyOf(request)).toString('utf8');
    const { misdeed, wait } = sky.next();
    if (misdeed === 'cut') return void response.destroy();
    if (misdeed === 'fail') return void response.writeHead(wait % 2 === 0 ? 503 : 429, { 'retry-after': '1' }).end();
    const { status, type, text } = await takeOver(request, body, misdeed);
    if (misdeed === 'drop') return void response.destroy();
    if (misdeed === 'slow') await later(wait);
    response.writeHead(status, { 'content-type': type }).end(text);
  };
  const server = createServer((request, response) => {
    // Whoever died while asking breaks the line: that is what a soak is about.
    meet(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const openMail = async (sky: Weather, record: Note) => {
  let count = 0;
  const cut = (session: SMTPServerSession): void => {
    for (const connection of server.connections) if (connection.id === session.id) connection._socket.destroy();
  };
  const take = async (stream: SMTPServerDataStream, session: SMTPServerSession, answer: (error: Error | null, words?: string) => void) => {
    const bytes = await bodyOf(stream);
    const { misdeed, wait } = sky.next();
    if (misdeed === 'cut') return cut(session);
    if (misdeed === 'fail') return answer(Object.assign(new Error('try again later'), { responseCode: 451 }));
    count += 1;
    const id = `SOAK${count}`;
    record({ sink: 'mail', id, to: session.envelope.rcptTo.map(({ address }) => address), text: bytes.toString('latin1') }, misdeed);
    if (misdeed === 'drop') return cut(session);
    if (misdeed === 'slow') await later(wait);
    answer(null, `Ok: queued as ${id}`);
  };
  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    onData: (stream, session, answer) => {
      take(stream, session, answer).catch(() => cut(session));
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    close: () => {
      for (const connection of server.connections) connection._socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

/** `now` is the hour that the service believes. */
export const openOutside = async (roll: Dice, now: () => number): Promise<Outside> => {
  const taken: Taken[] = [];
  let onTaken: () => void = () => undefined;
  const record: Note = (message, misdeed) => {
    taken.push({ ...message, at: now(), dropped: misdeed === 'drop' });
    onTaken();
  };
  const skies = { mail: weather(roll.branch('mail')), slack: weather(roll.branch('slack')), jira: weather(roll.branch('jira')) };
  const [slack, jira, mail] = [await openSlackSink(), await openJiraSink(), await openMail(skies.mail, record)];
  const slackFront = await openFront(
    { behind: slack.url, sky: skies.slack, messageOf: (_path, body) => ({ sink: 'slack', id: '', to: [], text: body }) },
    record,
  );
  const jiraFront = await openFront(
    {
      behind: jira.url,
      sky: skies.jira,
      messageOf: (path, body, answer) =>
        path === '/rest/api/3/issue' ? { sink: 'ticket', id: (JSON.parse(answer) as { key: string }).key, to: [], text: body } : undefined,
    },
    record,
  );
  return {
    environment: {
      SMTP_URL: mail.url,
      SMTP_RATE: '100',
      SLACK_WEBHOOK_URL: slack.webhook.replace(slack.url, slackFront.url),
      JIRA_URL: jiraFront.url,
      JIRA_MAIL: jiraAccount.mail,
      JIRA_TOKEN: jiraAccount.token,
      JIRA_PROJECT: jiraAccount.project,
    },
    taken,
    onTaken: (then) => {
      onTaken = then;
    },
    fair: () => {
      for (const sky of Object.values(skies)) sky.fair();
    },
    close: async () => {
      await Promise.all([slack, jira, mail, slackFront, jiraFront].map((one) => one.close()));
    },
  };
};
