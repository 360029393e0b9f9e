import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { findChromium } from './scripts/chromium.mjs'
import { findCoturn } from './scripts/coturn.mjs'
import { LongestFirst } from './scripts/longest-first.mjs'
import { findPythonWithSocketio } from './scripts/python.mjs'

const chromium = findChromium()
const coturn = findCoturn()
const python = findPythonWithSocketio()

/** An import of the package by its own name resolves to the sources and not to the build. */
const ssr = { resolve: { conditions: ['roomreel-sources', 'module', 'node', 'development|production'] } }

// More files at a time than cores make pages with video miss their deadlines.
const e2eWorkers = availableParallelism()

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ssr,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}', 'examples/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          // One set of modules per thread: 2 s instead of 18 s for 20 files. It is safe because the tested code keeps
          // nothing in globals.
          pool: 'threads',
          isolate: false,
          // Properties need CPU time, which a busy machine has little of. Only a failing test takes this long.
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        ssr,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.{ts,tsx}'],
          // A worker keeps its Chromium from one file to the next. A start costs two seconds of CPU time.
          pool: 'forks',
          isolate: false,
          maxWorkers: e2eWorkers,
          globalSetup: 'test/e2e/global-setup.ts',
          sequence: { groupOrder: 1 },
          // For a busy machine. Only a failing test takes this long.
          testTimeout: 300_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 60_000 } },
          // The tests read the locations of these programs; without one, the tests that need it are skipped.
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
