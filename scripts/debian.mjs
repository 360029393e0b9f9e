import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { runQuietly } from './run.mjs'

/** Asked by Debian's maintainer scripts before they start a service. */
const servicePolicy = '/usr/sbin/policy-rc.d'

/**
 * Installs packages where that can be done, on Debian as root, and starts none of their services.
 *
 * @param {string} name what people call it
 * @param {ReadonlyArray<string>} packages
 * @returns {Promise<string>} what is to be done by hand, if it is not there then
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
 * A test wants the program; a server that listens on the network is not what somebody asked for who said `npm test`.
 *
 * @template Result
 * @param {() => Promise<Result>} work
 */
async function withoutServices(work) {
  // Containers have one, for the same reason.
  if (existsSync(servicePolicy)) return work()
  writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await work()
  } finally {
    rmSync(servicePolicy)
  }
}
