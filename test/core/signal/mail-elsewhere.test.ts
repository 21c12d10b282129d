// Holds that our reading of a mail is that of a parser of others: sender, subject and words, mail by mail of our samples.
import { readdirSync } from 'node:fs';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { mailOf } from '#core/signal/mail.ts';
import { splitBatch } from '#core/signal/split.ts';
import { sample } from './reading.ts';

const folders = ['subprocessor-mail', 'controller-report', 'public-report'];
const files = folders.flatMap((folder) =>
  readdirSync(new URL(`../../../events/${folder}/`, import.meta.url))
    .filter((name) => /\.(?:eml|txt)$/.test(name))
    .map((name) => `${folder}/${name}`),
);

const ours = (path: string) => {
  const split = splitBatch({ recognises: () => false }, sample(path));
  return split.ok && split.value[0] ? mailOf(split.value[0]) : undefined;
};
const theirs = (path: string) => PostalMime.parse(sample(path));
const words = (text = ''): string => text.replace(/\s+/g, ' ').trim();

/** Where we mean to differ. */
const ambiguous = 'subprocessor-mail/two-senders.eml';
const withoutPlainText = 'subprocessor-mail/breach-html-only.eml';
const forwarded = 'subprocessor-mail/forwarded.eml';

describe('a mail', () => {
  it('is there in every folder', () => {
    expect(folders.filter((folder) => !files.some((file) => file.startsWith(folder)))).toEqual([]);
  });

  it.each(files)('%s has the subject that others read', async (path) => {
    expect(ours(path)?.subject).toBe((await theirs(path)).subject);
  });

  it.each(files.filter((path) => path !== ambiguous))('%s has the sender that others read', async (path) => {
    expect(ours(path)?.sender.address).toBe((await theirs(path)).from?.address);
  });

  it('with two senders has the first for others, and none for us', async () => {
    expect((await theirs(ambiguous)).from?.address).toBe('notices@auth0.sub-processors.example');
    expect(ours(ambiguous)?.sender.address).toBeUndefined();
  });

  it.each(files.filter((path) => path !== forwarded && path !== withoutPlainText))('%s says what others read', async (path) => {
    const text = words((await theirs(path)).text);
    expect(text).not.toBe('');
    // Of a mail in two forms we read both: they may say different things.
    expect(words(ours(path)?.text)).toContain(text);
  });

  it('in HTML alone has words for us, and none for others', async () => {
    expect((await theirs(withoutPlainText)).text).toBeUndefined();
    expect(words(ours(withoutPlainText)?.text)).toContain('customer data were disclosed to an unauthorised party');
  });

  it('that is forwarded says what the one inside says, without its header', async () => {
    const said = 'personal data were accessed';
    expect(words((await theirs(forwarded)).text)).toContain(said);
    expect(words(ours(forwarded)?.text)).toContain(said);
  });
});
