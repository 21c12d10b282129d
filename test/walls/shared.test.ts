// Holds that tests whose files share what they loaded touch nothing that another file could see (vitest.config.ts).
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shared = ['core', 'fuzz', 'flow', 'cases', 'stories', 'contract', 'console'];
const touching =
  /\bvi\.(?:mock|doMock|spyOn|stub|useFake|setSystemTime|hoisted)|\bmockClient\b|\bprocess\.(?:chdir\b|env\[[^\]]*\] *(?:\?\?)?=(?!=))|\bglobalThis\b/;

it.each(shared)('test/%s mocks no module, stubs no global, sets nothing in the environment', (room) => {
  const files = globSync(`test/${room}/**/*.ts`, { cwd: root });
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => touching.test(readFileSync(`${root}${file}`, 'utf8')))).toEqual([]);
});

it('others do, and keep their files apart', () => {
  const others = ['adapters', 'bin', 'lambdas'].flatMap((room) => globSync(`test/${room}/**/*.ts`, { cwd: root }));
  expect(others.filter((file) => touching.test(readFileSync(`${root}${file}`, 'utf8'))).length).toBeGreaterThan(10);
});
