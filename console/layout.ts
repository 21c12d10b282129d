// Decides how every page looks from outside: head, navigation, who is signed in.
import { html } from 'hono/html';
import { personOf } from '#core/directory/lookup.ts';
import type { ConsoleDeps, Session } from './deps.ts';

export type Html = ReturnType<typeof html>;

const link = (path: string, name: string, here: string): Html =>
  html`<a href="${path}" ${here === path ? html`aria-current="page"` : ''}>${name}</a>`;

const navigation = (here: string, takesReports: boolean): Html => html`<nav aria-label="Main">
  ${link('/', 'Incidents', here)} ${link('/due', 'Due', here)} ${link('/outbox', 'Outbox', here)} ${link('/signals', 'Signals', here)} ${link('/register', 'Register', here)} ${takesReports ? link('/report', 'Report', here) : ''}
</nav>`;

const whoIsThere = (deps: ConsoleDeps, session: Session | undefined): Html => {
  const person = session?.person && personOf(deps.world.directory.current().configuration.directory, session.person);
  return person ? html`<a class="who" href="/who">${person.name}</a>` : html``;
};

/**
 * A whole page. Everything in a hole is escaped by the template. Without a session (the officer's code) it leads nowhere else, and
 * looks for no news: the answer to a form can't be fetched again.
 */
export const page = (
  deps: ConsoleDeps,
  view: { readonly title: string; readonly here: string; readonly session?: Session; readonly body: Html },
): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${view.title} · Art33</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
${view.session === undefined ? '' : html`<script src="/live.js" defer></script>`}
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header><a class="brand" href="/">Art33</a>${view.session === undefined ? '' : navigation(view.here, deps.reports !== undefined)}${whoIsThere(deps, view.session)}</header>
${deps.banner === undefined ? '' : html`<p class="banner" role="note">${deps.banner}</p>`}
<main id="main">${view.body}</main>
<footer>Times are UTC. Accounts and addresses of signals appear under handles of their case.</footer>
</body>
</html>`;
