import { globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Who may import whom (design: contracts ← drivers, models ← edge; contracts ← cloud). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  '@forecourt/contracts': [],
  '@forecourt/drivers': ['@forecourt/contracts'],
  '@forecourt/models': ['@forecourt/contracts'],
  '@forecourt/edge': ['@forecourt/contracts', '@forecourt/drivers', '@forecourt/models'],
  '@forecourt/cloud': ['@forecourt/contracts'],
  '@forecourt/simulators': ['@forecourt/contracts', '@forecourt/drivers'],
}

/** The judge of the whole may import the whole, but only from its tests. */
const judge = 'simulators/test/'
const linesMax = { source: 300, test: 400 }
/** Folders every package may have, which no README needs to name. */
const isEverywhere = /\/(?:node_modules|dist|src|test|bench|examples|schemas|pictures)$/
const forbiddenNames = /\/(utils?|helpers?|types|constants)\.tsx?$/

const packages = globSync('{edge,cloud,models,simulators,devices/*}/package.json').map((path) => {
  const { name } = JSON.parse(readFileSync(path, 'utf8')) as { name: string }
  return { name, directory: path.replace('/package.json', '') }
})

const sourcesOf = (directory: string) =>
  globSync(`${directory}/{src,test,bench}/**/*.{ts,tsx}`).filter(
    (path) => !path.includes('node_modules') && !path.includes('/dist/'),
  )
const allSources = packages.flatMap(({ directory }) => sourcesOf(directory))
const textOf = new Map(allSources.map((path) => [path, readFileSync(path, 'utf8')]))

describe('tidy', () => {
  test('there is something to tidy', () => {
    expect(packages).toHaveLength(6)
    expect(allSources.length).toBeGreaterThan(50)
  })

  test.each(packages)('$name imports only what it may', ({ name, directory }) => {
    for (const path of sourcesOf(directory)) {
      const allowed = path.startsWith(judge) ? Object.keys(mayImport) : mayImport[name]
      for (const [, imported] of (textOf.get(path) ?? '').matchAll(
        /from '(@forecourt\/[a-z-]+)/g,
      )) {
        if (imported !== name) expect(allowed, `${path} imports ${imported}`).toContain(imported)
      }
      // The judge also runs other packages' conformance suites on its simulators.
      for (const relative of path.startsWith(judge) ? [] : relativeImports(path)) {
        expect(relative, `${path} reaches out of its package`).toContain(`${directory}/`)
      }
    }
  })

  test('no file outgrows its limit or has a name that says nothing', () => {
    for (const [path, text] of textOf) {
      const limit = /\/(test|bench)\//.test(path) ? linesMax.test : linesMax.source
      expect(text.split('\n').length, `${path} is too long: split it by idea`).toBeLessThanOrEqual(
        limit,
      )
      expect(forbiddenNames.test(path), `${path}: name the idea`).toBe(false)
    }
  })

  test('contexts of the cloud meet only at their doors', () => {
    for (const path of allSources.filter((source) => source.startsWith('cloud/src/'))) {
      if (path === 'cloud/src/service.ts') continue
      for (const target of relativeImports(path)) {
        const foreign = target.endsWith('.repo.ts') && contextOf(target) !== contextOf(path)
        expect(foreign, `${path} reaches into ${target}`).toBe(false)
      }
    }
  })

  test('nothing imports itself in a circle at run time', () => {
    const graph = new Map(allSources.map((path) => [path, valueImports(path)]))
    expect(findCycle(graph)).toBeNull()
  })

  test('no test is skipped for good', () => {
    const skipped = allSources.filter((path) =>
      /\b(?:it|test|describe)\.(?:skip|todo|only)\b/.test(
        (textOf.get(path) ?? '').replaceAll(/\/.*\//g, ''),
      ),
    )
    expect(skipped).toEqual([])
  })

  test.each(['README.md', 'README.zh-CN.md'])('the tree in %s is the tree on disk', (readme) => {
    const listed = [...readFileSync(readme, 'utf8').matchAll(/^ *([a-z.][\w./-]*\/) {2,}\S/gm)].map(
      ([, folder]) => (folder ?? '').replace(/\/$/, ''),
    )
    const onDisk = packages.flatMap(({ directory }) => [
      directory,
      ...foldersIn(directory).filter((path) => !isEverywhere.test(path)),
      ...foldersIn(`${directory}/src`),
    ])
    expect(new Set(listed), `folders listed in ${readme}`).toEqual(new Set(onDisk))
  })
})

function foldersIn(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(directory, entry.name))
}

const contextOf = (path: string) => path.split('/')[2]

function relativeImports(path: string): readonly string[] {
  return [...(textOf.get(path) ?? '').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(([, to]) =>
    normalize(join(dirname(path), to ?? '')),
  )
}

/** Imports that remain when types are erased. */
function valueImports(path: string): readonly string[] {
  const pattern = /^(?:import|export) (?!type\b)[^']*?from '(\.[^']+)'/gm
  return [...(textOf.get(path) ?? '').matchAll(pattern)]
    .filter(
      ([statement]) => !/^(?:import|export) \{(?:\s*type [^,}]+,?\s*)+\} from/.test(statement),
    )
    .map(([, to]) => normalize(join(dirname(path), to ?? '')))
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const finished = new Set<string>()
  const visit = (node: string, trail: readonly string[]): readonly string[] | null => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node]
    if (finished.has(node)) return null
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...trail, node])
      if (cycle) return cycle
    }
    finished.add(node)
    return null
  }
  for (const node of graph.keys()) {
    const cycle = visit(node, [])
    if (cycle) return cycle
  }
  return null
}
