import { defineConfig } from 'vitest/config';

/** Real clients in Python environments of their own: the first run installs them, which takes minutes. */
export default defineConfig({
  test: {
    include: ['test/clients/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    maxWorkers: 2,
    disableConsoleIntercept: true,
  },
});
