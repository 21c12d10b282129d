// Decides that docs/sources.md says what code, mappings and fixtures are: every source has its row, and nothing in it has drifted.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sourcesText, withMade } from '#bin/docs/sources.ts';
import { mapped, shipped } from '../core/signal/shipped.ts';

const document = readFileSync(new URL('../../docs/sources.md', import.meta.url), 'utf8');
const events = fileURLToPath(new URL('../../events', import.meta.url));
const made = sourcesText({ readers: [...shipped.readers.values()], mappings: mapped, events });

describe('docs/sources.md', () => {
  it('is as `npm run docs` writes it', () => {
    expect(withMade(document, made)).toBe(document);
  });

  it.each(shipped.names)('has a row and a section for %s', (name) => {
    expect(made).toContain(`| [${name}](#${name}) |`);
    expect(made).toMatch(
      new RegExp(
        `### ${name}\n\n.+\n\n- Log source of rules: .+\n- Kinds: \`.+\n- One event.+\n- Identifiers.+\n- Fields: \`.+\n- Samples: \``,
      ),
    );
  });

  it('keeps what people wrote, and refuses a document without a place for the rest', () => {
    expect(withMade('a <!-- made by `npm run docs` -->\nold\n<!-- end of what is made --> b', 'new\n')).toBe(
      'a <!-- made by `npm run docs` -->\n\nnew\n<!-- end of what is made --> b',
    );
    expect(() => withMade('nothing', 'new')).toThrow('has no part between');
  });
});
