import { defineConfig } from 'vitest/config'
import { namesSkipped } from './vitest.skipped.ts'

export default defineConfig({
  test: {
    include: ['{devices/*,models,edge,cloud,simulators}/test/**/*.test.ts'],
    globalSetup: ['./vitest.global-setup.ts'],
    reporters: ['default', namesSkipped],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
