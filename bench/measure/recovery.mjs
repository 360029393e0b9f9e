import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const rooms = 10_000
const ownRoot = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The time from the start of an engine on lmdb until 10 000 occupied rooms are rehydrated, their members are away, and
 * that is durable. One process fills the folder and is killed, another recovers it. `root` is a built checkout.
 */
export const measureRecovery = async (root = ownRoot) => {
  const script = resolve(root, 'bench/recovery/engine.mjs')
  const folder = await mkdtemp(join(tmpdir(), 'roomreel-recovery-'))
  try {
    const { records } = await inProcess(script, ['fill', folder, String(rooms)])
    const { seconds, recovered } = await inProcess(script, ['recover', folder])
    if (recovered !== rooms) throw new Error(`${recovered} rooms were recovered, not ${rooms}`)
    return { rooms, records, seconds }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs one step in a process and kills it when it has sent its result. */
const inProcess = async (/** @type {string} */ script, /** @type {string[]} */ args) => {
  const child = fork(script, args)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${args[0]} ended with ${code}`)
  })
  const [result] = await Promise.race([once(child, 'message'), ended])
  ended.catch(() => undefined)
  child.kill('SIGKILL')
  await once(child, 'exit')
  return result
}
