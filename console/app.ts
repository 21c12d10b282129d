// Decides which address shows what: the same app on localhost and in Lambda.
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { type IncidentId, type PersonId, reference } from '#core/kernel/ids.ts';
import type { Entry } from '#core/register/entry.ts';
import { type Verdict, verifyRegister } from '#core/register/verify.ts';
import { type Replayed, chosenFrom, listingOf } from '#flow/quarantine.ts';
import { dueDuties, readState } from '#flow/report.ts';
import { sourceStates } from '#flow/source-state.ts';
import { allDistrusted } from '#flow/trust.ts';
import { addActs } from './acts.ts';
import { addAdvice } from './advice.ts';
import { addDataSubjects, limitUploads } from './data-subjects.ts';
import { addChannels } from './channels.ts';
import { addLooks } from './looks.ts';
import { addParts } from './parts.ts';
import { addRestored } from './restored.ts';
import { addScope } from './scope.ts';
import { addReports } from './reports.ts';
import { viewIncident } from './view-incident.ts';
import type { ConsoleDeps } from './deps.ts';
import { type Env, ownHost, securityHeaders, sessionCookie, signedIn } from './guard.ts';
import { type Html, page } from './layout.ts';
import { readable } from './letter.ts';
import { duePage, incidentsPage } from './pages/incidents.ts';
import { messagePage, outboxPage, registerPage, signalsPage, whoPage } from './pages/house.ts';
import { distrustNotice } from './pages/channels.ts';
import { quarantineView } from './pages/quarantine.ts';
import { html } from 'hono/html';
import { failureOf } from '#flow/failure.ts';

const registerOf = async (deps: ConsoleDeps): Promise<readonly Entry[]> => {
  const entries: Entry[] = [];
  for await (const entry of deps.world.ledger.entries()) entries.push(entry);
  return entries;
};

const addReading = (app: Hono<Env>, deps: ConsoleDeps): void => {
  const view = () => ({ configuration: deps.world.directory.current().configuration, now: deps.world.clock.now() });
  app.get('/', async (c) =>
    c.html(
      page(deps, {
        title: 'Incidents',
        here: '/',
        session: c.var.session,
        body: html`${distrustNotice(await allDistrusted(deps.world))}${incidentsPage(await readState(deps.world.ledger), view())}`,
      }),
    ),
  );
  app.get('/due', async (c) => {
    const state = await readState(deps.world.ledger);
    return c.html(
      page(deps, {
        title: 'Due',
        here: '/due',
        session: c.var.session,
        body: duePage(await dueDuties(deps.world.ledger), state.incidents, view().now),
      }),
    );
  });
  app.get('/incidents/:id', async (c) => {
    const body = await viewIncident(deps, c.req.param('id') as IncidentId, { formToken: c.var.session.formToken });
    return body ? c.html(page(deps, { title: 'Incident', here: '/', session: c.var.session, body })) : c.notFound();
  });
  app.get('/incidents/:id/draft/:controller', async (c) => {
    const incident = await deps.world.ledger.incident(c.req.param('id') as IncidentId);
    const { configuration, now } = view();
    const controller = [...configuration.directory.controllers.values()].find((one) => one.id === c.req.param('controller'));
    if (!incident || !controller || !incident.controllers.includes(controller.id)) return c.notFound();
    const { noticeOf } = await import('#core/notice/notice.ts');
    const notice = noticeOf({ incident, controller, configuration, as: incident.aware ? 'confirmed' : 'suspected', now });
    const body = html`<p class="quiet"><a href="/incidents/${incident.id}">${reference(incident.id)}</a> / draft to ${controller.name}</p><h1>${notice.subject}</h1><pre class="letter">${notice.text}</pre>`;
    return c.html(page(deps, { title: 'Draft', here: '/', session: c.var.session, body }));
  });
};

const addHouse = (app: Hono<Env>, deps: ConsoleDeps): void => {
  app.get('/outbox', async (c) =>
    c.html(page(deps, { title: 'Outbox', here: '/outbox', session: c.var.session, body: outboxPage(await deps.outbox.messages()) })),
  );
  app.get('/outbox/:file', async (c) => {
    const file = c.req.param('file');
    const message = (await deps.outbox.messages()).find((one) => one.file === file);
    const bytes = message && (await deps.outbox.content(file));
    if (!message || !bytes) return c.notFound();
    if (c.req.query('raw') !== undefined) return c.body(new Uint8Array(bytes), 200, { 'Content-Type': 'text/plain; charset=us-ascii' });
    return c.html(
      page(deps, { title: message.subject, here: '/outbox', session: c.var.session, body: messagePage(message, readable(bytes)) }),
    );
  });
  const signals = async (session: Env['Variables']['session'], replayed?: Replayed): Promise<Html> => {
    const { ledger } = deps.world;
    const view = {
      listing: await listingOf(ledger),
      showsRaw: deps.showsRaw === true,
      formToken: session.formToken,
      ...(replayed === undefined ? {} : { replayed }),
    };
    const [intake, states] = await Promise.all([ledger.intake(), sourceStates(deps.world)]);
    const body = signalsPage({ intake, states, quarantine: quarantineView(view), turnedAway: deps.counters.all() });
    return page(deps, { title: 'Signals', here: '/signals', session, body });
  };
  app.get('/signals', async (c) => c.html(await signals(c.var.session)));
  app.post('/quarantine/replay', async (c) => {
    const source = c.var.form['source'] ?? '';
    return c.html(await signals(c.var.session, await deps.replay(await chosenFrom(deps.world.ledger, { source }))));
  });
  const register = async (
    session: Env['Variables']['session'],
    verdictOf: (entries: readonly Entry[]) => Verdict | undefined,
  ): Promise<Html> => {
    const entries = await registerOf(deps);
    return page(deps, {
      title: 'Register',
      here: '/register',
      session,
      body: registerPage(entries.length, verdictOf(entries), session.formToken),
    });
  };
  app.get('/register', async (c) => c.html(await register(c.var.session, () => undefined)));
  app.post('/register/verify', async (c) => c.html(await register(c.var.session, (entries) => verifyRegister(entries, []))));
};

const addSignIn = (app: Hono<Env>, deps: ConsoleDeps): void => {
  app.get('/enter', (c) => {
    const session = deps.sessions.enter(c.req.query('once') ?? '');
    if (!session)
      return c.text(
        'This link was used or is not from this start. Start again for a new one, or use the browser in which you opened it.\n',
        401,
      );
    setCookie(c, sessionCookie, session.id, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return c.redirect('/who');
  });
  app.use('*', signedIn(deps));
  app.get('/who', (c) =>
    c.html(
      page(deps, {
        title: 'Who are you?',
        here: '/who',
        session: c.var.session,
        body: whoPage(deps.world.directory.current().configuration.directory, c.var.session.formToken),
      }),
    ),
  );
  app.post('/who', (c) => {
    const person = c.var.form['person'] as PersonId;
    if (!deps.world.directory.current().configuration.directory.people.has(person))
      return c.text('Nobody of that name is in the directory.\n', 400);
    deps.sessions.choose(c.var.session.id, person);
    return c.redirect('/');
  });
};

export const consoleApp = (deps: ConsoleDeps): Hono<Env> => {
  const app = new Hono<Env>();
  app.use('*', ownHost(deps.hosts), securityHeaders);
  app.get('/style.css', async (c) => c.body((await import('./static.ts')).stylesheet, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.get('/live.js', async (c) =>
    c.body((await import('./static.ts')).liveScript, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  );
  addAdvice(app, deps);
  limitUploads(app);
  addSignIn(app, deps);
  addReading(app, deps);
  addHouse(app, deps);
  addReports(app, deps);
  addChannels(app, deps);
  addLooks(app, deps);
  addParts(app, deps);
  addRestored(app, deps);
  addDataSubjects(app, deps);
  addScope(app, deps);
  addActs(app, deps);
  app.notFound((c) => c.text('There is no such page.\n', 404));
  app.onError((cause, c) => {
    deps.world.log.error('console-fault', failureOf(cause));
    return c.text('That went wrong on our side; nothing was changed. Try again.\n', 500);
  });
  return app;
};
