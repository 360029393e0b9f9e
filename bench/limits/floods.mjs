// Floods a server, and measures the ticks of well-behaved clients and the server's memory meanwhile:
// `node bench/limits/floods.mjs [--small] [--only=reconnecting]`. The attacks run in processes of their own.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SignJWT } from 'jose'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'

const PORT = Number(process.env.PORT ?? 39_871)
const url = `http://127.0.0.1:${PORT}`
const SHARE = process.argv.includes('--small') ? 0.05 : 1
const TICK_MS = 100
const VIEWERS = 5
const ONLY = process.argv.find((arg) => arg.startsWith('--only='))?.slice('--only='.length) ?? ''
const SECRET = 'a secret of the benchmark, 32 bytes or more'

const connect = (auth = {}, address = '192.0.2.1') =>
  io(url, {
    auth,
    extraHeaders: { 'x-forwarded-for': address },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })

/** The observers are not behind the attackers' address, whose rates the attacks use up. */
const OBSERVERS = '198.51.100.1'

const rawSocket = () => {
  const socket = new WebSocket(`ws://127.0.0.1:${PORT}/socket.io/?EIO=4&transport=websocket`, {
    headers: { 'x-forwarded-for': '192.0.2.1' },
  })
  const ended = new Promise((resolve) => {
    socket.on('close', () => resolve('closed'))
    socket.on('error', () => resolve('refused'))
  })
  return { socket, ended }
}

/** @type {Record<string, () => Promise<object>>} */
const attacks = {
  'no attack': async () => {
    await delay(10_000)
    return {}
  },
  '20 000 events of one socket': async () => {
    const socket = connect()
    await once(socket, 'connect')
    const codes = {}
    const count = 20_000 * SHARE
    const replies = Array.from({ length: count }, () =>
      socket.emitWithAck('viewer-join', { room: 'flood' }).then(
        ({ error }) => (codes[error?.code ?? 'ok'] = (codes[error?.code ?? 'ok'] ?? 0) + 1),
        () => (codes.lost = (codes.lost ?? 0) + 1),
      ),
    )
    await Promise.race([Promise.all(replies), once(socket, 'disconnect'), delay(20_000)])
    socket.disconnect()
    return codes
  },
  'reconnecting for each 200 events': async () => {
    const codes = { ok: 0, refused: 0 }
    const until = Date.now() + 10_000 * Math.max(SHARE, 0.2)
    while (Date.now() < until) {
      const socket = connect()
      const isOpen = await Promise.race([
        once(socket, 'connect').then(() => true),
        once(socket, 'connect_error').then(() => false),
      ])
      if (isOpen) {
        const replies = await Promise.all(
          Array.from({ length: 200 }, () =>
            socket.emitWithAck('leave', {}).catch(() => ({ success: false })),
          ),
        )
        for (const { success } of replies) codes[success ? 'ok' : 'refused'] += 1
      }
      socket.disconnect()
    }
    return codes
  },
  '5 000 handshakes that join nothing': async () => {
    const count = 5_000 * SHARE
    const all = Array.from({ length: count }, rawSocket)
    const ends = await Promise.race([Promise.all(all.map(({ ended }) => ended)), delay(30_000, ['late'])])
    const counts = {}
    for (const end of ends) counts[end] = (counts[end] ?? 0) + 1
    return counts
  },
  '5 000 handshakes without a token (AUTH_MODE=jwt)': async () => {
    const counts = {}
    const add = (what) => (counts[what] = (counts[what] ?? 0) + 1)
    const ends = Array.from({ length: 5_000 * SHARE }, () => {
      const { socket, ended } = rawSocket()
      socket.on('open', () => socket.send('40'))
      socket.on('message', (data) => {
        const text = data.toString()
        if (text.startsWith('44')) add(JSON.parse(text.slice(2)).data.code)
      })
      return ended.then(add)
    })
    await Promise.race([Promise.all(ends), delay(30_000)])
    return counts
  },
  'viewers that never read': async () => {
    const count = Math.ceil(50 * SHARE)
    const leader = connect()
    await once(leader, 'connect')
    await leader.emitWithAck('broadcaster-join', { room: 'unread' })
    const viewers = []
    for (let viewer = 0; viewer < count; viewer++) {
      const { socket } = rawSocket()
      viewers.push(socket)
      await once(socket, 'open')
      socket.send('40')
      socket.send('420["viewer-join",{"room":"unread"}]')
      await delay(20)
      socket.pause()
    }
    const members = Array.from({ length: 5_000 }, (_, index) => `the name of member ${index}`)
    const starts = []
    for (let draw = 0; draw < 20; draw++) {
      starts.push((await leader.emitWithAck('startRandom', members)).success)
      await leader.emitWithAck('cancelRandom', {})
      await delay(250)
    }
    await delay(2_000)
    for (const socket of viewers) socket.terminate()
    leader.disconnect()
    return { draws: starts.filter(Boolean).length, viewers: count }
  },
}

const [attack] = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))
if (attack !== undefined) {
  process.send?.('ready')
  await once(process, 'message')
  process.send?.(await attacks[attack]())
  process.exit()
}

const metrics = async () => {
  const text = await (await fetch(`${url}/metrics`)).text()
  const value = (name) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? NaN)
  const limited = [
    ...text.matchAll(
      /^roomreel_transport_total\{what="(limited|disconnected)",code="",reason="([^"]+)"\} (\d+)/gm,
    ),
  ]
  return {
    heapMb: (value('nodejs_heap_size_used_bytes') + value('nodejs_external_memory_bytes')) / 1e6,
    sockets: value('roomreel_sockets'),
    cpuS: value('process_cpu_seconds_total'),
    // Since the last reading.
    lagMs: value('nodejs_eventloop_lag_max_seconds') * 1e3,
    refusals: Object.fromEntries(
      limited.map(([, what, reason, count]) => [`${what} ${reason}`, Number(count)]),
    ),
  }
}

/** After a collection, so that only what is reachable counts. */
const memoryMb = async (server) => {
  for (let time = 0; time < 3; time++) {
    server.kill('SIGUSR2')
    await delay(300)
  }
  return (await metrics()).heapMb
}

/** Runs draws until it is stopped, and returns how late each tick reached each viewer. */
const observe = async (auth) => {
  const late = []
  const leader = connect(auth, OBSERVERS)
  const viewers = Array.from({ length: VIEWERS }, () => connect(auth, OBSERVERS))
  await leader.emitWithAck('broadcaster-join', { room: 'watched' })
  for (const viewer of viewers) {
    let startedAt = 0
    viewer.on('randomStarted', ({ at }) => (startedAt = at))
    viewer.on('randomHighlight', ({ tick }) => late.push(Date.now() - startedAt - tick * TICK_MS))
    await viewer.emitWithAck('viewer-join', { room: 'watched' })
  }
  let stopped = false
  const running = (async () => {
    while (!stopped) {
      const complete = once(viewers[0], 'randomComplete')
      await leader.emitWithAck('startRandom', ['Ann', 'Bob', 'Cleo'])
      await complete
    }
  })()
  return {
    take: () => late.splice(0),
    stop: async () => {
      stopped = true
      await running
      for (const socket of [leader, ...viewers]) socket.disconnect()
    },
  }
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

const token = () =>
  new SignJWT({ sub: 'observer' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET))

/** Runs these attacks, one after another, on a server of its own. */
const run = async (names, env, auth) => {
  if (names.length === 0) return
  const folder = mkdtempSync(join(tmpdir(), 'roomreel-floods-'))
  const fixed = {
    PORT: String(PORT),
    HOST: '127.0.0.1',
    DATA_DIR: folder,
    LOG_LEVEL: 'error',
    TRUST_PROXY: '1',
  }
  const onSignal = 'data:text/javascript,process.on("SIGUSR2",()=>gc())'
  const server = spawn(
    process.execPath,
    ['--expose-gc', '--import', onSignal, '--max-semi-space-size=64', main],
    { env: { ...process.env, ...fixed, ...env }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    await once(server.stdout, 'data')
    await measure(server, names, await observe(auth))
  } finally {
    server.kill('SIGTERM')
    await once(server, 'exit')
    rmSync(folder, { recursive: true })
  }
}

const measure = async (server, names, observer) => {
  await delay(6_000)
  observer.take()
  const before = await memoryMb(server)
  observer.take()
  console.log(`memory before: ${before.toFixed(1)} MB`)
  for (const name of names) {
    const child = fork(fileURLToPath(import.meta.url), [name, ...process.argv.slice(2)], { stdio: 'inherit' })
    // The start of the process itself is no part of the attack.
    await once(child, 'message')
    observer.take()
    const atStart = await metrics()
    child.send('begin')
    const [outcome] = await once(child, 'message')
    const atEnd = await metrics()
    const late = observer.take().toSorted((one, other) => one - other)
    await delay(6_000)
    const after = await memoryMb(server)
    const { sockets, refusals } = await metrics()
    observer.take()
    console.log(name, JSON.stringify(outcome))
    console.log(
      `  ticks ${late.length}: p50 ${percentile(late, 0.5)} p99 ${percentile(late, 0.99)} max ${late.at(-1)} ms;`,
      `memory after ${after.toFixed(1)} MB (${((after / before - 1) * 100).toFixed(0)} %); sockets ${sockets}`,
    )
    console.log(
      `  server: CPU ${(atEnd.cpuS - atStart.cpuS).toFixed(1)} s, longest turn ${atEnd.lagMs.toFixed(0)} ms;`,
      JSON.stringify(refusals),
    )
  }
  await observer.stop()
}

const names = Object.keys(attacks).filter((name) => name.includes(ONLY))
const needsJwt = (name) => name.includes('AUTH_MODE=jwt')
await run(
  names.filter((name) => !needsJwt(name)),
  {},
  {},
)
await run(names.filter(needsJwt), { AUTH_MODE: 'jwt', JWT_SECRET: SECRET }, { token: await token() })
process.exit()
