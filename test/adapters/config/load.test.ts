// Decides that every fault of a configuration is refused with file, line, field, what is wrong and what would be right.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedConfiguration } from '#adapters/config/init.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import { problemText } from '#adapters/config/problem.ts';
import { roleNames } from '#core/directory/directory.ts';
import { assetsOf, controllerOf, peopleOf } from '#core/directory/lookup.ts';
import { sourceSettings } from '#core/directory/source-settings.ts';
import { controllerId } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { type Edit, example, loadEdited, now } from './edited.ts';

const controllers = 'directory/controllers.yml';
const assets = 'directory/assets.yml';
const people = 'directory/people.yml';
const roles = 'directory/roles.yml';
const policy = 'policy.yml';

type Refusal = Edit & {
  readonly title: string;
  readonly line: number;
  readonly field: string;
  readonly wrong: string;
  readonly right: string;
};

const refusals: readonly Refusal[] = [
  {
    title: 'a contact without a mail address',
    ...{ file: controllers, from: 'mail: datenschutz@museum-shop.example', to: 'mail: datenschutz' },
    ...{ line: 9, field: 'museum-shop.contacts[0].mail', wrong: 'not a mail address', right: 'write it as name@example.com' },
  },
  {
    title: 'a mail address with a second line in it',
    ...{ file: controllers, from: 'mail: datenschutz@museum-shop.example', to: 'mail: "a@museum-shop.example\\nBcc: b@example.com"' },
    ...{ line: 9, field: 'museum-shop.contacts[0].mail', wrong: 'not a mail address', right: 'write it as name@example.com' },
  },
  {
    title: 'an unknown key, naming the nearest',
    ...{ file: controllers, from: 'onSuspectedTimeout: hold', to: 'on_suspected_timeout: hold' },
    ...{ line: 77, field: 'travel-club.contract.on_suspected_timeout', wrong: 'unknown key', right: 'did you mean onSuspectedTimeout?' },
  },
  {
    title: 'an unknown key that resembles none, naming all',
    ...{ file: 'art33.yml', from: 'baseUrl: http://localhost:3333', to: 'colour: red' },
    ...{ line: 3, field: 'colour', wrong: 'unknown key', right: 'remove it, or use one of: baseUrl, notice' },
  },
  {
    title: 'a missing key, at the line of what lacks it',
    ...{ file: people, from: '  mail: tomke.harms@muster.example\n', to: '' },
    ...{ line: 3, field: 'tomke-harms.mail', wrong: 'missing', right: 'add it: Mail address at work' },
  },
  {
    title: 'a key without a value',
    ...{ file: people, from: 'mail: tomke.harms@muster.example', to: 'mail:' },
    ...{ line: 5, field: 'tomke-harms.mail', wrong: 'empty', right: 'fill it in: Mail address at work' },
  },
  {
    title: 'a number where text belongs',
    ...{ file: people, from: 'name: Tomke Harms', to: 'name: 42' },
    ...{ line: 4, field: 'tomke-harms.name', wrong: 'not a text', right: 'put it in quotes' },
  },
  {
    title: 'a list where text belongs',
    ...{ file: people, from: 'name: Tomke Harms', to: 'name: [Tomke, Harms]' },
    ...{ line: 4, field: 'tomke-harms.name', wrong: 'not a text', right: 'write a text: Name, as colleagues know it' },
  },
  {
    title: 'a word that is none of the list',
    ...{ file: controllers, from: 'language: de', to: 'language: fr' },
    ...{ line: 5, field: 'museum-shop.language', wrong: 'not one of the words that may stand here', right: 'write one of: en, de' },
  },
  {
    title: 'an id with blanks',
    ...{ file: 'processing.yml', from: 'smtp:', to: 'my mail:' },
    ...{ line: 8, field: 'my mail', wrong: 'not an id', right: 'write lower-case letters, digits and hyphens, a letter first' },
  },
  {
    title: 'an unknown time zone',
    ...{ file: controllers, from: 'zone: Europe/Tallinn', to: 'zone: Europe/Talinn' },
    ...{ line: 65, field: 'travel-club.zone', wrong: 'not a time zone', right: 'write an IANA name such as Europe/Berlin' },
  },
  {
    title: 'an offset for a time zone, which knows no summer time',
    ...{ file: 'directory/operator.yml', from: 'zone: Europe/Berlin', to: "zone: '+01:00'" },
    ...{ line: 4, field: 'zone', wrong: 'not a time zone', right: 'write an IANA name such as Europe/Berlin' },
  },
  {
    title: 'a duration with a blank in it',
    ...{ file: controllers, from: 'notice: 24h', to: 'notice: 24 h' },
    ...{ line: 42, field: 'clinic-portal.contract.notice', wrong: 'not a duration', right: 'write it as 30s, 15m, 4h or 2d' },
  },
  {
    title: 'a duration of zero',
    ...{ file: policy, from: 'assessWithin: 4h', to: 'assessWithin: 0h' },
    ...{ line: 5, field: 'assessWithin', wrong: 'no time at all', right: 'write a duration above zero, such as 15m' },
  },
  {
    title: 'a day that does not exist',
    ...{ file: controllers, from: 'verifiedAt: 2025-01-15', to: 'verifiedAt: 2025-02-30' },
    ...{
      line: 70,
      field: 'travel-club.contacts[0].verifiedAt',
      wrong: 'not a date',
      right: 'write it as 2026-03-14 or 2026-03-14T01:59:26Z',
    },
  },
  {
    title: 'a PGP key without its armour',
    ...{ file: controllers, from: '-----BEGIN PGP PUBLIC KEY BLOCK-----', to: 'my key' },
    ...{ line: 46, field: 'clinic-portal.pgp', wrong: 'not an armoured OpenPGP public key' },
    right: 'put the block from BEGIN PGP PUBLIC KEY BLOCK to END, after `pgp: |`',
  },
  {
    title: 'armour around something that is no key',
    ...{ file: controllers, from: 'mDMEawaqTBYJ', to: 'AAAAawaqTBYJ' },
    ...{ line: 46, field: 'clinic-portal.pgp', wrong: 'not an armoured OpenPGP public key' },
    right: 'put the block from BEGIN PGP PUBLIC KEY BLOCK to END, after `pgp: |`',
  },
  {
    title: 'a private key',
    ...{ file: controllers, from: 'BEGIN PGP PUBLIC KEY BLOCK', to: 'BEGIN PGP PRIVATE KEY BLOCK' },
    ...{ line: 46, field: 'clinic-portal.pgp', wrong: 'a private key' },
    right: 'remove it at once, tell its owner, and put the public key',
  },
  {
    title: 'a role that names nobody',
    ...{ file: roles, from: 'management: [greta-vogt]', to: 'management: []' },
    ...{ line: 6, field: 'management', wrong: 'empty' },
    right:
      'fill it in: Who bears the role management: is informed of every incident, and deputises for the incident lead. Ids from people.yml, at least one',
  },
  {
    title: 'a role that is left out',
    ...{ file: roles, from: 'sysop: [tomke-harms]\n', to: '' },
    ...{
      line: 3,
      field: 'sysop',
      wrong: 'missing',
      right: 'add it: Who bears the role sysop: is called first. Ids from people.yml, at least one',
    },
  },
  {
    title: 'a role that names somebody unknown',
    ...{ file: roles, from: '[malik-brandt]', to: '[malik-brant]' },
    ...{ line: 8, field: 'incident-lead[0]', wrong: 'no such person', right: 'did you mean malik-brandt? Ids stand in people.yml' },
  },
  {
    title: 'an asset that names an unknown controller',
    ...{ file: assets, from: 'controllers: [museum-shop]', to: 'controllers: [zoo]' },
    ...{ line: 16, field: 'museum-shop-login.controllers[0]', wrong: 'no such controller', right: 'write an id from controllers.yml' },
  },
  {
    title: 'an asset that names a controller twice',
    ...{ file: assets, from: 'controllers: [museum-shop]', to: 'controllers: [museum-shop, museum-shop]' },
    ...{ line: 16, field: 'museum-shop-login.controllers[1]', wrong: 'controller named twice', right: 'name it once' },
  },
  {
    title: 'a sub-processor that holds an unknown asset',
    ...{ file: 'directory/sub-processors.yml', from: 'assets: [message-archive]', to: 'assets: [message-archiv]' },
    ...{ line: 10, field: 'aws.assets[0]', wrong: 'no such asset', right: 'did you mean message-archive? Ids stand in assets.yml' },
  },
  {
    title: 'a server of mail that is an address',
    ...{ file: 'directory/operator.yml', from: '- mx.muster.example', to: '- mail@muster.example' },
    ...{ line: 16, field: 'mailServers[0]', wrong: 'not a domain', right: 'write it in lower case as example.com' },
  },
  {
    title: 'an identifier that two assets claim',
    ...{ file: assets, from: 'auth0:muster.eu.auth0.com', to: 'auth0:org_museum_shop' },
    ...{ line: 21, field: 'login-tenant.identifiers[0]', wrong: 'already claimed by museum-shop-login' },
    right: 'leave it with the one asset that it names',
  },
  {
    title: 'an id that is written twice',
    ...{ file: people, from: 'jonas-reuter:', to: 'tomke-harms:' },
    ...{ line: 8, field: 'tomke-harms', wrong: 'key written twice', right: 'keep one of the two' },
  },
  {
    title: 'a confirmed notice later than a day',
    ...{ file: policy, from: 'releaseWithin: 4h', to: 'releaseWithin: 25h' },
    ...{
      line: 14,
      field: 'releaseWithin',
      wrong: 'longer than 1 d',
      right: 'write 1 d or less: a confirmed notice goes without undue delay',
    },
  },
  {
    title: 'a confirmed notice later than the own target',
    ...{ file: policy, from: 'ownTarget: 24h', to: 'ownTarget: 3h' },
    ...{ line: 14, field: 'releaseWithin', wrong: 'longer than 3 h', right: 'write 3 h or less: that is ownTarget' },
  },
  {
    title: 'an own target so late that a hold never ends',
    ...{ file: policy, from: 'ownTarget: 24h', to: 'ownTarget: 73h' },
    ...{ line: 21, field: 'ownTarget', wrong: 'longer than 3 d' },
    right: 'write 3 d or less: a hold may last until then where a contract names no hours',
  },
  {
    title: 'an assessment that becomes a suspicion too late',
    ...{ file: policy, from: 'assessWithin: 4h', to: 'assessWithin: 25h' },
    ...{ line: 5, field: 'assessWithin', wrong: 'longer than 1 d', right: 'write 1 d or less: the contract clock starts only then' },
  },
  {
    title: 'an id that would vanish on reading',
    ...{ file: assets, from: 'login-tenant:', to: '__proto__:' },
    ...{ line: 19, field: '__proto__', wrong: 'a key that cannot be read', right: 'choose another' },
  },
  {
    title: 'a hold of more than two hours',
    ...{ file: policy, from: 'atMost: 2h', to: 'atMost: 121m' },
    ...{ line: 19, field: 'hold.atMost', wrong: 'longer than 2 h', right: 'write 2 h or less: only a different person may renew a hold' },
  },
  {
    title: 'a hard limit of more than a day',
    ...{ file: policy, from: 'hardLimit: 24h', to: 'hardLimit: 2d' },
    ...{ line: 12, field: 'decide.hardLimit', wrong: 'longer than 1 d', right: 'write 1 d or less: a suspicion is decided within a day' },
  },
  {
    title: 'a decision that is due after its hard limit',
    ...{ file: policy, from: 'hardLimit: 24h', to: 'hardLimit: 3h' },
    ...{ line: 8, field: 'decide.within', wrong: 'longer than 3 h', right: 'write 3 h or less: that is decide.hardLimit' },
  },
  {
    title: 'deciders that are called after the decision is due',
    ...{ file: policy, from: 'allDecidersAfter: 2h', to: 'allDecidersAfter: 5h' },
    ...{ line: 10, field: 'decide.allDecidersAfter', wrong: 'longer than 4 h', right: 'write 4 h or less: that is decide.within' },
  },
  {
    title: 'a release later than a contract allows',
    ...{ file: controllers, from: 'notice: 24h', to: 'notice: 3h' },
    ...{ line: 14, field: 'releaseWithin', wrong: 'longer than the contract of clinic-portal allows (3 h)', right: 'write 3 h or less' },
  },
  {
    title: 'a call chain with a timeout too few',
    ...{ file: policy, from: '[15m, 30m, 60m, 60m]', to: '[15m, 30m, 60m]' },
    ...{ line: 25, field: 'call.timeouts', wrong: '3 timeouts for 4 roles', right: 'write one duration for each role of call.chain' },
  },
  {
    title: 'a call for grave cases with a timeout too few',
    ...{ file: policy, from: '[15m, 30m, 60m, 60m]', to: '[15m, 30m, 60m, 60m]\n  bySeverity: { high: { timeouts: [5m] } }' },
    ...{ line: 26, field: 'call.bySeverity.high.timeouts', wrong: '1 timeouts for 4 roles' },
    right: 'write one duration for each role of call.chain',
  },
  {
    title: 'a call for grave cases that waits longer than others',
    ...{
      file: policy,
      from: '[15m, 30m, 60m, 60m]',
      to: '[15m, 30m, 60m, 60m]\n  bySeverity: { high: { timeouts: [5m, 31m, 60m, 60m] } }',
    },
    ...{ line: 26, field: 'call.bySeverity.high.timeouts[1]', wrong: 'longer than 30 min' },
    right: 'write 30 min or less: that is its place in call.timeouts',
  },
  {
    title: 'a call for grave cases that wakes the officer, who only advises',
    ...{ file: policy, from: '[15m, 30m, 60m, 60m]', to: '[15m, 30m, 60m, 60m]\n  bySeverity: { high: { together: [dpo] } }' },
    ...{ line: 26, field: 'call.bySeverity.high.together[0]', wrong: 'not one of the words that may stand here' },
    right: 'write one of: sysop, solution-architect, head-of-product, management, incident-lead',
  },
  {
    title: 'a console address with credentials',
    ...{ file: 'art33.yml', from: 'http://localhost:3333', to: 'https://user:word@art33.example.com' },
    ...{ line: 3, field: 'baseUrl', wrong: 'not the address of a console' },
    right: 'write it as https://art33.example.com, without credentials, ? or #',
  },
  {
    title: 'a console address that is no web address',
    ...{ file: 'art33.yml', from: 'http://localhost:3333', to: 'javascript:void' },
    ...{ line: 3, field: 'baseUrl', wrong: 'not the address of a console' },
    right: 'write it as https://art33.example.com, without credentials, ? or #',
  },
  {
    title: 'a list that is no list',
    ...{ file: 'lists.yml', from: 'trusted_networks:', to: 'other: 192.0.2.1\ntrusted_networks:' },
    ...{ line: 5, field: 'other', wrong: 'not a list', right: 'write a list: The entries of one list' },
  },
  {
    title: 'a source whose clock is in no zone',
    ...{ file: 'sources.yml', from: '\n# fail2ban:', to: '\nfail2ban: { zone: Europe/Bonn }\n#' },
    ...{ line: 4, field: 'fail2ban.zone', wrong: 'not a time zone', right: 'write an IANA name such as Europe/Berlin' },
  },
  {
    title: 'a source that may deliver from no network',
    ...{ file: 'sources.yml', from: '\n# fail2ban:', to: '\nfail2ban: { allow: [192.0.2.0/33] }\n#' },
    ...{ line: 4, field: 'fail2ban.allow[0]', wrong: 'not a network', right: 'write it as 192.0.2.0/24 or 2001:db8::/32' },
  },
  {
    title: 'an instant from which a source counts that counts anyway',
    ...{ file: 'sources.yml', from: '\n# fail2ban:', to: '\nfail2ban: { liveFrom: 2026-03-14 }\n#' },
    ...{ line: 4, field: 'fail2ban.liveFrom', wrong: 'without meaning for a source that is live' },
    right: 'write firstConnection: backfill beside it, or remove it',
  },
  {
    title: 'a tab as indentation',
    ...{ file: policy, from: '  within: 4h', to: '\twithin: 4h' },
    ...{ line: 8, field: 'the file', wrong: 'indented with a tab', right: 'indent with blanks' },
  },
  {
    title: 'a second document',
    ...{ file: policy, from: 'decide:', to: '---\ndecide:' },
    ...{ line: 7, field: 'the file', wrong: 'more than one document (---)', right: 'keep one' },
  },
];

/** Where the fault of one file shows in another. */
const shownIn: Readonly<Record<string, string>> = { 'a release later than a contract allows': policy };

describe('loading a configuration', () => {
  it.each(refusals)('refuses $title', async ({ title, file, from, to, line, field, wrong, right }) => {
    const { refused } = await loadEdited({ file, from, to });
    expect(refused).toContainEqual({ file: shownIn[title] ?? file, line, field, wrong, right });
  });

  it('refuses a file that is missing, and says how to get one', async () => {
    const dir = example();
    rmSync(join(dir, 'processing.yml'));
    const loaded = await loadConfiguration(dir, now);
    expect(loaded.ok ? [] : loaded.error.map(problemText)).toEqual([
      `${dir}/processing.yml:1 the file: no such file; write it; \`art33 init DIR\` copies an example`,
    ]);
  });

  it('refuses a file that is empty or not UTF-8', async () => {
    const dir = example();
    writeFileSync(join(dir, 'policy.yml'), '# nothing\n');
    writeFileSync(join(dir, 'lists.yml'), Buffer.from([0x61, 0x3a, 0x20, 0xff]));
    const loaded = await loadConfiguration(dir, now);
    expect(loaded.ok ? [] : loaded.error.map(({ wrong }) => wrong)).toEqual(['not UTF-8 text', 'empty']);
  });

  it('reports the faults of all files at once, in reading order', async () => {
    const { refused } = await loadEdited(
      { file: policy, from: 'releaseWithin: 4h', to: 'releaseWithin: 30h' },
      { file: controllers, from: 'language: de', to: 'language: fr' },
      { file: controllers, from: 'zone: Europe/Tallinn', to: 'zone: Moon' },
      { file: roles, from: '[malik-brandt]', to: '[nobody]' },
    );
    expect(refused.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'directory/controllers.yml:5',
      'directory/controllers.yml:65',
      'directory/roles.yml:8',
      'policy.yml:14',
    ]);
  });

  it('never repeats a value that is refused', async () => {
    const { refused } = await loadEdited({ file: controllers, from: 'mail: datenschutz@museum-shop.example', to: 'mail: hunter2' });
    expect(refused.map(problemText).join()).not.toContain('hunter2');
  });

  it('says a problem in one line', () => {
    const problem = {
      file: 'config/x.yml',
      line: 12,
      field: 'contacts[0].mail',
      wrong: 'not a mail address',
      right: 'write it as name@example.com',
    };
    expect(problemText(problem)).toBe('config/x.yml:12 contacts[0].mail: not a mail address; write it as name@example.com');
  });

  it('warns of a dpo in the call chain', async () => {
    const { refused, warnings } = await loadEdited({ file: policy, from: 'chain: [sysop,', to: 'chain: [dpo,' });
    expect(refused).toEqual([]);
    expect(warnings).toContainEqual(expect.objectContaining({ file: policy, line: 24, field: 'call.chain[0]' }));
  });

  it('warns of a dpo who decides', async () => {
    const { warnings } = await loadEdited({ file: roles, from: '[malik-brandt]', to: '[malik-brandt, ines-falkenrath]' });
    expect(warnings).toContainEqual(expect.objectContaining({ file: roles, line: 8, field: 'incident-lead[1]' }));
  });

  it.each([
    ['verifiedAt: 2026-05-29', []],
    ['verifiedAt: 2026-05-28', ['not verified for more than 180 days']],
    ['verifiedAt: 2027-01-01', ['verified in the future']],
    ['phone: "+49 30 23125 299"', ['never verified']],
  ])('counts 180 days for a contact with %s', async (to, wrong) => {
    const { warnings } = await loadEdited({ file: controllers, from: 'verifiedAt: 2025-01-15', to });
    expect(warnings.map((warning) => warning.wrong)).toEqual(wrong);
  });

  it.each([
    ['art33.yaml', 'did you mean art33.yml?'],
    ['directory/controler.yml', 'did you mean directory/controllers.yml?'],
    ['x.yml', 'remove it, or name it as one of the example'],
  ])('warns of %s, which nobody reads', async (name, right) => {
    const dir = example();
    writeFileSync(join(dir, name), 'a: 1\n');
    const loaded = await loadConfiguration(dir, now);
    expect(loaded.ok && loaded.value.warnings).toContainEqual({
      ...{ file: join(dir, name), line: 1, field: 'the file', wrong: 'is not read', right },
    });
  });

  it('warns of a controller with nobody for a disturbance, unless no service of its is told of', async () => {
    const technical = / {2}technical:\n {4}- name: Platform team\n.*\n.*\n/;
    const dir = example();
    const file = join(dir, controllers);
    writeFileSync(file, readFileSync(file, 'utf8').replace(technical, ''));
    const found = async () => {
      const loaded = await loadConfiguration(dir, now);
      return loaded.ok ? loaded.value.warnings.filter(({ field }) => field.endsWith('technical')).map(({ wrong }) => wrong) : ['refused'];
    };
    expect(await found()).toEqual(['nobody named for a disturbance of a service: its contacts for notices hear of it']);
    const assets = join(dir, 'directory/assets.yml');
    writeFileSync(
      assets,
      readFileSync(assets, 'utf8')
        .replaceAll('capacity: processor\n', 'capacity: processor\n  disturbance: never\n')
        .replace('  disturbance: 5m\n', ''),
    );
    expect(await found()).toEqual([]);
  });

  it('counts 180 days for a technical contact as well', async () => {
    const { warnings } = await loadEdited({
      file: controllers,
      from: 'mail: platform@travel-club.example\n      verifiedAt: 2026-10-12',
      to: 'mail: platform@travel-club.example',
    });
    expect(warnings.filter(({ field }) => field.includes('technical'))).toMatchObject([
      { field: 'travel-club.technical[0].verifiedAt', wrong: 'never verified' },
    ]);
  });

  it.each([
    [
      'policy.yml',
      '  after: 5m',
      '  after: 61m',
      'disturbance.after',
      'longer than 1 h',
      'write 1 h or less: from then on a loss is suspected',
    ],
    [
      'policy.yml',
      '  every: 1h',
      '  every: 2h',
      'disturbance.every',
      'longer than 1 h',
      'write 1 h or less: the mails promise it by the hour',
    ],
    [
      'policy.yml',
      '  suspectAfter: 1h',
      '  suspectAfter: 2h',
      'disturbance.suspectAfter',
      'longer than 1 h',
      'write 1 h or less: from then on a loss is suspected',
    ],
    [
      'directory/assets.yml',
      'disturbance: 5m',
      'disturbance: 2h',
      'message-database.disturbance',
      'longer than 1 h',
      'write 1 h or less: from then on a loss is suspected',
    ],
  ])('refuses in %s a disturbance that is told too late: %s', async (file, from, to, field, wrong, right) => {
    const { refused } = await loadEdited({ file, from, to });
    expect(refused).toMatchObject([{ field, wrong, right }]);
  });

  it('takes an asset that is never told of', async () => {
    const { refused } = await loadEdited({ file: 'directory/assets.yml', from: 'disturbance: 5m', to: 'disturbance: never' });
    expect(refused).toEqual([]);
  });

  it('fills in what a policy leaves out', async () => {
    const dir = example();
    const whole = await loadConfiguration(dir, now);
    writeFileSync(join(dir, 'policy.yml'), 'release: with-confirm\n');
    const short = await loadConfiguration(dir, now);
    expect(short.ok && short.value.configuration.policy).toEqual(whole.ok && whole.value.configuration.policy);
  });

  it.each(['# baseUrl: https://art33.example.com\n', '---\n# nothing\n', ''])(
    'takes an art33.yml without content for none',
    async (text) => {
      const dir = example();
      writeFileSync(join(dir, 'art33.yml'), text);
      const loaded = await loadConfiguration(dir, now);
      expect(loaded.ok && loaded.value.configuration.baseUrl).toBe('http://localhost:3333');
    },
  );

  it('warns of a source that would never call anybody', async () => {
    const { warnings } = await loadEdited({ file: 'sources.yml', from: '\n# auth0:', to: '\nauth0: { firstConnection: backfill }\n#' });
    expect(warnings).toContainEqual(
      expect.objectContaining({ field: 'auth0.firstConnection', wrong: 'calls nobody: every event of this source counts as old' }),
    );
  });

  it('reads the settings of a source, and says what holds without them', async () => {
    const { configuration } = await loadEdited({
      file: 'sources.yml',
      from: '\n# auth0:',
      to: '\nauth0: { expectEvery: 6h, owner: dpo }\n#',
    });
    if (!configuration) throw new Error('refused');
    expect(sourceSettings(configuration, 'auth0')).toEqual({ zone: 'UTC', expectEvery: hours(6), owner: 'dpo', firstConnection: 'live' });
    expect(sourceSettings(configuration, 'sshd')).toEqual({ zone: 'UTC', owner: 'sysop', firstConnection: 'live' });
    expect(sourceSettings({}, 'sshd')).toEqual({ zone: 'UTC', owner: 'sysop', firstConnection: 'live' });
  });

  it('does without art33.yml and lists.yml', async () => {
    const dir = example();
    rmSync(join(dir, 'art33.yml'));
    rmSync(join(dir, 'lists.yml'));
    const loaded = await loadConfiguration(dir, now);
    expect(loaded.ok && loaded.value.configuration.baseUrl).toBe('http://localhost:3333');
  });
});

describe('the shipped example', () => {
  const load = async () => {
    const loaded = await loadConfiguration(shippedConfiguration, now);
    if (!loaded.ok) throw new Error(loaded.error.map(problemText).join('\n'));
    return loaded.value;
  };

  it('loads with exactly one warning: the stale contact', async () => {
    expect((await load()).warnings.map(({ field, wrong }) => `${field}: ${wrong}`)).toEqual([
      'travel-club.contacts[0].verifiedAt: not verified for more than 180 days',
    ]);
  });

  it('fills every role and maps the archive to its three controllers', async () => {
    const { directory } = (await load()).configuration;
    for (const role of roleNames) expect(peopleOf(directory, role).length, role).toBeGreaterThan(0);
    expect(assetsOf(directory, ['arn:aws:s3:::muster-message-archive'])[0]?.controllers).toEqual([
      'museum-shop',
      'clinic-portal',
      'travel-club',
    ]);
    const clinic = controllerOf(directory, controllerId('clinic-portal'));
    expect(clinic?.contract).toEqual({ notice: hours(24), trigger: 'suspected', onSuspectedTimeout: 'send' });
    expect(clinic?.pgp).toContain('BEGIN PGP PUBLIC KEY BLOCK');
    expect(controllerOf(directory, controllerId('museum-shop'))?.contract).toEqual({ trigger: 'suspected', onSuspectedTimeout: 'send' });
  });

  it('carries the terms of the policy as durations', async () => {
    const { configuration, lists } = await load();
    expect(configuration.policy.releaseWithin).toBe(hours(4));
    expect(configuration.policy.call.timeouts).toEqual([minutes(15), minutes(30), hours(1), hours(1)]);
    expect(configuration.notice).toBeUndefined();
    expect(configuration.processing.map(({ recipient }) => recipient)).toEqual(['aws', 'smtp', 'slack', 'jira']);
    expect(lists.get('trusted_networks')).toEqual(['192.0.2.0/28', '2001:db8:33::/48']);
  });
});
