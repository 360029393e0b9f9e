import { defineConfig } from 'vitest/config'
import { findChromium } from './scripts/chromium.mjs'
import { findCoturn } from './scripts/coturn.mjs'
import { findPythonWithSocketio } from './scripts/python.mjs'

const chromium = findChromium()
const coturn = findCoturn()
const python = findPythonWithSocketio()

/** What imports the package by its own name, as those who use it do, gets what is written here and not what was built. */
const ssr = { resolve: { conditions: ['roomreel-sources', 'module', 'node', 'development|production'] } }

export default defineConfig({
  test: {
    projects: [
      {
        ssr,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**'],
          // Threads that are not wiped between files: 2 s instead of 18 s for 20 files. It is safe because
          // nothing in the tested code lives in a global; a test that leaks shows itself here first.
          pool: 'threads',
          isolate: false,
          // Properties are bound by the processor: on a busy machine a minute is not much. Where nothing is wrong,
          // nobody waits so long.
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        ssr,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.{ts,tsx}'],
          // Real processes, sockets and pages: one file after another and after all unit tests. Two at a time pass as
          // well, in 12 minutes instead of 20; on two cores that is a load of ten, under which a page waits for its neighbour's.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          // How long each may take on a machine with much else to do. What a page shows, a process prints or a client
          // hears comes a moment later than what it follows from: it is waited for, and never looked at once.
          testTimeout: 300_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 60_000 } },
          // Tests read where these are; without one, those that need it say that they are left out.
          env: {
            ...(chromium === undefined ? {} : { CHROMIUM_PATH: chromium }),
            ...(coturn === undefined ? {} : { COTURN_FOLDER: coturn }),
            ...(python === undefined ? {} : { PYTHON_WITH_SOCKETIO: python }),
          },
        },
      },
    ],
  },
})
