// Holds what a report in somebody's own words is: whose, by form or by mail, and that a form is a report whatever it says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceReader } from '#core/signal/signal.ts';
import { controllerReport, personReport, publicReport } from '#core/signal/sources/report.ts';
import { anyText } from '../any-text.ts';
import { eventsIn, factsOf, json, line, read, sample, told } from '../reading.ts';

const readers: readonly SourceReader[] = [personReport, controllerReport, publicReport];

describe('a report', () => {
  it.each([
    [personReport, 'cli.json', 'report', 'report', { id: 'tomke-harms', type: 'person' }],
    [personReport, 'console.json', 'report', 'report', { id: 'selin-aydin', type: 'person' }],
    [controllerReport, 'hotline.json', 'report', 'report', { id: 'K. Beispiel', type: 'caller' }],
    [controllerReport, 'mail.eml', 'fact', 'report', { id: 'datenschutz@museum-shop.example', type: 'mail' }],
    [publicReport, 'hotline.json', 'report', 'report', { id: 'A. Person', type: 'caller' }],
    [publicReport, 'breach.eml', 'incident', 'report', { id: 'person@example.org', type: 'mail' }],
    [publicReport, 'researcher.eml', 'incident', 'report', { id: 'r@example.net', type: 'mail' }],
    [publicReport, 'german.eml', 'incident', 'report', { id: 'b@example.org', type: 'mail' }],
    [publicReport, 'unclear.eml', 'unclear', 'report', { id: 'c@example.org', type: 'mail' }],
    [publicReport, 'request.eml', 'other', 'housekeeping', { id: 'd@example.org', type: 'mail' }],
  ])('$name: %s', (reader, file, says, kind, actor) => {
    const [event] = eventsIn(reader, `${reader.name}/${file}`);
    if (!event) throw new Error(file);
    expect(reader.vendorEvent(event)['says']).toBe(says);
    expect(told(reader, event)).toMatchObject({ kind, actor, outcome: 'unknown', marks: [] });
    expect(readers.filter((one) => one.recognises(event))).toEqual([reader]);
  });

  it.each([
    ['auto-replied', 'I am away until Monday.', 'other'],
    ['auto-replied; owner-email="x"', 'Could not be delivered.', 'other'],
    // What is grave is grave, whoever sends it.
    ['auto-replied', 'There was a data breach in our shop.', 'fact'],
    ['auto-generated', 'Please call us.', 'unclear'],
    ['no', 'Please call us.', 'unclear'],
  ])('by a program (%s: %s) is %s', (submitted, text, says) => {
    const mail = line(`From: a@example.org\nTo: privacy@muster.example\nSubject: Re: x\nAuto-Submitted: ${submitted}\n\n${text}`);
    expect(publicReport.vendorEvent(mail)['says']).toBe(says);
  });

  const form = { report: 'controller', id: 'f1', by: 'selin-aydin', callback: '+49 30 23125 300', controller: 'museum-shop', text: 'x' };

  it('names the controller that the person who took it down named, and arrives when it comes', () => {
    expect(told(controllerReport, json(form))).toMatchObject({
      identifiers: ['controller:museum-shop'],
      actor: { id: '+49 30 23125 300', type: 'caller' },
      at: '2026-03-14T12:00:00Z',
    });
    expect(factsOf(controllerReport, json({ report: 'controller', text: 'x' }))).not.toHaveProperty('actor');
  });

  it('is the same when its form comes again, and another with any other word', () => {
    const of = (more: object) => factsOf(controllerReport, json({ ...form, ...more })).identity;
    expect(of({})).toEqual(of({ controller: 'travel-club' }));
    for (const more of [{ id: 'f2' }, { text: 'y' }, { by: 'other' }, { callback: '+49 30 23125 301' }])
      expect(of(more)).not.toEqual(of({}));
  });

  it('arrives with the mail, not with its date', () => {
    const [event] = eventsIn(publicReport, 'public-report/breach.eml');
    expect(event && told(publicReport, event)).toMatchObject({ at: '2026-03-14T03:00:00Z', identifiers: [] });
  });

  it.each([
    ['without words', json({ ...form, text: ' ' }), 'text'],
    ['with words of another kind', json({ ...form, text: ['x'] }), 'text'],
    ['of somebody else', json({ ...form, report: 'public' }), 'body'],
    ['that is a line', line('help'), 'body'],
    ['that is a list', json([form]), 'body'],
  ])('is refused %s', (_, event, field) => {
    expect(told(controllerReport, event)).toEqual({ refused: field });
  });

  it('throws on no input', () => {
    const mail = new TextDecoder().decode(sample('public-report/german.eml'));
    const event = fc.oneof(
      fc
        .record({
          report: fc.constantFrom('person', 'controller', 'public', 7),
          text: fc.jsonValue(),
          by: fc.jsonValue(),
          controller: fc.jsonValue(),
        })
        .map(json),
      fc.jsonValue().map(json),
      fc.tuple(fc.nat(500), anyText(20)).map(([at, put]) => line(`${mail.slice(0, at)}${put}${mail.slice(at)}`)),
    );
    fc.assert(
      fc.property(event, (event) => {
        for (const reader of readers) {
          read(reader, event);
          reader.recognises(event);
          reader.vendorEvent(event);
        }
      }),
      { numRuns: 300 },
    );
  });
});
