import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below what any system gives to those who ask for no port in particular: 32768 on Linux, 49152 elsewhere. */
const lowest = 20_000
const portsEach = 80
const blocks = 125
/** Workers of one run have neighbouring blocks; runs at the same time begin at different places. */
const workersPerRun = 8
const block = process.ppid * workersPerRun + Number(process.env['VITEST_POOL_ID'] ?? 0)

let next = 0

/**
 * A port that stays this test's own while its server is down. One that the system gave would be given to the next who
 * asks: the server could not come back, and its clients would find a stranger there. Two runs at once begin at
 * different places.
 */
export const ownPort = async (): Promise<number> => {
  for (let tried = 0; tried < portsEach * blocks; tried++) {
    const port = lowest + (((block % blocks) * portsEach + next++) % (portsEach * blocks))
    if (await isFree(port)) return port
  }
  throw new Error(`All ports from ${lowest} to ${lowest + portsEach * blocks - 1} are taken`)
}

const isFree = async (port: number): Promise<boolean> => {
  const probe = createServer()
  try {
    probe.listen(port, '127.0.0.1')
    await once(probe, 'listening')
  } catch {
    return false
  }
  probe.close()
  await once(probe, 'close')
  return true
}
