// Decides that a page keeps within Slack's limits and that no word of it becomes markup.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Safe, fromConfiguration, safe } from '#core/kernel/safe.ts';
import { blockPayload, plainPayload, slackText } from '#adapters/slack/message.ts';
import { samplePage } from '#test/contract/effects.ts';

describe('text for Slack', () => {
  it('escapes the three marks and nothing else', () => {
    expect(slackText('a & b < c > d * _ ~ `', 100)).toBe('a &amp; b &lt; c &gt; d * _ ~ `');
  });

  it('is kept whole up to the limit and cut with a mark beyond it', () => {
    expect(slackText('x'.repeat(150), 150)).toBe('x'.repeat(150));
    expect(slackText('x'.repeat(151), 150)).toBe(`${'x'.repeat(142)} … [cut]`);
  });

  it('is cut neither inside an entity nor inside a character, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('&', '<', '>', '🔥', 'ü', 'a'), maxLength: 300 }),
        fc.integer({ min: 20, max: 200 }),
        (text, limit) => {
          const cut = slackText(text, limit);
          expect(cut.length).toBeLessThanOrEqual(limit);
          expect(cut.isWellFormed()).toBe(true);
          expect(cut.replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[&<>]/);
        },
      ),
    );
  });
});

describe('a page for Slack', () => {
  it('is plain text, a typed link, and no preview', () => {
    expect(blockPayload(samplePage(1))).toEqual({
      text: 'Suspected breach 1\nFor: SysOp\nObjects read from a bucket\nDecide within 4 h\nhttps://art33.example.com/incidents/inc-sample0001',
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Suspected breach 1', emoji: false } },
        { type: 'section', text: { type: 'plain_text', text: 'For: SysOp\nObjects read from a bucket\nDecide within 4 h', emoji: false } },
        {
          type: 'rich_text',
          elements: [
            { type: 'rich_text_section', elements: [{ type: 'link', url: 'https://art33.example.com/incidents/inc-sample0001' }] },
          ],
        },
      ],
    });
  });

  it('has no markup anywhere, in either form', () => {
    const text = JSON.stringify([blockPayload(samplePage(1)), plainPayload(samplePage(1))]);
    expect(text).not.toContain('"mrkdwn"}');
    expect(text).not.toContain('"type":"mrkdwn"');
  });

  it.each(['javascript:alert(1)', 'https://evil.example|Approve', 'https://a.example/<!channel>', 'not a link', ''])(
    'shows %j as words, not as a link',
    (link) => {
      expect(JSON.stringify(blockPayload(samplePage(1, { link: fromConfiguration(link) })).blocks)).not.toContain('"type":"link"');
    },
  );

  it('makes one line of a title', () => {
    const page = samplePage(1, { title: 'one\ntwo' as Safe, to: safe`SysOp` });
    expect(blockPayload(page).blocks?.[0]).toEqual({ type: 'header', text: { type: 'plain_text', text: 'one two', emoji: false } });
  });
});
