import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { runQuietly } from './run.mjs'

/** Debian's maintainer scripts call this program before they start a service. */
const servicePolicy = '/usr/sbin/policy-rc.d'

/**
 * Installs packages without starting their services. It needs Debian and root; otherwise it does nothing.
 *
 * @param {string} name for messages
 * @param {ReadonlyArray<string>} packages
 * @returns {Promise<string>} what the user can do if the program is still missing
 */
export async function installPackages(name, packages) {
  if (!existsSync('/usr/bin/apt-get')) return `install ${name}`
  if (process.getuid?.() !== 0) return `run "sudo apt-get install ${packages.join(' ')}"`
  console.error(`roomreel: installing ${name}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const update = await runQuietly('apt-get', ['update', '-qq'], env)
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages]
  const { code, output } = await withoutServices(() => runQuietly('apt-get', install, env))
  if (code === 0) return 'apt-get installed it, but not where it was looked for'
  const said = `${update.output}\n${output}`.split('\n').findLast((line) => /^[EW]: /.test(line))
  return `"apt-get install ${packages.join(' ')}" failed (${said?.slice(3) ?? 'no reason given'})`
}

/**
 * The tests need the program only: `npm test` must not leave a server that listens on the network.
 *
 * @template Result
 * @param {() => Promise<Result>} work
 */
async function withoutServices(work) {
  // Containers already have one, for the same reason.
  if (existsSync(servicePolicy)) return work()
  writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await work()
  } finally {
    rmSync(servicePolicy)
  }
}
