// One server of a measurement: stock Socket.IO, Nest with its own adapter, Nest with ours, or bare `ws`.
// argv: kind, what to measure. Prints one line of JSON.
import 'reflect-metadata'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath, pathToFileURL } from 'node:url'

const [kind, measure] = process.argv.slice(2)
const CLIENTS = Number(process.env.CLIENTS ?? 1000)
const ROUNDS = Number(process.env.ROUNDS ?? 200)
const PER_TURN = Number(process.env.PER_TURN ?? 1)
const HANDLERS = 25
const unlimited = { burst: 1e9, perSecond: 1e9 }
const dist = pathToFileURL(process.env.DIST ?? fileURLToPath(new URL('../../dist', import.meta.url))).href

const payload = {
  room: 'main',
  seq: 1,
  at: 1_767_323_045_000,
  drawId: 'd1',
  tick: 7,
  index: 3,
  member: { id: '#4', name: 'Grace Hopper' },
}
const names = ['command', ...Array.from({ length: HANDLERS - 1 }, (_, i) => `event-${i}`)]

const gateway = async () => {
  const { WebSocketGateway, SubscribeMessage } = await import('@nestjs/websockets')
  class Commands {
    handleConnection(socket) {
      void socket.join('main')
    }
  }
  for (const name of names) {
    Commands.prototype[name] = async () => ({ success: true, seq: 1 })
    SubscribeMessage(name)(
      Commands.prototype,
      name,
      Object.getOwnPropertyDescriptor(Commands.prototype, name),
    )
  }
  WebSocketGateway()(Commands)
  return Commands
}

const nestApp = async () => {
  const { NestFactory } = await import('@nestjs/core')
  const { Module } = await import('@nestjs/common')
  class Root {}
  Module({ providers: [await gateway()] })(Root)
  return NestFactory.create(Root, { logger: false })
}

const servers = {
  async bare() {
    const { Server } = await import('socket.io')
    const http = createServer()
    const io = new Server(http, { perMessageDeflate: false, pingInterval: 10_000, pingTimeout: 5_000 })
    io.on('connection', (socket) => {
      void socket.join('main')
      for (const name of names) socket.on(name, async (_payload, ack) => ack({ success: true, seq: 1 }))
    })
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    return { port: http.address().port, send: () => io.to('main').emit('randomHighlight', payload) }
  },
  async nest() {
    const app = await nestApp()
    const { IoAdapter } = await import('@nestjs/platform-socket.io')
    let io
    app.useWebSocketAdapter(
      new (class extends IoAdapter {
        createIOServer(port, options) {
          return (io = super.createIOServer(port, {
            ...options,
            perMessageDeflate: false,
            pingInterval: 10_000,
            pingTimeout: 5_000,
          }))
        }
      })(app),
    )
    await app.listen(0, '127.0.0.1')
    return {
      port: app.getHttpServer().address().port,
      send: () => io.to('main').emit('randomHighlight', payload),
    }
  },
  async lean() {
    const { createSocketIoTransport } = await import(
      `${dist}/infrastructure/transport/socket-io-transport.js`
    )
    const app = await nestApp()
    const { io } = createSocketIoTransport(app, {
      now: () => performance.timeOrigin + performance.now(),
      onDefect: (error) => console.error(error),
      count: () => {},
      clientOrigins: [],
      limits:
        process.env.LIMITS === 'on'
          ? {
              eventsPerSocket: unlimited,
              eventsPerAddress: unlimited,
              connectsPerAddress: unlimited,
              maxConnectionsPerAddress: 1e9,
            }
          : 'off',
    })
    await app.listen(0, '127.0.0.1')
    return {
      port: app.getHttpServer().address().port,
      send: () => io.to('main').emit('randomHighlight', payload),
    }
  },
  async ws() {
    const { WebSocketServer, Sender } = await import('ws')
    const http = createServer()
    const wss = new WebSocketServer({ server: http, perMessageDeflate: false })
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    return {
      port: http.address().port,
      send: () => {
        const data = Buffer.from(`42${JSON.stringify(['randomHighlight', payload])}`)
        const list = Sender.frame(data, { readOnly: false, mask: false, rsv1: false, opcode: 1, fin: true })
        for (const socket of wss.clients) socket._sender.sendFrame(list)
      },
    }
  },
}

const message = (child, key) =>
  new Promise((resolve) => {
    const on = (value) => {
      if (!(key in value)) return
      child.off('message', on)
      resolve(value)
    }
    child.on('message', on)
  })

const heap = () => {
  for (let i = 0; i < 4; i++) global.gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heapUsed, external, rss }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 1000))

const cpuMicros = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}

const { port, send } = await servers[kind]()
await settled()
const before = heap()
const query = kind === 'ws' ? '' : '/socket.io/?EIO=4&transport=websocket'
const child = fork(
  fileURLToPath(new URL('receivers.mjs', import.meta.url)),
  [`ws://127.0.0.1:${port}${query}`, String(CLIENTS)],
  {
    env: { ...process.env, ...(kind === 'ws' ? { BARE_WS: '1' } : {}) },
  },
)
await message(child, 'connected')
await settled()

const broadcast = async (rounds) => {
  const done = message(child, 'received')
  child.send({ expect: rounds * PER_TURN * CLIENTS })
  await message(child, 'ready')
  const from = cpuMicros()
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < PER_TURN; i++) send()
    await new Promise((resolve) => setImmediate(resolve))
    if (round % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await done
  return (cpuMicros() - from) / (rounds * PER_TURN * CLIENTS)
}

const commands = async (each) => {
  const done = message(child, 'acknowledged')
  const from = cpuMicros()
  child.send({ commands: each })
  const { acknowledged } = await done
  return (cpuMicros() - from) / acknowledged
}

const result = { kind }
if (measure === 'heap') {
  const after = heap()
  result.value = Math.round((after.heapUsed - before.heapUsed) / CLIENTS)
  result.rssPerConnection = Math.round((after.rss - before.rss) / CLIENTS)
}
if (measure === 'broadcast') {
  await broadcast(Math.ceil(ROUNDS / 4))
  result.value = await broadcast(ROUNDS)
}
if (measure === 'command') {
  await commands(Number(process.env.COMMANDS ?? 300) / 3)
  result.value = await commands(Number(process.env.COMMANDS ?? 300))
}
console.log(JSON.stringify(result))
child.send({ end: true })
await once(child, 'exit')
process.exit(0)
