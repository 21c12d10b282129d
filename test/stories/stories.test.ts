// Holds what the stories beside this file come to: most of them in pairs that differ in one fact. Each says itself what is expected.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stderrLog } from '#local/log.ts';
import { type Ending, playStory } from '#local/play-run.ts';
import { readStory } from '#local/play-story.ts';
import { example } from '../flow/harness.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(here).filter((name) => name.endsWith('.json'));

const told = files.map((file) => {
  const text = readFileSync(`${here}${file}`, 'utf8');
  const story = readStory(text, file, example.sources);
  if (!story.ok) throw new Error(story.error);
  const { expect: expected } = JSON.parse(text) as { readonly expect: Ending };
  return { file, story: story.value, expected };
});

describe('the stories', () => {
  it('are twenty-five and more', () => {
    expect(files.length).toBeGreaterThanOrEqual(25);
  });

  it.each(told)('$file', async ({ story, expected }) => {
    const { ending } = await playStory(story, example, stderrLog('silent'));
    expect(ending).toEqual(expected);
  });
});
