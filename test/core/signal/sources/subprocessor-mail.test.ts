// Holds what each mail of a sub-processor is: what it says, who vouches for whom, when it arrived, and which case it belongs to.
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subprocessorMail } from '#core/signal/sources/subprocessor-mail.ts';
import { anyText } from '../any-text.ts';
import { eventsIn, factsOf, json, line, read, sample, told } from '../reading.ts';

const only = (file: string) => {
  const [event, second] = eventsIn(subprocessorMail, `subprocessor-mail/${file}`);
  if (!event || second) throw new Error(`${file} is not one event`);
  return event;
};

type Row = readonly [says: string, from: string | undefined, aligned: boolean, at: string];
const noon = '2026-03-14T12:00:00Z';
const friday = '2026-03-13T22:00:05Z';
const [auth0, aws] = ['notices@auth0.sub-processors.example', 'notices@aws.sub-processors.example'];

const files: Readonly<Record<string, Row>> = {
  'advisory-german.eml': ['advisory', aws, true, friday],
  'advisory.eml': ['advisory', aws, true, friday],
  'bare.txt': ['incident', undefined, false, noon],
  'breach-german-latin1.eml': ['fact', aws, true, friday],
  'breach-html-only.eml': ['fact', aws, true, friday],
  'breach-verified.eml': ['fact', auth0, true, friday],
  'follow-up.eml': ['fact', auth0, true, friday],
  'forged-dkim-fails.eml': ['fact', auth0, false, '2026-03-14T02:10:00Z'],
  'forged-own-results.eml': ['fact', auth0, false, '2026-03-14T02:11:00Z'],
  'forwarded.eml': ['fact', 'office@muster.example', false, noon],
  'letter-as-pdf.eml': ['unclear', aws, true, friday],
  'maintenance-german.eml': ['other', aws, true, friday],
  'newsletter.eml': ['other', 'news@slack.example', true, friday],
  'no-server-vouches.eml': ['incident', 'notices@slack.example', false, noon],
  'rotation.eml': ['rotation', aws, true, friday],
  'ses-base64.json': ['fact', auth0, true, friday],
  'ses.json': ['fact', auth0, true, friday],
  'signed-by-another.eml': ['incident', 'phisher@example.net', true, noon],
  'two-senders.eml': ['incident', undefined, false, noon],
  'unclear-french.eml': ['unclear', aws, true, friday],
  'webinar-on-breaches.eml': ['unclear', 'sales@example.org', false, noon],
};

describe('a mail of a sub-processor', () => {
  it.each(Object.entries(files))('%s is read', (file, row) => {
    const event = only(file);
    const facts = told(subprocessorMail, event) as { sender: { address?: string; aligned: boolean }; at: string; kind: string };
    expect([subprocessorMail.vendorEvent(event)['says'], facts.sender.address, facts.sender.aligned, facts.at]).toEqual(row);
    expect(facts.kind).toBe(row[0] === 'other' ? 'housekeeping' : 'report');
  });

  it('has a row for every sample', () => {
    expect(readdirSync(new URL('../../../../events/subprocessor-mail/', import.meta.url)).toSorted()).toEqual(
      Object.keys(files).toSorted(),
    );
  });

  it('is one with its follow-ups, and another than a mail in its name', () => {
    const thread = (file: string) => factsOf(subprocessorMail, only(file)).finding;
    expect(thread('follow-up.eml')).toBe(thread('breach-verified.eml'));
    expect(thread('forged-dkim-fails.eml')).not.toBe(thread('breach-verified.eml'));
    expect([thread('bare.txt')]).toEqual(factsOf(subprocessorMail, only('bare.txt')).identity);
  });

  it('is the same by whichever way it came, and when it comes again', () => {
    const { identity } = factsOf(subprocessorMail, only('breach-verified.eml'));
    for (const file of ['ses.json', 'ses-base64.json']) expect(factsOf(subprocessorMail, only(file)).identity).toEqual(identity);
    const again = new TextDecoder()
      .decode(sample('subprocessor-mail/breach-verified.eml'))
      .replace(/^Return-Path.*\r\n/, 'Received: from b by c\r\n');
    expect(factsOf(subprocessorMail, line(again)).identity).toEqual(identity);
  });

  it('is not taken for seen because somebody knew its Message-ID before', () => {
    const earlier =
      'From: notices@auth0.sub-processors.example\nSubject: hello\nMessage-ID: <20260313.breach.1@auth0.sub-processors.example>\n\nhello';
    expect(factsOf(subprocessorMail, line(earlier)).identity).not.toEqual(factsOf(subprocessorMail, only('breach-verified.eml')).identity);
  });

  it('keeps its words to itself: no fact holds any of them', () => {
    const facts = JSON.stringify(factsOf(subprocessorMail, only('breach-verified.eml')));
    for (const word of ['unauthorised', 'passwords', 'tenant', 'Security', 'read']) expect(facts).not.toContain(word);
  });

  it.each([
    ['a line of a log', line('Mar 14 02:59:26 relay-1 sshd[1]: hello')],
    ['an object', json({ says: 'fact' })],
    ['a notification without its content', json({ notificationType: 'Received', receipt: {} })],
    ['a content that is no mail', json({ receipt: {}, content: 'aGVsbG8=' })],
    ['nothing', line('')],
  ])('is not %s', (_, event) => {
    expect(told(subprocessorMail, event)).toEqual({ refused: 'body' });
    expect([subprocessorMail.recognises(event), subprocessorMail.vendorEvent(event)]).toEqual([false, {}]);
  });

  it('throws on no input: samples, changed at any place', () => {
    const samples = Object.keys(files).map((file) => new TextDecoder().decode(sample(`subprocessor-mail/${file}`)));
    const changed = fc
      .tuple(fc.constantFrom(...samples), fc.nat(3_000), fc.nat(40), anyText(20))
      .map(([text, from, length, put]) => `${text.slice(0, from)}${put}${text.slice(from + length)}`);
    fc.assert(
      fc.property(changed, (text) => {
        read(subprocessorMail, line(text));
        subprocessorMail.recognises(line(text));
        subprocessorMail.vendorEvent(line(text));
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (content, receipt) => {
        read(subprocessorMail, json({ content, receipt }));
        read(subprocessorMail, json(content));
      }),
    );
  });
});
