// Decides how somebody without an account acts: a known address, a reference and a code typed by hand (D-5, D-11, P-25).
import type { Hono } from 'hono';
import type { Incident } from '#core/incident/incident.ts';
import { goesOnAs } from '#flow/cases.ts';
import { command } from '#flow/change.ts';
import { codeFor, sameCode } from '#flow/code.ts';
import { distrustOf } from '#flow/trust.ts';
import type { ConsoleDeps } from './deps.ts';
import { type Env, readForm } from './guard.ts';
import { page } from './layout.ts';
import { advicePage, codePage } from './pages/advise.ts';
import { byReference } from './parts.ts';

/**
 * The code is the only key: without it a reference opens nothing, and both failures read alike. The code of a case that was merged
 * opens the one that goes on (P-14).
 */
const opened = async (deps: ConsoleDeps, typed: { readonly reference: string; readonly code: string }): Promise<Incident | undefined> => {
  // The code went by mail: whoever holds the mail holds the code (P-13).
  if (await distrustOf(deps.world, 'mail')) return undefined;
  const incident = await byReference(deps, typed.reference);
  if (incident && sameCode(typed.code, codeFor(deps.world, incident.id, 'dpo'))) return goesOnAs(deps.world.ledger.incident, incident);
  deps.counters.count('act: wrong reference or code');
  return undefined;
};

export const addAdvice = (app: Hono<Env>, deps: ConsoleDeps): void => {
  const show = (body: ReturnType<typeof codePage>) => page(deps, { title: 'Advice', here: '/act', body });
  app.get('/act', (c) => c.html(show(codePage())));
  app.post('/act', async (c) => {
    const form = await readForm(c);
    const typed = { reference: form['reference'] ?? '', code: form['code'] ?? '' };
    const incident = await opened(deps, typed);
    if (!incident) return c.html(show(codePage('This reference and code do not belong together.')), 403);
    const text = (form['advice'] ?? '').trim();
    if (text === '') return c.html(show(advicePage(incident, typed, false)));
    const advised = await command(deps.world, incident.id, (_incident, now) => ({ type: 'Advise', at: now, text }));
    return c.html(show(advicePage(advised.ok ? advised.value : incident, typed, advised.ok)));
  });
};
