// Decides who may come in: own Host only, unsafe methods only from our own pages with their form token (D-11).
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { rolesOf } from '#core/directory/lookup.ts';
import type { Actor } from '#core/incident/incident.ts';
import type { ConsoleDeps, Session } from './deps.ts';

export type Env = { Variables: { session: Session; form: Readonly<Record<string, string>> } };

export const sessionCookie = 'art33';

/** DNS rebinding: a page elsewhere may resolve to this machine, but it can't name it as we do. */
export const ownHost =
  (hosts: ReadonlySet<string>): MiddlewareHandler =>
  async (c, next) => {
    if (!hosts.has(c.req.header('host') ?? '')) return c.text('This address is not served here.\n', 421);
    return next();
  };

export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'same-origin');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Cache-Control', 'no-store');
};

const sameOrigin = (c: Context): boolean => {
  const origin = c.req.header('origin');
  if (origin === undefined) return false;
  return origin === `http://${c.req.header('host')}` || origin === `https://${c.req.header('host')}`;
};

/** Constant time in the length of the expected word. */
export const sameWord = (given: string, expected: string): boolean => {
  let differs = given.length ^ expected.length;
  for (let i = 0; i < expected.length; i += 1) differs |= (given.charCodeAt(i % Math.max(given.length, 1)) || 0) ^ expected.charCodeAt(i);
  return differs === 0;
};

/** Fields of a form as text; files and repeats are not ours. */
export const readForm = async (c: Context): Promise<Readonly<Record<string, string>>> => {
  const parsed = await c.req.parseBody();
  return Object.fromEntries(Object.entries(parsed).filter((field): field is [string, string] => typeof field[1] === 'string'));
};

/** A session for everything, and for a POST the form token and our own Origin besides. */
export const signedIn =
  (deps: ConsoleDeps): MiddlewareHandler<Env> =>
  async (c, next) => {
    const session = deps.sessions.find(getCookie(c, sessionCookie));
    if (!session) return c.text('Please open the link that the start printed on the terminal.\n', 401);
    c.set('session', session);
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      const form = await readForm(c);
      if (!sameOrigin(c) || !sameWord(form['token'] ?? '', session.formToken))
        return c.text('This form is not from here, or too old. Go back, reload, and try again.\n', 403);
      c.set('form', form);
    }
    if (session.person === undefined && c.req.path !== '/who') return c.redirect('/who');
    return next();
  };

/** The person behind a session, with the role that counts for what he does. */
export const actorOf = (deps: ConsoleDeps, session: Session): Extract<Actor, { readonly by: 'person' }> | undefined => {
  if (session.person === undefined) return undefined;
  const [role] = rolesOf(deps.world.directory.current().configuration.directory, session.person);
  return { by: 'person', person: session.person, role: role ?? 'none' };
};
