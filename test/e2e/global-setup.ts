import type { TestProject } from 'vitest/node'
import { copyBuild } from './build-copy.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** path of `main.js` in the copy of the build that the servers of this run start from */
    readonly serverMain: string
  }
}

/** Once per run: copies the build, and removes the copy at the end. */
export const setup = (project: TestProject): (() => void) => {
  const { main, remove } = copyBuild()
  project.provide('serverMain', main)
  return remove
}
