// What may be written of agencies and groups, what is refused of it in words, and what a mailbox of several makes the reader be told.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '#adapters/config/load.ts';
import { controllerId } from '#core/kernel/ids.ts';
import { example, now } from './edited.ts';

const desk = 'contacts: [{ name: Desk, mail: desk@studio.example, verifiedAt: 2026-10-05 }]';
const row = (id: string, more: string): string => `${id}: { name: The ${id}, language: en, zone: Europe/Berlin, ${more} }\n`;
const studio = row('studio', `capacity: processor, ${desk}`);
/** The example's own three stay, so that its assets find them. */
const others = ['museum-shop', 'clinic-portal', 'travel-club'].map((id) =>
  row(id, `contacts: &${id} [{ name: Desk, mail: desk@${id}.example, verifiedAt: 2026-10-05 }], technical: *${id}`),
);

const load = async (controllers: string, asset = '[travel-club]') => {
  const dir = example();
  writeFileSync(join(dir, 'directory/controllers.yml'), `${others.join('')}${controllers}`);
  const one = `box: { name: Box, identifiers: ['s3:box'], dataClasses: [contact], controllers: ${asset} }\n`;
  writeFileSync(join(dir, 'directory/assets.yml'), one);
  writeFileSync(join(dir, 'directory/sub-processors.yml'), '{}\n');
  return loadConfiguration(dir, now);
};
const faults = async (controllers: string): Promise<readonly string[]> => {
  const loaded = await load(controllers);
  return loaded.ok ? [] : loaded.error.map(({ field, wrong, right }) => `${field}: ${wrong}; ${right}`);
};

describe('an agency', () => {
  it('brings its clients, each by itself, where an asset names it, and its contacts for those who have none', async () => {
    const loaded = await load(
      `${studio}${row('bakery', 'through: studio')}${row('florist', `through: studio, contacts: [{ name: Ben, mail: ben@florist.example }]`)}`,
      '[studio, travel-club]',
    );
    if (!loaded.ok) throw new Error('refused');
    const { directory } = loaded.value.configuration;
    expect(directory.assets[0]?.controllers).toEqual(['bakery', 'florist', 'travel-club']);
    const mailOf = (id: string) => directory.controllers.get(controllerId(id))?.contacts.map(({ mail }) => mail);
    expect([mailOf('studio'), mailOf('bakery'), mailOf('florist')]).toEqual([
      ['desk@studio.example'],
      ['desk@studio.example'],
      ['ben@florist.example'],
    ]);
  });

  it('stands for itself where nobody wrote down for whom it works', async () => {
    const loaded = await load(studio, '[studio]');
    expect(loaded.ok && loaded.value.configuration.directory.assets[0]?.controllers).toEqual(['studio']);
  });

  it.each([
    [row('bakery', ''), 'bakery.contacts: nobody to write to; name at least one contact, or with through the agency'],
    [row('bakery', 'through: studios'), 'bakery.through: no such agency; write the id of another controller in this file'],
    [
      row('bakery', `through: bakery, capacity: processor, ${desk}`),
      'bakery.through: no such agency; write the id of another controller in this file',
    ],
    [row('bakery', 'through: travel-club'), 'bakery.through: names one that is no agency; write capacity: processor at travel-club'],
    [
      `${studio}${row('bakery', 'through: studio, capacity: processor')}`,
      'bakery.through: an agency behind an agency; leave it out, and let the one in front pass it on',
    ],
  ])('is refused in words: %s', async (controllers, fault) => {
    expect(await faults(controllers)).toEqual([fault]);
  });
});

describe('one mailbox for several', () => {
  const warned = async (controllers: string): Promise<readonly string[]> => {
    const loaded = await load(controllers);
    return loaded.ok ? loaded.value.warnings.map(({ field, wrong }) => `${field}: ${wrong}`) : ['refused'];
  };
  it('is told, unless each of its notices says for whom it is', async () => {
    expect(await warned(`${row('one', desk)}${row('two', desk.replace('desk@', 'Desk@'))}`)).toEqual([
      'two.contacts[0].mail: the mailbox of one as well',
    ]);
    expect(await warned(`${row('one', `group: All, ${desk}`)}${row('two', `group: All, ${desk}`)}`)).toEqual([]);
    expect(await warned(`${studio}${row('one', 'through: studio')}${row('two', 'through: studio')}`)).toEqual([]);
  });
});
