import { createServer } from 'node:http'
import { randomInt } from 'node:crypto'
import { Server } from 'socket.io'

/**
 * What people write who want it quick: Socket.IO and nothing else, with a deadline for each tick. No check of what
 * comes in, no log, no coming back.
 */
const http = createServer()
const io = new Server(http, { pingInterval: 10_000, pingTimeout: 5_000, perMessageDeflate: false })
let draws = 0

const epochMs = () => performance.timeOrigin + performance.now()

io.on('connection', (socket) => {
  socket.on('viewer-join', ({ room }, acknowledge) => {
    socket.data.room = room
    void socket.join(room)
    acknowledge({ success: true, room, memberId: socket.id })
  })
  socket.on('startRandom', ({ members }, acknowledge) => {
    const { room } = socket.data
    const drawId = String(++draws)
    const startedAt = epochMs()
    acknowledge({ success: true, drawId })
    io.to(room).emit('randomStarted', { drawId, members, ticks: 50, intervalMs: 100, room, at: startedAt })
    const tick = (/** @type {number} */ n) => {
      const index = randomInt(members.length)
      const member = { id: `#${index + 1}`, name: members[index] }
      io.to(room).emit('randomHighlight', {
        drawId,
        tick: n,
        index,
        member,
        room,
        seq: n,
        at: Math.round(epochMs()),
      })
      if (n === 50) io.to(room).emit('randomComplete', { drawId, index, winner: member })
      else setTimeout(tick, startedAt + (n + 1) * 100 - epochMs(), n + 1)
    }
    setTimeout(tick, 100, 1)
  })
})

io.on('connection', (socket) => {
  socket.on('join:room', ({ roomCode }, acknowledge) => {
    void socket.join(roomCode)
    acknowledge({ success: true, peerId: socket.id })
  })
  socket.on('webrtc:ice', ({ targetPeerId, ...signal }) => {
    io.to(targetPeerId).emit('webrtc:ice', { from: socket.id, targetPeerId, ...signal })
  })
})

io.of('/rooms').on('connection', (socket) => {
  let seq = 0
  socket.on('join', ({ room }, acknowledge) => {
    void socket.join(room)
    acknowledge({ success: true, room })
  })
  socket.on('command', ({ room, type, payload }, acknowledge) => {
    seq++
    acknowledge({ success: true, seq })
    io.of('/rooms').to(room).emit('event', { room, seq, at: Date.now(), type, by: socket.id, data: payload })
  })
})

http.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  process.send?.({ type: 'ready', url: `http://127.0.0.1:${http.address().port}` })
})
