import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// The scripts import Node's own modules only, because they run before anything is installed.

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The entry file of an installed tool. It is started with `node`, so that a signal reaches the tool and not a shell,
 * a `.cmd` or another `npm`.
 *
 * @param {string} packageName
 * @param {string} [command] the name of the tool, if it differs from that of the package
 */
export function tool(packageName, command = packageName) {
  const manifest = join(root, 'node_modules', packageName, 'package.json')
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[command])
}

/**
 * Runs a program to its end with this terminal's input and output.
 *
 * @param {string} program
 * @param {ReadonlyArray<string>} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code; 1 if it was killed or could not be started
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options })
    child.once('error', () => resolve(1))
    child.once('close', (code) => resolve(code ?? 1))
  })
}

/**
 * Runs a program to its end and returns its output.
 *
 * @param {string} program
 * @param {ReadonlyArray<string>} args
 * @param {NodeJS.ProcessEnv} [env]
 * @param {(child: import('node:child_process').ChildProcess) => void} [onStart]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runQuietly(program, args, env = process.env, onStart = () => {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    onStart(child)
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text))
    child.once('error', (error) => resolve({ code: 1, output: String(error) }))
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/**
 * Ends the script with one line: what is wrong, and what to do about it.
 *
 * @param {string} line
 * @returns {never}
 */
export function giveUp(line) {
  console.error(`roomreel: ${line}`)
  process.exit(1)
}
