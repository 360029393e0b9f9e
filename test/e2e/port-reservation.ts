import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ephemeral ports, which begin at 32768 on Linux and at 49152 elsewhere. */
const lowest = 20_000
const portsEach = 80
const blocks = 125
/** Workers of one run have neighbouring blocks; runs at the same time begin at different places. */
const workersPerRun = 8
const block = process.ppid * workersPerRun + Number(process.env['VITEST_POOL_ID'] ?? 0)

let next = 0

/**
 * Reserves a port for this test, also while its server is down. The system could give an ephemeral port to another
 * process during a restart.
 */
export const reservePort = async (): Promise<number> => {
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
