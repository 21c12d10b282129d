// Decides whether the console lets those who decide widen, narrow, confirm and withdraw, and shows what would be sent before it is (P-14).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lineOf } from '../flow/harness.ts';
import { withdrawalNotice } from '../flow/lines.ts';
import { exfiltration, stuffing } from '../flow/raw-events.ts';
import { type Console, openConsole } from './console.ts';

let c: Console;
let path = '';
const begin = async (events = [exfiltration()]): Promise<void> => {
  c = await openConsole();
  c.as('malik-brandt');
  await c.h.play(events);
  path = `/incidents/${(await c.h.incident()).id}`;
  c.h.takeMessages();
};
beforeEach(() => begin());
afterEach(() => c.close());

const evidence = 'The access log of that hour is whole and names the other two alone.';
const act = async (name: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> => {
  const answer = await c.post(`${path}/${name}`, fields);
  await c.h.work();
  return answer;
};
const mails = (): readonly string[] =>
  c.h
    .takeMessages()
    .map(lineOf)
    .filter((line) => /Noti|Withdrawal/.test(line));

describe('the form that narrows', () => {
  it('takes those off that are chosen, tells why, and lists them as not affected', async () => {
    await act('release');
    expect(mails()).toHaveLength(3);
    expect((await act('narrow', { 'controller:museum-shop': 'on', 'controller:travel-club': 'on', reason: evidence })).status).toBe(303);
    expect((await c.h.incident()).controllers).toEqual(['clinic-portal']);
    expect(mails().toSorted()).toEqual([withdrawalNotice('museum-shop'), withdrawalNotice('travel-club')].toSorted());
    const page = await c.get(path);
    expect(page).toContain('<h3>No longer counted as affected here</h3>');
    expect(page).toContain(evidence);
    expect(page).toContain('A controller found to be not affected');
  });

  it('says what is missing', async () => {
    const refused = await act('narrow', { 'controller:museum-shop': 'on', reason: 'no idea' });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('at least 20 characters');
    expect(await (await act('narrow', { reason: evidence })).text()).toContain('Name at least one controller');
  });

  it('shows the withdrawal to whoever was told, as it would leave, before anything is decided', async () => {
    const draft = `${path}/withdrawal/museum-shop?why=not-affected`;
    expect(await c.get(path)).not.toContain('/withdrawal/');
    expect((await c.ask(draft)).status).toBe(404);
    await act('release');
    expect(await c.get(path)).toContain(draft);
    const before = await c.h.incident();
    const shown = await c.get(draft);
    expect(await c.h.incident()).toEqual(before);
    c.h.takeMessages();
    await act('narrow', { 'controller:museum-shop': 'on', reason: evidence });
    const [mail] = c.h.takeMessages().filter((message) => message.subject.startsWith('Withdrawal'));
    const written = mail?.text.slice(mail.text.indexOf('Withdrawal of our notice of a suspected breach\n')).trim() ?? 'nothing left';
    expect(shown.replaceAll(/\s+/g, ' ')).toContain(written.replaceAll(/\s+/g, ' '));
    expect((await c.ask(draft)).status).toBe(404);
    for (const nobody of [`${path}/withdrawal/nobody`, '/incidents/inc-none/withdrawal/museum-shop'])
      expect((await c.ask(nobody)).status).toBe(404);
  });
});

describe('the form that widens', () => {
  it('offers those of the directory who are not named yet, and adds who is chosen', async () => {
    c.close();
    await begin([...stuffing('org_museum_shop')]);
    const page = await c.get(path);
    const form = page.slice(page.indexOf(`action="${path}/widen"`));
    expect([...form.slice(0, form.indexOf('</form>')).matchAll(/name="controller:([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'clinic-portal',
      'travel-club',
    ]);
    expect((await act('widen', { 'controller:travel-club': 'on', reason: 'its rows are in it' })).status).toBe(303);
    expect((await c.h.incident()).controllers).toEqual(['museum-shop', 'travel-club']);
  });

  it('knows nobody whom the directory does not', async () => {
    expect((await act('widen', { 'controller:nobody': 'on', reason: 'a hunch' })).status).toBe(409);
  });

  it('is not there where everybody is named', async () => {
    expect(await c.get(path)).not.toContain(`action="${path}/widen"`);
  });
});

describe('the question which of them are affected', () => {
  it('names those who share it, until it is answered', async () => {
    expect(await c.get(path)).toContain('Which of those that share it are affected?');
    expect((await act('scope', { reason: 'all three were exported' })).status).toBe(303);
    expect(await c.get(path)).not.toContain('Which of those that share it are affected?');
    expect((await c.h.duties('narrow')).map((duty) => duty.state)).toEqual(['DONE']);
  });
});

describe('the form that withdraws', () => {
  it('is there as long as a word holds, in a refuted case too', async () => {
    expect(await c.get(path)).not.toContain(`action="${path}/withdraw"`);
    await act('release');
    await act('refute', { evidence });
    expect(await c.get(path)).toContain(`action="${path}/withdraw"`);
    c.h.takeMessages();
    expect((await act('withdraw', { reason: evidence })).status).toBe(303);
    expect(mails()).toHaveLength(3);
    const page = await c.get(path);
    expect(page).not.toContain(`action="${path}/withdraw"`);
    expect(page).toContain('withdrawal: sent');
    expect(page).toContain('(withdrawal)</option>');
  });
});

describe('whoever may not decide', () => {
  it('is refused, and nothing changes', async () => {
    await act('release');
    c.h.takeMessages();
    c.as('tomke-harms');
    const before = await c.h.incident();
    for (const name of ['widen', 'narrow', 'scope', 'withdraw'])
      expect((await act(name, { 'controller:museum-shop': 'on', reason: evidence })).status, name).toBe(409);
    expect(await c.h.incident()).toEqual(before);
    expect(mails()).toEqual([]);
  });
});
