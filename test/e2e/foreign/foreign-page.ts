import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'

/** A page of somebody else's, at an origin of its own, with stock libraries as their packages ship them for a browser. */
export interface ForeignPage {
  /** What the server has to be told to allow. */
  readonly origin: string
  readonly stop: () => Promise<void>
}

const { resolve } = createRequire(import.meta.url)

/** Each sets one global: `io` and `SimplePeer`. */
const libraries: ReadonlyMap<string, string> = new Map([
  ['/socket.io.js', resolve('socket.io-client/dist/socket.io.js')],
  ['/simple-peer.js', resolve('simple-peer/simplepeer.min.js')],
])

const html = `<!doctype html>
<meta charset="utf-8">
<title>Somebody else's party</title>
<link rel="icon" href="data:,">
${[...libraries.keys()].map((path) => `<script src="${path}"></script>`).join('\n')}
`

export const foreignPage = async (): Promise<ForeignPage> => {
  const scripts = new Map<string, Buffer>()
  for (const [path, file] of libraries) scripts.set(path, await readFile(file))
  const server = createServer(({ url }, response) => {
    const script = scripts.get(url ?? '/')
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript')
    response.end(script ?? html)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The page has no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
