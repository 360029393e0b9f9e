import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { reservePort } from './port-reservation.js'

describe('reservePort', () => {
  it('returns ports below the ephemeral range that are neither in use nor returned before', async () => {
    const first = await reservePort()
    const other = createServer().listen(first + 1, '127.0.0.1')
    // If another process uses the port already, the condition is met as well.
    await once(other, 'listening').catch(() => undefined)
    try {
      const ports = [first, await reservePort(), await reservePort()]
      expect(ports).toEqual([...new Set(ports)])
      expect(ports).not.toContain(first + 1)
      for (const port of ports) {
        expect(port).toBeGreaterThanOrEqual(20_000)
        expect(port).toBeLessThan(30_000)
      }
    } finally {
      other.close()
    }
  })
})
