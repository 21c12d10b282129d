import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Node keeps what it compiled, the types taken out, from each process to the next. The tests start hundreds: half of a start is this.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/art33-compile', import.meta.url));

/** One project per room, so that `vitest --project core` runs in seconds. */
const project = (name: string, include: string[], testTimeout = 20_000) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, environment: 'node' as const, isolate: !shared.has(name) },
});

/** Rooms whose tests touch nothing that another file could see: their files share what was loaded, which is half of their time. */
const shared: ReadonlySet<string> = new Set(['core', 'flow', 'contract', 'console']);

export default defineConfig({
  test: {
    // Vitest leaves one core free; on two that would leave half of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project('core', ['test/core/**/*.test.ts', 'test/fuzz/**/*.test.ts']),
      project('flow', ['test/flow/**/*.test.ts', 'test/cases/**/*.test.ts', 'test/stories/**/*.test.ts'], 60_000),
      project('contract', ['test/contract/**/*.test.ts'], 60_000),
      project('adapters', ['test/adapters/**/*.test.ts'], 60_000),
      project('console', ['test/console/**/*.test.ts'], 60_000),
      project('lambdas', ['test/lambdas/**/*.test.ts'], 120_000),
      project('lib', ['test/lib/**/*.test.ts'], 180_000),
      project('local', ['test/local/**/*.test.ts', 'test/bin/**/*.test.ts', 'test/soak/**/*.test.ts'], 180_000),
      project('bench', ['test/bench/**/*.test.ts'], 60_000),
      project('simulation', ['test/simulation/**/*.test.ts'], 120_000),
      project('walls', ['test/walls/**/*.test.ts'], 120_000),
    ],
  },
});
