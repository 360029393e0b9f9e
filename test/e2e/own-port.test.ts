import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ownPort } from './own-port.js'

describe("a test's own port", () => {
  it('is none that the system gives to others, none that it has given before, and none that is taken', async () => {
    const first = await ownPort()
    const other = createServer().listen(first + 1, '127.0.0.1')
    // If somebody has taken it already, it is taken all the same.
    await once(other, 'listening').catch(() => undefined)
    try {
      const ports = [first, await ownPort(), await ownPort()]
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
