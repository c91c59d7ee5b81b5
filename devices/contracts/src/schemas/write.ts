import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportSchemas } from './export.ts'

const folder = join(import.meta.dirname, '../../schemas')
mkdirSync(folder, { recursive: true })
for (const [name, text] of exportSchemas()) writeFileSync(join(folder, name), text)
process.stdout.write(`${exportSchemas().size} schemas written to ${folder}\n`)
