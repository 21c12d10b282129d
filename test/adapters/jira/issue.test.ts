// Decides that an issue keeps within Jira's limits, as text nodes only.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Safe, fromConfiguration, safe } from '#core/kernel/safe.ts';
import { descriptionOf, labelOf, summaryOf } from '#adapters/jira/issue.ts';
import { sampleTicket } from '#test/contract/effects.ts';

const raw = (text: string): Safe => text as Safe;

describe('an issue', () => {
  it('has its link first, then one paragraph per line', () => {
    expect(descriptionOf(sampleTicket(1, { lines: [safe`First`, safe``, raw('Second\nThird')] }))).toEqual({
      type: 'doc',
      version: 1,
      content: [
        {
          type: 'paragraph',
          content: [
            {
              type: 'text',
              text: 'https://art33.example.com/incidents/inc-sample0001',
              marks: [{ type: 'link', attrs: { href: 'https://art33.example.com/incidents/inc-sample0001' } }],
            },
          ],
        },
        { type: 'paragraph', content: [{ type: 'text', text: 'First' }] },
        { type: 'paragraph', content: [{ type: 'text', text: 'Second' }] },
        { type: 'paragraph', content: [{ type: 'text', text: 'Third' }] },
      ],
    });
  });

  it('takes wiki markup, mentions and macros as words', () => {
    const attack = '[~admin] {code} h1. !https://evil.example/x.png! [x|https://evil.example] @all';
    const [, paragraph] = descriptionOf(sampleTicket(1, { lines: [fromConfiguration(attack)] })).content;
    expect(paragraph).toEqual({ type: 'paragraph', content: [{ type: 'text', text: attack }] });
  });

  it.each(['javascript:alert(1)', 'https://a.example/"><b>', 'words'])('makes no link of %j', (link) => {
    expect(JSON.stringify(descriptionOf(sampleTicket(1, { link: raw(link) })))).not.toContain('marks');
  });

  it('never exceeds the limits, never has an empty node, whatever the words', () => {
    const text = fc.string({ unit: fc.constantFrom('"', '\\', '\u0000', '🔥', 'a', '\n', ' '), maxLength: 3_000 });
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 30 }), text, (summary, lines, link) => {
        const ticket = sampleTicket(1, { summary: raw(summary), lines: lines.map(raw), link: raw(link) });
        const description = descriptionOf(ticket);
        expect(JSON.stringify(description).length).toBeLessThanOrEqual(32_767);
        expect(description.content.flatMap(({ content }) => content).every((node) => node.text.length > 0)).toBe(true);
        expect(summaryOf(ticket)).toMatch(/^[^\r\n]{1,255}$/);
        expect(summaryOf(ticket).isWellFormed()).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('uses the room it has and marks the cut', () => {
    const size = JSON.stringify(
      descriptionOf(sampleTicket(1, { lines: Array.from({ length: 2_000 }, () => fromConfiguration('x'.repeat(50))) })),
    ).length;
    expect(size).toBeGreaterThan(32_000);
    const { content } = descriptionOf(sampleTicket(1, { lines: [fromConfiguration('x'.repeat(40_000))] }));
    expect(content.at(-1)?.content[0]?.text.endsWith(' … [cut]')).toBe(true);
    expect(summaryOf(sampleTicket(1, { summary: fromConfiguration('x'.repeat(256)) }))).toBe(`${'x'.repeat(247)} … [cut]`);
  });

  it('keeps the limit wherever the cut falls', () => {
    for (let length = 1; length <= 60; length += 1) {
      const lines = Array.from({ length: 1_000 }, () => fromConfiguration('x'.repeat(length)));
      expect(JSON.stringify(descriptionOf(sampleTicket(1, { lines }))).length).toBeLessThanOrEqual(32_767);
    }
  });

  it('has a label that starts with our name and can be no query', () => {
    expect(labelOf('art33-abc')).toBe('art33-abc');
    expect(labelOf('inc-abc')).toBe('art33-inc-abc');
    for (const label of ['art33-a b', 'art33-" OR project = X', '', 'ü', 'x'.repeat(256)])
      expect(() => labelOf(label)).toThrow(/^label: letters/);
  });
});
