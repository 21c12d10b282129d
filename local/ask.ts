// Decides how a command talks to the running process: HTTP over the socket in the data directory.
import { request } from 'node:http';
import { StartRefused } from './refused.ts';

/** GET or POST; the answer is JSON. */
export const askRunning = <T>(
  socketPath: string,
  ask: { readonly path: string; readonly method?: string; readonly body?: unknown },
): Promise<T> =>
  new Promise((resolve, reject) => {
    const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
    const asked = request(
      {
        socketPath,
        path: ask.path,
        method: ask.method ?? 'GET',
        headers: { host: 'localhost', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(JSON.parse(Buffer.concat(parts).toString('utf8')) as T);
          else reject(new StartRefused(`the running Art33 answered ${answer.statusCode}`));
        });
      },
    );
    asked.on('error', () =>
      reject(new StartRefused(`${socketPath}: the folder is in use, but the process that holds it does not answer here.`)),
    );
    asked.end(body);
  });
