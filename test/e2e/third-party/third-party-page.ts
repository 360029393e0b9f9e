import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'

/** A third-party page at its own origin, with the browser builds of stock libraries. */
export interface ThirdPartyPage {
  /** The origin that the server must allow. */
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

export const serveThirdPartyPage = async (): Promise<ThirdPartyPage> => {
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
