import { fileURLToPath } from 'node:url'
import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'
import type { Plugin } from 'vite'
import { pageAt, roomPages } from './src/infrastructure/http/page-addresses.js'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const server = process.env['ROOMREEL_URL'] ?? 'http://localhost:3000'

/** As the server does: `/meet/CODE` is one page, whatever the code. A module of the page may lie in a folder of that name. */
const roomsAtTheirAddress: Plugin = {
  name: 'rooms-at-their-address',
  configureServer: ({ middlewares }) =>
    void middlewares.use((request, _response, next) => {
      if (!/\.\w+(\?|$)/.test(request.url ?? '')) request.url = pageAt(request.url ?? '')
      next()
    }),
}

/** What every page's head begins with. */
const commonHead: Plugin = {
  name: 'common-head',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) => html.replace('<head>', () => `<head>\n${head}`),
  },
}

const head = `
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="color-scheme" content="light dark" />
    <meta name="theme-color" content="#1b1030" />
    <meta name="referrer" content="same-origin" />
    <link rel="icon" type="image/svg+xml" href="./shell/reel.svg" />`.slice(1)

const pages = ['index', ...roomPages]

export default defineConfig({
  root: at('src/web'),
  plugins: [preact({ reactAliasesEnabled: false }), roomsAtTheirAddress, commonHead],
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    // Icons are fetched by their URL, and the page's policy lets no data: URL be fetched.
    assetsInlineLimit: 0,
    target: 'es2022',
    rollupOptions: { input: Object.fromEntries(pages.map((page) => [page, at(`src/web/${page}.html`)])) },
  },
  server: {
    port: 5173,
    strictPort: true,
    fs: { allow: [at('.')] },
    proxy: {
      '/socket.io': { target: server, ws: true },
      '/rooms': server,
      '/health': server,
      '/metrics': server,
      '/asyncapi.json': server,
    },
  },
})
