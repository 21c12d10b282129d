import { defineConfig } from 'vitest/config';

/** The contract suites on an emulated AWS whose address stands in AWS_ENDPOINT_URL. Started by bin/emulated.js, not by `npm test`. */
export default defineConfig({
  test: { include: ['test/aws/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, environment: 'node', fileParallelism: false },
});
