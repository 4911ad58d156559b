import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/image/**', 'test/clients/**', 'test/package/**'],
    testTimeout: 30_000,
    restoreMocks: true,
  },
});
