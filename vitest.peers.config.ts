import { defineConfig } from 'vitest/config';

/** Art33 beside what it meets in the wild: a real fail2ban, GnuPG, Chromium. Started by bin/peers.js, not by `npm test`. */
export default defineConfig({
  test: { include: ['test/peers/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, environment: 'node' },
});
