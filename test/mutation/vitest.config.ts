// Decides which tests may kill a mutant: those of the rooms themselves, so that each room is proved by its own sentences.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/core/{duty,clock,incident}/**/*.test.ts'],
    environment: 'node',
    // On a busy machine the first run, with coverage, takes its time; a mutant that hangs has Stryker's own limit.
    testTimeout: 300_000,
    // No file of core remembers what a test could see: one worker for all is the same, and three times as fast.
    isolate: false,
  },
});
