import { existsSync } from 'node:fs'
import { installPackages } from './debian.mjs'
import { giveUp } from './run.mjs'

/** Debian's own Python: another one on the PATH does not see Debian's modules. */
const interpreter = '/usr/bin/python3'
const modules = ['socketio', 'aiohttp'].map((name) => `/usr/lib/python3/dist-packages/${name}`)

/**
 * The path of a Python with python-socketio and aiohttp: PYTHON_WITH_SOCKETIO, or Debian's Python if it has both;
 * undefined if there is none.
 */
export function findPythonWithSocketio() {
  const named = process.env['PYTHON_WITH_SOCKETIO']
  if (named === undefined || named === '')
    return [interpreter, ...modules].every((place) => existsSync(place)) ? interpreter : undefined
  if (!existsSync(named)) giveUp(`PYTHON_WITH_SOCKETIO names ${named}, which does not exist`)
  return named
}

/** Finds it or installs it (on Debian as root). Otherwise it prints what is missing and returns undefined. */
export async function ensurePythonWithSocketio() {
  const found = findPythonWithSocketio()
  if (found !== undefined) return found
  const missing = await installPackages('python-socketio', ['python3-socketio', 'python3-aiohttp'])
  const installed = findPythonWithSocketio()
  if (installed !== undefined) return installed
  console.error(
    `roomreel: the test with a Python client needs python-socketio and aiohttp: ${missing}, or set PYTHON_WITH_SOCKETIO`,
  )
  return undefined
}
