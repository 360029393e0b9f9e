import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { operatorGuide } from '../../src/infrastructure/identity/operator-guide.js'
import { connectStockClient } from './stock-client.js'

const main = inject('serverMain')

interface Process {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  /** Resolves with the line that reports readiness. */
  readonly ready: Promise<string>
  /** Resolves with the exit code when all output is read. */
  readonly ended: Promise<number | null>
}

let folder: string
const processes: Process[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomreel-process-'))
})

afterEach(async () => {
  for (const { child, ended } of processes.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
  await rm(folder, { recursive: true })
})

/** `preload`: source of a module that runs in the process before the server. */
const startServer = (settings: Readonly<Record<string, string>> = {}, preload?: string): Process => {
  const child = spawn(
    process.execPath,
    preload === undefined
      ? [main]
      : ['--import', `data:text/javascript,${encodeURIComponent(preload)}`, main],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let out = ''
  let err = ''
  const closed = once(child, 'close')
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      if (out.includes('\n')) resolve(out)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    void closed.then(() => reject(new Error(`it ended before it was ready: ${err}`)))
  })
  // Starts that should fail are not awaited.
  ready.catch(() => undefined)
  const ended = closed.then(() => child.exitCode)
  const running = { child, out: () => out, err: () => err, ready, ended }
  processes.push(running)
  return running
}

/** From the first line; others follow at the first start with a data folder. */
const urlOf = async ({ ready }: Process): Promise<string> =>
  /^.* at (.*)$/m.exec(await ready)?.[1] ?? 'no address'

/** Unordered: a line that is flushed at exit may overtake one that is being written. */
const logLines = (err: string): ReadonlyArray<Record<string, unknown>> =>
  err
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('a server start that fails', () => {
  it.each([
    [{ PORT: 'http' }, 'PORT: must be a whole number from 0 to 65535, not "http"'],
    [
      { EVENT_STORE: 'redis' },
      'EVENT_STORE: redis is not built yet: leave it out, or set it to lmdb or memory',
    ],
    [{ AUTH_MODE: 'jwt' }, 'AUTH_MODE: jwt needs a key: set JWT_SECRET or JWKS_URL'],
    [
      { NODE_ENV: 'production' },
      'AUTH_MODE: open accepts user ids without a check, which NODE_ENV=production forbids: to allow it, set ALLOW_OPEN=1',
    ],
    [
      { TLS_CERT: 'missing.pem', TLS_KEY: 'missing.pem' },
      "ENOENT: no such file or directory, open 'missing.pem' (TLS_CERT missing.pem, TLS_KEY missing.pem)",
    ],
  ])('ends with one line and code 1 for settings %j', async (settings, line) => {
    const { ended, out, err } = startServer(settings)
    expect(await ended).toBe(1)
    expect(err()).toBe(`roomreel: ${line}\n`)
    expect(out()).toBe('')
  })

  it('names the port that is in use and unlocks the data folder', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    try {
      const { ended, err } = startServer({ PORT: String(port) })
      expect(await ended).toBe(1)
      expect(err()).toBe(`roomreel: port ${port} is in use: end what listens there, or set PORT to another\n`)
      await startServer().ready
    } finally {
      other.close()
    }
  })

  it('names the process that uses the data folder and leaves it running', async () => {
    const first = startServer()
    const url = await urlOf(first)
    const { ended, err } = startServer()
    expect(await ended).toBe(1)
    expect(err()).toBe(
      `roomreel: the data folder ./data is in use by process ${first.child.pid}: end that, or set DATA_DIR to another\n`,
    )
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
  })
})

/** Printed at the first start with a data folder only. */
const operatorLines = operatorGuide({ tokens: { key: null, issuer: null, audience: null } })
  .map((line) => `${line}\n`)
  .join('')

describe('a server that receives a stop signal', () => {
  it('prints its address, tells its clients when to reconnect and exits with 0', async () => {
    // Without `process.exit` it ends only if nothing is left open.
    const server = startServer({ LOG_LEVEL: 'debug' }, `process.exit = () => undefined`)
    const url = await urlOf(server)
    expect(server.out()).toBe(`Roomreel is at ${url}\n${operatorLines}`)
    const client = connectStockClient(url)
    await client.ask('broadcaster-join', { room: 'main', name: 'canary' })
    await client.ask('startRandom', { members: ['canary', 'canary too'] })
    await fetch(`${url}/health/live`)
    const shutdownNotice = client.waitForEvent('server-shutdown')
    server.child.kill('SIGTERM')
    expect(await shutdownNotice).toStrictEqual({ reconnectInMs: expect.any(Number) })
    expect(await server.ended).toBe(0)
    client.close()
    expect(logLines(server.err()).map(({ msg }) => msg)).toStrictEqual(
      expect.arrayContaining(['ready', 'shutting down', 'stopped']),
    )
    expect(server.err()).not.toContain('canary')
    expect((await readdir(join(folder, 'data'))).filter((name) => name.startsWith('in-use'))).toStrictEqual(
      [],
    )
  })

  it('has every acknowledged write on disk', async () => {
    const before = startServer()
    const rooms = ['one', 'two', 'three']
    const create = async (server: Process, roomCode: string): Promise<number> => {
      const body = JSON.stringify({ roomCode })
      return (await fetch(`${await urlOf(server)}/rooms`, { method: 'POST', body })).status
    }
    for (const room of rooms) expect(await create(before, room)).toBe(201)
    before.child.kill('SIGTERM')
    expect(await before.ended).toBe(0)
    const after = startServer()
    expect(await after.ready).toBe(`Roomreel is at ${await urlOf(after)}\n`)
    for (const room of rooms) expect(await create(after, room)).toBe(409)
    after.child.kill('SIGINT')
    expect(await after.ended).toBe(0)
  })

  it('shuts down in order after its start when the signal comes during the start', async () => {
    const server = startServer(
      {},
      `import { Server } from 'node:net'
       const { listen } = Server.prototype
       let told = false
       Server.prototype.listen = function (...where) {
         if (!told) process.kill(process.pid, 'SIGTERM')
         told = true
         return listen.apply(this, where)
       }`,
    )
    expect(await server.ended).toBe(0)
    const messages = logLines(server.err()).map(({ msg }) => String(msg))
    expect(messages.toSorted()).toStrictEqual(['ready', 'shutting down', 'stopped'])
  })

  it('exits at once with a log line on a second signal', async () => {
    const server = startServer()
    const client = connectStockClient(await urlOf(server))
    await client.ask('broadcaster-join', {})
    server.child.kill('SIGTERM')
    server.child.kill('SIGINT')
    expect(await server.ended).toBe(1)
    client.close()
    expect(logLines(server.err()).map(({ msg }) => msg)).toContain('ended at once: a second signal')
  })

  it('exits with 0 although a client neither reads nor closes its connection', async () => {
    const server = startServer()
    const url = new URL(await urlOf(server))
    const silentClient = spawn(process.execPath, ['-e', silentClientScript, url.port], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      await once(silentClient.stdout, 'data')
      server.child.kill('SIGTERM')
      expect(await server.ended).toBe(0)
    } finally {
      silentClient.kill('SIGKILL')
    }
  })
})

/** Opens a WebSocket and half a request, and neither reads nor closes them. */
const silentClientScript = `
const net = require('node:net')
const port = Number(process.argv[1])
const websocket = net.connect(port, '127.0.0.1', () => websocket.write(
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\\r\\nHost: 127.0.0.1:' + port +
  '\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Version: 13\\r\\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n'))
websocket.once('data', () => {
  websocket.pause()
  const half = net.connect(port, '127.0.0.1', () => {
    half.write('GET /health/live HTTP/1.1\\r\\nHost: x\\r\\n')
    console.log('both are open')
  })
})
`

describe('an uncaught error', () => {
  it.each([
    ['a rejection', 'Promise.reject(new Error(secret))'],
    ['an exception', 'setImmediate(() => { throw new Error(secret) })'],
  ])('as %s ends the process with a fatal log line that contains no message', async (_what, defect) => {
    const server = startServer({}, `process.on('SIGUSR2', () => { const secret = 'can' + 'ary'; ${defect} })`)
    await server.ready
    server.child.kill('SIGUSR2')
    expect(await server.ended).toBe(1)
    const fatals = logLines(server.err()).filter(({ level }) => level === 'fatal')
    expect(fatals).toMatchObject([{ msg: 'an uncaught error ends the process', error: { type: 'Error' } }])
    expect(server.err()).not.toContain('canary')
  })
})
