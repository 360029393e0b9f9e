import { expect, it } from 'vitest'
import { runningServer } from '../http/running-server.js'

it('logs an event of an operator with its code, and nothing of its payload', async () => {
  const server = await runningServer()
  try {
    const { socket } = await server.client('/admin')
    expect(await socket.emitWithAck('admin:revoke', { userId: 'canary' })).toMatchObject({
      error: { code: 'unauthenticated', event: 'admin:revoke' },
    })
    const requests = server.lines().filter((line) => 'msg' in line && line.msg === 'request')
    expect(requests).toMatchObject([
      { namespace: '/admin', event: 'admin:revoke', code: 'unauthenticated', durationMs: 0 },
    ])
    expect(JSON.stringify(server.lines())).not.toContain('canary')
  } finally {
    await server.stop()
  }
})
