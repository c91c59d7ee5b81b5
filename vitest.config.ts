import { defineConfig } from 'vitest/config'
import { namesSkipped } from './vitest.skipped.ts'

export default defineConfig({
  test: {
    include: ['{devices/*,models,edge,cloud,simulators}/test/**/*.test.ts'],
    globalSetup: ['./vitest.global-setup.ts'],
    reporters: ['default', namesSkipped],
    pool: 'forks',
    maxWorkers: 2,
    // Says that a test hangs, not that it is slow: hosts differ threefold.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
