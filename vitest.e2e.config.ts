import { defineConfig } from 'vitest/config';

/** The story of the deployed house on an emulated AWS: one file, its steps in order. Started by bin/emulated.js, not by `npm test`. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 330_000,
    hookTimeout: 330_000,
    environment: 'node',
    fileParallelism: false,
    bail: 1,
  },
});
