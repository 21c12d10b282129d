// Decides whether a person with a real browser can do at night what must be done: sign in, take an incident, confirm it, see the clocks.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readable } from '#console/letter.ts';
import { liveScript } from '#console/static.ts';
import { askRunning } from '#local/ask.ts';
import { cleanUp, freshFolder, start } from '#test/local/process.ts';
import { type Watched, openChromium, overhang, shot, watch } from './real-browser.ts';

type State = {
  readonly incidents: readonly { readonly id: string; readonly controllers: readonly string[] }[];
  readonly messages: readonly { readonly to: string; readonly incident: string; readonly file: string }[];
};

const data = freshFolder();
let origin = '';
let link = '';
let chromium: Browser;
let desk: Watched;
/** The pages of the two incidents: the bucket that was read out, the account that was broken into. */
let bucket = '';
let account = '';
let paths: readonly string[] = [];

const state = (): Promise<State> => askRunning<State>(join(data, 'sock'), { path: '/state' });
const incidentOf = async (controllers: number): Promise<string> =>
  `/incidents/${(await state()).incidents.find((one) => one.controllers.length === controllers)?.id}`;
const signedIn = () => desk.context.storageState();

beforeAll(async () => {
  const running = start(['--data', data, '--port', '0']);
  [link = '', origin = ''] = await running.said(/(http:\/\/localhost:\d+)\/enter\?once=\S+/);
  await vi.waitUntil(async () => (await state()).messages.length === 18, { timeout: 20_000, interval: 100 });
  [bucket, account] = [await incidentOf(3), await incidentOf(1)];
  paths = ['/', '/due', '/outbox', '/signals', '/register', '/who', '/act', bucket, account];
  chromium = await openChromium();
  desk = await watch(chromium, { viewport: { width: 1280, height: 900 } });
});
afterAll(async () => {
  await chromium?.close();
  await cleanUp();
});

describe('a person at a desk', () => {
  it('signs in with the link and a name', async () => {
    const { page } = desk;
    await page.goto(link);
    await shot(page, '1-who');
    await page.getByRole('radio', { name: /Malik Brandt/ }).check();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Incidents' }).waitFor();
    expect(await page.getByRole('banner').textContent()).toContain('Malik Brandt');
    await shot(page, '2-incidents');
  });

  it('takes an incident, reads a draft, confirms, and sees the state and the clocks', async () => {
    const { page } = desk;
    await page.locator(`a[href="${bucket}"]`).click();
    await shot(page, '3-incident');
    await page.getByRole('button', { name: /^Take it/ }).click();
    expect(await page.getByRole('button', { name: /^Take it/ }).count()).toBe(0);
    expect(await page.getByText('Taken by a person').count()).toBe(1);

    await page.getByRole('link', { name: 'Read draft' }).first().click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(
      /^Notice of a suspected breach, not confirmed \[ART33-\w{8}\]$/,
    );
    await shot(page, '4-draft');
    await page.goBack();

    expect(await page.getByRole('button', { name: /^Release/ }).count(), 'a notice needs a second step').toBe(0);
    await page.getByText('Confirm the breach').click();
    expect(await page.getByLabel(/^Since when/).inputValue()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
    await page.getByLabel(/^How did it become certain/).fill('The access log shows reads from outside.');
    await shot(page, '5-confirm');
    await page.getByRole('button', { name: /^Confirm/ }).click();

    await page.getByText('Confirmed breach').first().waitFor();
    const clocks = page.getByRole('table').first();
    expect(await clocks.locator('.clock').count()).toBeGreaterThanOrEqual(3);
    expect(await clocks.textContent()).toMatch(/in \d+ ?h/);
    await shot(page, '6-confirmed');
  });

  it('sees what somebody else did, without a reload', async () => {
    const here = await watch(chromium, { storageState: await signedIn() });
    await here.page.clock.install();
    await here.page.goto(origin + account);
    await desk.page.goto(origin + account);
    await desk.page.getByRole('button', { name: /^Take it/ }).click();
    await desk.page.getByText('Taken by a person').waitFor();
    await here.page.clock.fastForward(16_000);
    await here.page.getByText('Taken by a person').waitFor();
    expect(await here.page.locator('#stale').count()).toBe(0);
    expect(here.complaints).toEqual([]);
    await here.context.close();
  });

  it.each([
    ['a line of text', '<input name="a" value="as it was">', 'input'],
    ['a box', '<input type="checkbox" name="a">', 'box'],
    ['a box that is ticked from the first', '<input type="checkbox" name="a" checked>', 'box'],
    ['a choice', '<input type="radio" name="a" value="1"><input type="radio" name="a" value="2">', 'box'],
    ['a list', '<select name="a"><option>1</option><option>last</option></select>', 'list'],
    [
      'a list that offers its second word',
      '<select name="a"><option>1</option><option selected>2</option><option>last</option></select>',
      'list',
    ],
    ['a file', '<input type="file" name="a">', 'file'],
  ])('holds up no news by %s that nobody touched, and does by one that somebody did', async (_, field, kind) => {
    const here = await watch(chromium);
    await here.page.setContent(`<main><form>${field}</form></main>`);
    await here.page.addScriptTag({ content: liveScript });
    const isWriting = () => here.page.evaluate<boolean>('document.activeElement?.blur(), writing()');
    expect(await isWriting()).toBe(false);
    const first = here.page.locator('[name=a]').first();
    if (kind === 'input') await first.fill('');
    if (kind === 'box') await first.click();
    if (kind === 'list') await first.selectOption('last');
    if (kind === 'file') await first.setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('id') });
    expect(await isWriting()).toBe(true);
    await here.context.close();
  });

  it('is told when no more news comes, and when it comes again', async () => {
    const here = await watch(chromium, { storageState: await signedIn() });
    await here.page.clock.install();
    await here.page.goto(origin);
    await here.context.setOffline(true);
    await here.page.clock.fastForward(16_000);
    await here.page.getByText('Art33 gave no news.').waitFor();
    await shot(here.page, '7-desk-stale');
    await here.context.setOffline(false);
    await here.page.clock.fastForward(16_000);
    await here.page.getByText('Art33 gave no news.').waitFor({ state: 'detached' });
    await here.context.close();
  });

  it('loses nothing that it is writing to the look for news', async () => {
    const here = await watch(chromium, { storageState: await signedIn() });
    await here.page.clock.install();
    await here.page.goto(origin + account);
    await here.page.getByText('Refute the suspicion').click();
    await here.page.getByLabel(/^Evidence/).fill('half a sentence');
    await here.page.getByText('Refute the suspicion').click();
    await here.page.clock.fastForward(46_000);
    expect(here.read.filter((url) => url === origin + account)).toHaveLength(1);
    expect(await here.page.getByLabel(/^Evidence/).inputValue()).toBe('half a sentence');
    await here.context.close();
  });

  it('reads every page', async () => {
    for (const [i, path] of paths.entries()) {
      await desk.page.goto(origin + path);
      await desk.page.getByRole('heading', { level: 1 }).waitFor();
      await shot(desk.page, `7-desk-${i}${path.split('/')[1] || 'front'}`);
    }
    await desk.page.goto(`${origin}/outbox`);
    await desk.page.getByRole('table').getByRole('link').first().click();
    await desk.page.locator('.letter').waitFor();
    await shot(desk.page, '7-desk-message');
    expect(await overhang(desk.page)).toBe(0);
  });

  it('leaves the browser without a complaint and asks nobody but this house', () => {
    expect(desk.complaints).toEqual([]);
    expect([...desk.hosts]).toEqual([new URL(origin).host]);
  });
});

describe('the data protection officer, who has no account', () => {
  it('opens the incident with the code of the mail, reads as long as it takes, and puts advice on record', async () => {
    const mail = (await state()).messages.find(
      (one) => one.to === 'dpo@muster.example' && one.incident === (bucket.split('/').at(-1) ?? ''),
    );
    const text = readable(readFileSync(mail?.file ?? ''));
    const officer = await watch(chromium);
    await officer.page.clock.install();
    await officer.page.goto(`${origin}/act`);
    await officer.page.getByLabel('Reference').fill(/ART33-\w{8}/.exec(text)?.[0] ?? '');
    await officer.page.getByLabel(/^Code/).fill(/[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}/.exec(text)?.[0] ?? '');
    await officer.page.getByRole('button', { name: 'Open' }).click();
    await officer.page.getByText('Controllers affected').waitFor();
    await officer.page.clock.fastForward(46_000);
    await officer.page.getByLabel('Your advice').fill('Tell them now; more follows in phases.');
    await shot(officer.page, '9-officer');
    await officer.page.getByRole('button', { name: 'Put on record' }).click();
    await officer.page.getByText('Your advice is on record.').waitFor();
    expect(officer.read.filter((url) => url === `${origin}/act`)).toHaveLength(1);
    expect(officer.complaints).toEqual([]);
    await officer.context.close();
  });
});

describe('a person without JavaScript', () => {
  it('verifies the register and refutes, told what is missing', async () => {
    const plain = await watch(chromium, { storageState: await signedIn(), javaScriptEnabled: false });
    await plain.page.goto(`${origin}/register`);
    await plain.page.getByRole('button', { name: 'Verify now' }).click();
    expect(await plain.page.locator('.ok').textContent()).toMatch(/^Self-consistent/);
    await plain.page.goto(origin + account);
    await plain.page.getByText('Refute the suspicion').click();
    await plain.page.getByLabel(/^Evidence/).fill('The sign-in was the controller’s own test; logs of the night cover it.');
    await plain.page.getByRole('button', { name: 'Refute' }).click();
    await plain.page.getByText('Suspicion refuted').waitFor();
    expect(plain.complaints).toEqual([]);
    expect([...plain.hosts]).toEqual([new URL(origin).host]);
    await plain.context.close();
  });
});

describe('a person with a phone', () => {
  it.each(['light', 'dark'] as const)('scrolls no page sideways, in %s', async (colorScheme) => {
    const phone = await watch(chromium, { storageState: await signedIn(), viewport: { width: 390, height: 844 }, colorScheme });
    for (const [i, path] of paths.entries()) {
      await phone.page.goto(origin + path);
      await phone.page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      await shot(phone.page, `8-phone-${colorScheme}-${i}${path.split('/')[1] || 'front'}`);
      expect(await overhang(phone.page), path).toBe(0);
    }
    await phone.page.goto(`${origin}/outbox`);
    await phone.page.getByRole('table').getByRole('link').first().click();
    await phone.page.waitForLoadState();
    await shot(phone.page, `8-phone-${colorScheme}-message`);
    expect(await overhang(phone.page), 'a message').toBe(0);
    expect(phone.complaints).toEqual([]);
    await phone.context.close();
  });
});
