import { fileURLToPath } from 'node:url'
import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const server = process.env['ROOMREEL_URL'] ?? 'http://localhost:3000'

export default defineConfig({
  root: at('src/web/picker'),
  plugins: [preact({ reactAliasesEnabled: false })],
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    // Icons are fetched by their URL, and the page's policy lets no data: URL be fetched.
    assetsInlineLimit: 0,
    target: 'es2022',
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
