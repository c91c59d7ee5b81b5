import type { Reporter, TestModule } from 'vitest/node'

/** Names every test that did not run, at the end, so that nothing is skipped silently. */
export const namesSkipped: Reporter = {
  onTestRunEnd: (modules: readonly TestModule[]) => {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')])
    if (skipped.length === 0) return
    process.stdout.write(`\nnot run, ${skipped.length} tests:\n`)
    for (const test of skipped) {
      process.stdout.write(`  ${test.module.relativeModuleId}: ${test.fullName}\n`)
    }
  },
}
