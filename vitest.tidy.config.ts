import { defineConfig } from 'vitest/config'

/** The tidy test alone, for `npm run check`: it needs none of the real parts. */
export default defineConfig({
  test: { include: ['simulators/test/tidy.test.ts'], reporters: ['dot'] },
})
