// Decides whether docs/rules.md is what the rules say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rulesPage } from '#bin/rules/page.ts';
import { root } from '../../local/process.ts';

it('docs/rules.md is written from the rules as they are; npm run rules-page writes it again', async () => {
  const page = await rulesPage();
  expect(readFileSync(join(root, 'docs/rules.md'), 'utf8') === page, 'run npm run rules-page').toBe(true);
  expect(page).toMatch(
    /^\| \[`auth0_stuffing_compromise`\]\(\.\.\/config\/rules\/auth0\/stuffing\.yml\) \| .* \| high \| .* \| suspected-breach \|$/m,
  );
});
