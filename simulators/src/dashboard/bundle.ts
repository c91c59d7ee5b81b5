import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { build } from 'vite'
import { builtDirectory } from './build.ts'

/**
 * Bundles the page; `build.ts` runs this file. It is built aside and moved into place whole, so
 * that a page being served meanwhile never sees half of one.
 */
const aside = `${builtDirectory}.${process.pid}`
await build({
  root: join(import.meta.dirname, 'web'),
  configFile: false,
  logLevel: 'error',
  plugins: [react()],
  build: { outDir: aside, emptyOutDir: true, target: 'es2022', reportCompressedSize: false },
})
const old = `${aside}.old`
try {
  if (existsSync(builtDirectory)) renameSync(builtDirectory, old)
  renameSync(aside, builtDirectory)
} catch (error) {
  // Two builds at once: the other put the same page there a moment before us.
  if (!existsSync(join(builtDirectory, 'index.html'))) throw error
} finally {
  for (const left of [aside, old]) rmSync(left, { recursive: true, force: true })
}
