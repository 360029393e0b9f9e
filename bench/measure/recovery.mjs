import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const rooms = 10_000
const script = fileURLToPath(new URL('../recovery/engine.mjs', import.meta.url))

/**
 * How long an engine on lmdb takes from its start until 10 000 rooms with people in them are folded again, everybody in
 * them is away, and that is on the disk. One process fills the folder and is killed, another recovers it.
 */
export const measureRecovery = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'roomreel-recovery-'))
  try {
    const { records } = await inProcess(['fill', folder, String(rooms)])
    const { seconds, recovered } = await inProcess(['recover', folder])
    if (recovered !== rooms) throw new Error(`${recovered} rooms were recovered, not ${rooms}`)
    return { rooms, records, seconds }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs one step and kills its process when it has told its result. */
const inProcess = async (/** @type {string[]} */ args) => {
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
