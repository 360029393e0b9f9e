// The clients of a measurement, in a process of their own: bare websockets that speak as much Socket.IO as it
// takes to join and to answer pings, so that they are cheap and the server is what is measured.
// argv: url, count, events to send per client (each waits for its acknowledgement)
import { WebSocket } from 'ws'

const [url, count] = [process.argv[2], Number(process.argv[3])]
const sockets = []
let received = 0
let acknowledged = 0
let expected = Infinity

const onAcknowledged = (socket, text) => {
  acknowledged++
  if (socket.left-- > 0) socket.send(`421["command",{"room":"main","id":"${socket.left}","n":1}]`)
  else if (--running === 0) process.send({ acknowledged })
  void text
}
let running = 0

const open = (url) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    socket.left = 0
    socket.on('error', reject)
    socket.on('message', (data) => {
      const text = data.toString()
      if (text.startsWith('42') || text.startsWith('40') === false && text.startsWith('4') === false && text[0] !== '0' && text[0] !== '2') {
        if (++received === expected) process.send({ received })
        return
      }
      if (text.startsWith('43')) return onAcknowledged(socket, text)
      if (text[0] === '0') return socket.send('40')
      if (text === '2') return socket.send('3')
      if (text.startsWith('40')) resolve(socket)
    })
    if (process.env.BARE_WS) socket.on('open', () => resolve(socket))
  })

process.on('message', async (message) => {
  if (message.expect) {
    received = 0
    expected = message.expect
    process.send({ ready: true })
  }
  if (message.commands) {
    acknowledged = 0
    running = sockets.length
    for (const socket of sockets) {
      socket.left = message.commands - 1
      socket.send('421["command",{"room":"main","id":"x","n":1}]')
    }
  }
  if (message.end) process.exit(0)
})

for (let i = 0; i < count; i += 50) {
  sockets.push(...(await Promise.all(Array.from({ length: Math.min(50, count - i) }, () => open(url)))))
}
process.send({ connected: sockets.length })
