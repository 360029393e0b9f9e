import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installPackages } from './debian.mjs'
import { runQuietly } from './run.mjs'

/** The folder with coturn's server and its test client; undefined if there is none on the PATH. */
export function findCoturn() {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .find((folder) =>
      ['turnserver', 'turnutils_uclient'].every((program) => existsSync(join(folder, program))),
    )
}

/** Finds coturn or installs it (on Debian as root). Otherwise it prints what is missing and returns undefined. */
export async function ensureCoturn() {
  const found = findCoturn()
  if (found !== undefined) return found
  const missing = await install()
  const installed = findCoturn()
  if (installed !== undefined) return installed
  console.error(`roomreel: the TURN test needs coturn: ${missing}`)
  return undefined
}

async function install() {
  const missing = await installPackages('coturn', ['coturn'])
  // Its service was not started now, and must not start with the machine either.
  if (findCoturn() !== undefined) await runQuietly('update-rc.d', ['coturn', 'disable'])
  return missing
}
