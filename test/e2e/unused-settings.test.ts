import { expect, it } from 'vitest'
import { serverProcess } from './server-process.js'

it('a server logs a line at its start for each setting that has no effect', async () => {
  const server = await serverProcess({
    JWT_ISSUER: 'canary',
    TURN_TTL_SECONDS: '60',
  })
  try {
    await server.start()
    const said = (): ReadonlyArray<string> =>
      server
        .output()
        .split('\n')
        .filter((line) => line.includes('has no effect'))
    // The log and the readiness line are separate pipes, without an order between them.
    await expect.poll(said).toHaveLength(2)
    const lines = said()
    expect(lines[0]).toContain('JWT_ISSUER has no effect without JWT_SECRET or JWKS_URL')
    expect(lines[1]).toContain('TURN_TTL_SECONDS has no effect without TURN_URL')
    expect(server.output()).not.toContain('canary')
  } finally {
    await server.end('SIGTERM')
    await server.remove()
  }
})
