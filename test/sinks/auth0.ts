// Decides how the log of an Auth0 tenant answers by checkpoint, on loopback: pages in the order of ids, a link to the next, limits and faults on demand.
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault = (answer: ServerResponse) => void;

export const logOf = (n: number) => ({
  date: '2026-11-24T09:00:00.000Z',
  type: 'slo',
  log_id: `9002026112409${String(n).padStart(8, '0')}`,
  _id: `9002026112409${String(n).padStart(8, '0')}`,
  isMobile: false,
  user_agent: 'Chrome 142',
});

export const tenant = async (
  count: number,
  { links = true, fault }: { readonly links?: boolean; readonly fault?: (nth: number) => Fault | undefined } = {},
) => {
  const logs = Array.from({ length: count }, (_, n) => logOf(n + 1));
  const asked: { readonly path: string; readonly authorization: string | undefined }[] = [];
  const server = createServer((request, answer) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization });
    const failing = fault?.(asked.length);
    if (failing) {
      failing(answer);
      return;
    }
    const url = new URL(request.url ?? '', 'http://x');
    const from = url.searchParams.get('from') ?? '';
    const page = logs.filter((log) => log.log_id > from).slice(0, Number(url.searchParams.get('take')));
    const next = new URL(url);
    next.searchParams.set('from', page.at(-1)?.log_id ?? from);
    answer.setHeader('content-type', 'application/json; charset=utf-8');
    answer.setHeader('x-ratelimit-remaining', '9');
    if (links) answer.setHeader('link', `<http://${request.headers.host}${next.pathname}${next.search}>; rel="next"`);
    answer.end(JSON.stringify(page));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    logs,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export const answering =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Fault =>
  (answer) => {
    answer.writeHead(status, headers);
    answer.end(body);
  };
