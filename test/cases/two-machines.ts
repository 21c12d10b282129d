// Decides how a night is told: a house with ten controllers, and another machine that goes on from its kit, with sinks that record.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, expect } from 'vitest';
import { openWith, sealTo } from '#adapters/age/seal.ts';
import type { Configuration, Controller } from '#core/directory/directory.ts';
import { sha256 } from '#core/kernel/hash.ts';
import { controllerId, personId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import type { NightKit } from '#core/register/night-kit.ts';
import { anchorOf } from '#core/register/verify.ts';
import { gatherKit, kitBytes } from '#flow/night-kit.ts';
import { stderrLog } from '#local/log.ts';
import { workOff } from '#local/loops.ts';
import { type NightSettings, type OpenNight, openNight } from '#local/night.ts';
import { serveHere } from '#local/server.ts';
import { localSessions } from '#local/sessions.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { openBrowser } from '../local/browser.ts';
import { type SlackSink, openSlackSink } from '../sinks/slack.ts';
import { type SmtpSink, openSmtpSink } from '../sinks/smtp.ts';

export const ten = Array.from({ length: 10 }, (_, i) => `controller-${i + 1}`);

/** Ten controllers whose data lies in the archive, each with a mailbox of its own. */
export const withTen = (configuration: Configuration): Configuration => {
  const [like] = configuration.directory.controllers.values();
  if (!like) throw new Error('the example has no controller');
  const made = ten.map((id): Controller => {
    const name = fromConfiguration(id);
    return { ...like, id: controllerId(id), name, contacts: [{ ...like.contacts[0]!, mail: `privacy@${id}.example` }] };
  });
  const assets = configuration.directory.assets.map((asset) =>
    asset.identifiers.includes('s3:muster-message-archive') ? { ...asset, controllers: ten.map(controllerId) } : asset,
  );
  const notice = { from: 'notices@muster.example', replyTo: 'desk@muster.example' };
  const controllers = new Map(made.map((one) => [one.id, one]));
  return { ...configuration, notice, directory: { ...configuration.directory, controllers, assets } };
};

/** Of the test that runs: the house, and what the other machine can reach. */
export let h: Harness;
export let home: string;
export let smtp: SmtpSink;
export let slack: SlackSink;
export const nights: OpenNight[] = [];

export const twoMachines = (): void => {
  beforeEach(async () => {
    h = await openHarness({ change: withTen });
    home = mkdtempSync(join(tmpdir(), 'art33-night-'));
    smtp = await openSmtpSink();
    slack = await openSlackSink();
  });
  afterEach(async () => {
    for (const night of nights.splice(0)) night.close();
    await Promise.all([smtp.close(), slack.close()]);
    h.takeMessages();
    h.close();
    rmSync(home, { recursive: true, force: true });
  });
};

/** The kit as one of the two people holds it: sealed by the house, opened by a key of theirs. */
export const kitOf = async (): Promise<{ readonly kit: NightKit; readonly sealed: string }> => {
  const keys = await Promise.all([generateIdentity(), generateIdentity()]);
  const anchors = { latest: async () => anchorOf(await h.entries(), h.clock.now()) };
  const seal = sealTo(await Promise.all(keys.map((key) => identityToRecipient(key))));
  const sealed = await seal(kitBytes(await gatherKit({ ...h.world, anchors })));
  const opened = await openWith(keys[1]!, sealed);
  if (!opened.ok) throw new Error(opened.error);
  return { kit: JSON.parse(new TextDecoder().decode(opened.value)) as NightKit, sealed: sha256(sealed) };
};

export const elsewhere = async (more: Partial<NightSettings> = {}, kit?: Awaited<ReturnType<typeof kitOf>>): Promise<OpenNight> => {
  const night = await openNight({
    dataDir: join(home, 'night'),
    ...(kit ?? (await kitOf())),
    reserve: { url: smtp.url, from: 'notices@reserve.example', replyTo: 'answers@reserve.example' },
    by: personId('malik-brandt'),
    why: 'the house is in other hands',
    distrusted: [],
    letGo: [],
    environment: { SMTP_RATE: '1000' },
    port: 0,
    log: stderrLog('error', () => undefined),
    clock: h.clock,
    ...more,
  });
  nights.push(night);
  return night;
};

/** Somebody sits at the other machine, and signs in there by the link that its start printed. */
export const confirmAt = async ({ node }: OpenNight): Promise<void> => {
  const sessions = localSessions();
  const here = await serveHere({ node, sessions, port: 0, hosts: [] });
  try {
    const browser = await openBrowser(here.port, `/enter?once=${sessions.once}`);
    await browser.post('/who', '/who', { person: 'malik-brandt' });
    for await (const { id } of node.world.ledger.incidents()) {
      const since = new Date(h.clock.now()).toISOString().slice(0, 16);
      const answer = await browser.post(`/incidents/${id}`, `/incidents/${id}/confirm`, {
        since,
        how: 'read in the access log',
        release: 'on',
      });
      expect(answer.status).toBe(303);
    }
  } finally {
    await here.close();
  }
  await workOff(node);
};

export const mailboxes = (): readonly string[] => [...new Set(smtp.mails.flatMap(({ to }) => to))].toSorted();
export const toControllers = () => smtp.mails.filter(({ to }) => to.some((one) => one.startsWith('privacy@')));
export const all = ten.map((id) => `privacy@${id}.example`).toSorted();
export const house = (mailbox: string): boolean => mailbox.endsWith('@muster.example');
