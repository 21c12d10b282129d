// Decides how a recording web server for tests behaves: on loopback, every request kept, and as badly as it is told to.
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Recorded = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};
export type Answer = { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

/**
 * What a sink can do to us. `hang`: no answer. `cut`: reads all, then breaks the line. `late-cut`: does the work, then breaks the line.
 * `half`: begins an answer and breaks off.
 */
export type Misdeed = Answer | 'hang' | 'cut' | 'late-cut' | { readonly half: Answer };

export type HttpSink = {
  readonly url: string;
  readonly requests: readonly Recorded[];
  /** Next requests meet these, in order; then it behaves again. */
  readonly misbehave: (...misdeeds: readonly Misdeed[]) => void;
  readonly close: () => Promise<void>;
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const reply = (response: ServerResponse, answer: Answer): void => {
  response.writeHead(answer.status, { 'content-type': 'text/plain', ...answer.headers });
  response.end(answer.body);
};

const half = (response: ServerResponse, answer: Answer): void => {
  response.writeHead(answer.status, { 'content-length': String(answer.body.length + 100), ...answer.headers });
  response.write(answer.body, () => response.destroy());
};

/** `behave` is the sink's honest work; what it does not do for a refused request, it does not do here either. */
export const openHttpSink = async (behave: (request: Recorded) => Answer): Promise<HttpSink> => {
  const requests: Recorded[] = [];
  let misdeeds: Misdeed[] = [];
  const meet = (request: Recorded, response: ServerResponse): void => {
    const misdeed = misdeeds.shift();
    if (misdeed === 'late-cut') behave(request);
    if (misdeed === undefined) reply(response, behave(request));
    else if (misdeed === 'cut' || misdeed === 'late-cut') response.destroy();
    else if (misdeed !== 'hang' && 'half' in misdeed) half(response, misdeed.half);
    else if (misdeed !== 'hang') reply(response, misdeed);
  };
  const server = createServer((incoming, response) => {
    void bodyOf(incoming).then((body) => {
      const request: Recorded = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers as Readonly<Record<string, string | undefined>>,
        body,
      };
      requests.push(request);
      meet(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    misbehave: (...next) => {
      misdeeds = [...next];
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
