import { defineConfig } from 'vitest/config';

/** The package as npm installs it: its dependencies come from the registry, so this needs a network. */
export default defineConfig({
  test: { include: ['test/package/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 300_000 },
});
