import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Hono } from 'hono'
import type { Registry } from 'prom-client'

const require = createRequire(import.meta.url)

/** The files of Swagger UI that its page needs, and nothing else of the package. */
const docsFiles: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
])

/** What operators and their tools ask without a credential: is it up, is it ready, what does it count, what can it do. */
export function systemRoutes(deps: {
  readonly registry: Registry
  /** Null when ready, else why not. */
  readonly notReady: () => Promise<string | null>
}) {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'up' }))
    .get('/readyz', async (c) => {
      const reason = await deps.notReady()
      return reason === null
        ? c.json({ status: 'ready' })
        : c.json({ status: 'not_ready', reason }, 503)
    })
    .get('/metrics', async (c) =>
      c.text(await deps.registry.metrics(), 200, { 'content-type': deps.registry.contentType }),
    )
    .get('/docs', (c) => c.html(docsPage))
    .get('/docs/:file', async (c) => {
      const file = c.req.param('file')
      const type = docsFiles.get(file)
      if (type === undefined) return c.notFound()
      return c.body(await readFile(join(swaggerFolder(), file)), 200, { 'content-type': type })
    })
    .get('/docs-start.js', (c) => c.body(docsScript, 200, { 'content-type': 'text/javascript' }))
}

/** From our own installation: the page works without any other server. */
function swaggerFolder(): string {
  return dirname(require.resolve('swagger-ui-dist/package.json'))
}

const docsScript = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs' })`
const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>forecourt cloud API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs-start.js"></script>
</body>
</html>`
