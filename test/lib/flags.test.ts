// Decides that the CDK works under all of its recommended flags, as the version that is installed names them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

const recommended = createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json') as Readonly<Record<string, unknown>>;
const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as { context: Record<string, unknown> };

it('cdk.json says what aws-cdk-lib recommends, all of it and nothing else', () => {
  expect(Object.keys(recommended).length).toBeGreaterThan(50);
  expect(context).toEqual(recommended);
});
