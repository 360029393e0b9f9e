import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const source = fileURLToPath(
  new URL('../../../src/infrastructure/workers/connect-four-worker.ts', import.meta.url),
)
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** The worker as one file that Node runs: a thread of its own has no vitest to read TypeScript for it. */
export const bundledWorker = async (): Promise<{ path: string; clear: () => Promise<void> }> => {
  const outDir = await mkdtemp(join(modules, '.roomreel-test-'))
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: source,
      outDir,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
  })
  return { path: join(outDir, 'worker.mjs'), clear: () => rm(outDir, { recursive: true, force: true }) }
}
