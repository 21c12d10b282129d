// Decides how a test looks at the console with a real Chromium, and what it writes down meanwhile: every request, every complaint.
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { root } from '#test/local/process.ts';

/** Where Debian puts it; bin/peers.js made sure that it is there. */
const executablePath = '/usr/bin/chromium';

/** No sandbox, because a container's root may have none; and no name but ours leads anywhere. */
export const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
    ],
  });

export type Watched = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Every GET, in order. */
  readonly read: string[];
  /** Hosts that were asked for anything. */
  readonly hosts: Set<string>;
  /** What the console of the browser said, what failed to load, what was answered with an error. */
  readonly complaints: string[];
};

export const watch = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> => {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  context.setDefaultTimeout(10_000);
  const hosts = new Set<string>();
  const complaints: string[] = [];
  const read: string[] = [];
  context.on('request', (request) => {
    if (request.method() === 'GET') read.push(request.url());
    const { protocol, host } = new URL(request.url());
    // The empty icon stands in the page itself.
    if (protocol !== 'data:') hosts.add(host);
  });
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`);
  });
  return { context, page: await context.newPage(), read, hosts, complaints };
};

/** For people to look at afterwards. */
export const shot = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: join(root, 'test/peers/shots', `${name}.png`), fullPage: true });
};

/** How far the page is wider than the window, in CSS pixels. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
