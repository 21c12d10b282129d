// Decides who is told where the answer is not one company with one desk: an agency, a group, a customer who left, and nobody known (P-15).
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfiguration } from '#adapters/config/load.ts';
import { problemText } from '#adapters/config/problem.ts';
import { isTerminal } from '#core/duty/duty.ts';
import { controllerId, personId } from '#core/kernel/ids.ts';
import { hours, minutes, plus } from '#core/kernel/time.ts';
import { exampleDir } from '#local/configuration.ts';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import { exfiltration, raw, tenHoursLater } from '../flow/raw-events.ts';
import type { Recorded } from '../flow/recorder.ts';

const lead = { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' } as const;

/** As an operator writes it. What happens is of 14 March 2026: twenty days after one contract's end. */
const controllers = `
studio: { name: Studio Nord, capacity: processor, language: de, zone: Europe/Berlin, contacts: [{ name: Desk, mail: desk@studio.example, verifiedAt: 2026-10-05 }] }
bakery: { name: Bakery Anna, through: studio, language: de, zone: Europe/Berlin }
florist: { name: Florist Ben, through: studio, language: de, zone: Europe/Berlin }
joiner: { name: Joiner Cem, through: studio, language: de, zone: Europe/Berlin }
holding-at: &entity { name: Holding AT, group: Holding, language: en, zone: Europe/Vienna, contacts: [{ name: DPO, mail: dpo@holding.example, verifiedAt: 2026-10-05 }] }
holding-ch: { name: Holding CH, group: Holding, language: en, zone: Europe/Zurich, contacts: [{ name: DPO, mail: dpo@holding.example, verifiedAt: 2026-10-05 }] }
holding-de: { name: Holding DE, group: Holding, language: en, zone: Europe/Berlin, contacts: [{ name: DPO, mail: dpo@holding.example, verifiedAt: 2026-10-05 }] }
holding-nl: { name: Holding NL, group: Holding, language: en, zone: Europe/Amsterdam, contacts: [{ name: DPO, mail: dpo@holding.example, verifiedAt: 2026-10-05 }] }
left: { name: Left Ltd, language: en, zone: Europe/Dublin, contacts: [{ name: Owner, mail: owner@left.example, verifiedAt: 2026-10-05 }], customer: { from: 2024-01-01, until: 2026-02-22, dataUntil: 2026-03-24 } }
gone: { name: Gone Ltd, language: en, zone: Europe/Dublin, contacts: [{ name: Owner, mail: owner@gone.example, verifiedAt: 2026-10-05 }], customer: { from: 2024-01-01, until: 2025-02-22, dataUntil: 2025-03-24 } }
newcomer: { name: New Ltd, language: en, zone: Europe/Dublin, contacts: [{ name: Owner, mail: owner@new.example, verifiedAt: 2026-10-05 }], customer: { from: 2026-04-01 } }
`.replace('&entity ', '');
const whose = 'studio, holding-at, holding-ch, holding-de, holding-nl, left, gone, newcomer';

const load = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'art33-whose-'));
  try {
    cpSync(exampleDir, dir, { recursive: true });
    writeFileSync(join(dir, 'directory/controllers.yml'), controllers);
    const assets = readFileSync(join(dir, 'directory/assets.yml'), 'utf8');
    const replaced = assets.replaceAll('[museum-shop, clinic-portal, travel-club]', `[${whose}]`).replaceAll('[museum-shop]', '[bakery]');
    writeFileSync(join(dir, 'directory/assets.yml'), replaced.replaceAll('[museum-shop, clinic-portal]', '[bakery]'));
    const loaded = await loadConfiguration(dir, startedAt);
    if (!loaded.ok) throw new Error(loaded.error.map(problemText).join('\n'));
    return loaded.value.configuration;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
const configuration = await load();

let h: Harness;
beforeEach(async () => {
  h = await openHarness({ change: () => configuration });
  await h.play([exfiltration()]);
  // The vendor updates the finding: a bucket that nobody knows was read as well.
  await h.play([tenHoursLater(exfiltration('lost-bucket', 1))]);
  await h.acknowledge();
  h.takeMessages();
});
afterEach(() => h.close());

const dayLater = ({ source, bytes }: ReturnType<typeof exfiltration>) =>
  raw(source, new TextDecoder().decode(bytes).replaceAll('2026-03-14T', '2026-03-15T'));

const told = (messages: readonly Recorded[]) =>
  messages
    .filter(({ subject }) => subject.startsWith('Noti'))
    .map(({ to, subject, at }) => ({ to, at, subject: subject.replace(/ \[ART33-.*$/, '') }));
const suspicion = 'Notice of a suspected breach, not confirmed';
const everybody = [
  ['desk@studio.example', `${suspicion}: Bakery Anna`],
  ['desk@studio.example', `${suspicion}: Florist Ben`],
  ['desk@studio.example', `${suspicion}: Joiner Cem`],
  ['dpo@holding.example', `${suspicion}: Holding AT`],
  ['dpo@holding.example', `${suspicion}: Holding CH`],
  ['dpo@holding.example', `${suspicion}: Holding DE`],
  ['dpo@holding.example', `${suspicion}: Holding NL`],
  ['owner@left.example', suspicion],
];

describe('agency, group, former customer and unknown tenant', () => {
  it('come to the right recipients, each told once for whom, and to one duty to identify', async () => {
    const identify = (await h.duties('identify-controller')).map(({ state, recipient, deadlineAt }) => ({ state, recipient, deadlineAt }));
    expect(identify).toEqual([{ state: 'SENT', recipient: 'incident-lead', deadlineAt: plus(startedAt, hours(1)) }]);
    await h.release();
    expect(
      told(h.takeMessages())
        .map(({ to, subject }) => [to, subject])
        .toSorted(),
    ).toEqual(everybody);
    await h.fastForward('26h');
    expect(told(h.takeMessages())).toEqual([]);
  });

  it('are told by the clock alone: an agency sooner, for it has to pass it on', async () => {
    await h.fastForward('26h');
    const notices = told(h.takeMessages());
    expect(notices.map(({ to, subject }) => [to, subject]).toSorted()).toEqual(everybody);
    for (const { to, at } of notices) {
      const limit = to === 'desk@studio.example' ? hours(12) : hours(24);
      expect(at, to).toBeGreaterThanOrEqual(plus(startedAt, limit));
      expect(at, to).toBeLessThanOrEqual(plus(plus(startedAt, limit), minutes(1)));
    }
  });
});

describe('a notice to an agency', () => {
  const textTo = async (subject: string): Promise<string> => {
    await h.release();
    const found = h.takeMessages().find((message) => message.subject.includes(subject) && message.to === 'desk@studio.example');
    return (found?.text ?? '').replaceAll('\r', '');
  };

  it('says for which client, through whom, and that it is to be passed on, in both languages', async () => {
    const text = await textTo(': Florist Ben');
    expect(text).toContain('  For: Florist Ben\n  Through: Studio Nord\n');
    expect(text).toContain('What you have to pass on\n  You process these data for the company named after "For".');
    expect(text).toContain('  Für: Florist Ben\n  Über: Studio Nord\n');
    expect(text).toContain('Was Sie weiterzugeben haben\n');
    for (const other of ['Bakery', 'Joiner', 'Holding', 'Left', 'What you may want to prepare', 'Was Sie vorbereiten'])
      expect(text, other).not.toContain(other);
  });

  it('of a client whom nobody knows asks it to find out', async () => {
    await h.act((_incident, at) => ({ type: 'Identify', at, actor: lead, controllers: [controllerId('studio')], reason: 'its login' }));
    const text = await textTo(`${suspicion} [`);
    expect(text).toContain('  For: Studio Nord\n  From:');
    expect(text).toContain('You process these data for clients of your own; which of them are concerned we do not');
    expect(text).not.toContain('named after "For" alone');
  });
});

describe('a notice to a company of a group', () => {
  it('names it and its group, says that it is about it alone, and says nothing of the others', async () => {
    await h.release();
    const text =
      h
        .takeMessages()
        .find(({ subject }) => subject.includes(': Holding CH'))
        ?.text.replaceAll('\r', '') ?? '';
    expect(text).toContain('  For: Holding CH\n  Group: Holding\n');
    expect(text).toContain('This message is about the company named after "For" alone.');
    expect(text).toContain('What you may want to prepare');
    for (const other of ['Holding AT', 'Holding DE', 'Holding NL', 'Bakery']) expect(text).not.toContain(other);
  });
});

describe('data of nobody known', () => {
  it('is asked after until somebody says whose it is: the lead, then the management every hour, and never dropped', async () => {
    await h.fastForward('5h');
    const asked = h.takeMessages().filter(({ subject }) => subject.includes('Identify the controller'));
    expect(asked.filter(({ to }) => to === 'Greta Vogt')).toHaveLength(5);
    expect((await h.duties('identify-controller')).every(({ state }) => !isTerminal(state))).toBe(true);
    await h.act((_incident, at) => ({ type: 'Identify', at, actor: lead, controllers: [controllerId('gone')], reason: 'its own bucket' }));
    expect((await h.duties('identify-controller')).map(({ state, reason }) => [state, reason])).toEqual([['DONE', 'identified']]);
    h.takeMessages();
  });

  it('that comes after the answer is a question of its own', async () => {
    await h.act((_incident, at) => ({ type: 'Identify', at, actor: lead, controllers: [controllerId('gone')], reason: 'its own bucket' }));
    await h.fastForward('2h');
    await h.play([dayLater(exfiltration('another-bucket', 1))]);
    const open = (await h.duties('identify-controller')).filter(({ state }) => !isTerminal(state));
    expect(open.map(({ step, deadlineAt }) => [step, deadlineAt])).toEqual([['2', plus(startedAt, hours(3))]]);
    h.takeMessages();
  });
});
