// Writes docs/rules.md from the shipped rules: `npm run rules-page`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rulesPage } from '#bin/rules/page.ts';

writeFileSync(fileURLToPath(new URL('../docs/rules.md', import.meta.url)), await rulesPage());
