import type { Figure } from '@forecourt/contracts/figure'

type BenchModule = { readonly bench: () => Promise<readonly Figure[]> }

/** Runs the benchmark at the path that is given; its figures are lines of JSON on stdout. */
async function main(): Promise<void> {
  const [path] = process.argv.slice(2)
  if (path === undefined) throw new RangeError('which benchmark? give its path')
  const { bench } = (await import(path)) as BenchModule
  for (const figure of await bench()) process.stdout.write(`${JSON.stringify(figure)}\n`)
}

await main()
// A network session or database that a benchmark closed lazily must not keep us here.
setTimeout(() => process.exit(), 2_000).unref()
