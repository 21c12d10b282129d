// Decides how the tests use the console as a browser would: a cookie, the form's token, the Origin of the page.
import { type Answer, ask } from './process.ts';

export type Browser = {
  readonly get: (path: string) => Promise<Answer>;
  /** Posts the form of a page, with that page's token. */
  readonly post: (page: string, action: string, fields?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly cookie: string;
  readonly tokenOn: (page: string) => Promise<string>;
};

export const form = (
  fields: Readonly<Record<string, string>>,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});

const tokenIn = (page: string): string => {
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1];
  if (token === undefined) throw new Error('there is no form on this page');
  return token;
};

export const openBrowser = async (port: number, link: string): Promise<Browser> => {
  const entered = await ask(port, link);
  const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
  const get: Browser['get'] = (path) => ask(port, path, { headers: { cookie } });
  const tokenOn = async (page: string): Promise<string> => tokenIn((await get(page)).text);
  return {
    cookie,
    get,
    tokenOn,
    post: async (page, action, fields = {}) => {
      const { headers, body } = form({ ...fields, token: await tokenOn(page) });
      return ask(port, action, { method: 'POST', headers: { ...headers, cookie, origin: `http://localhost:${port}` }, body });
    },
  };
};
