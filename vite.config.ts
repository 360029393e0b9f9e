import { fileURLToPath } from 'node:url'
import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'
import type { Plugin } from 'vite'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const server = process.env['ROOMREEL_URL'] ?? 'http://localhost:3000'

/** As the server does: `/meet/CODE` is one page, whatever the code. */
const callsAtTheirAddress: Plugin = {
  name: 'calls-at-their-address',
  configureServer: ({ middlewares }) =>
    void middlewares.use((request, _response, next) => {
      if (/^\/meet(\/[^/.]*)?(\?|$)/.test(request.url ?? '')) request.url = '/meet.html'
      next()
    }),
}

export default defineConfig({
  root: at('src/web'),
  plugins: [preact({ reactAliasesEnabled: false }), callsAtTheirAddress],
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    // Icons are fetched by their URL, and the page's policy lets no data: URL be fetched.
    assetsInlineLimit: 0,
    target: 'es2022',
    rollupOptions: { input: { picker: at('src/web/index.html'), meet: at('src/web/meet.html') } },
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
