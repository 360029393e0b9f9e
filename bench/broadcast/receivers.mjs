// The clients of a measurement, in a process of their own: bare websockets that speak as much Socket.IO as it
// takes to join and to answer pings, so that the server is what is measured.
// argv: url, how many
import { WebSocket } from 'ws'

const [serverUrl, count] = [process.argv[2], Number(process.argv[3])]
const sockets = []
let received = 0
let expected = Infinity
let acknowledged = 0
let running = 0

const COMMAND = '421["command",{"room":"main","id":"x","n":1}]'

const sendNext = (socket) => {
  if (socket.left-- > 0) socket.send(COMMAND)
  else if (--running === 0) process.send({ acknowledged })
}

const onMessage = (socket, text, onJoined) => {
  if (text.startsWith('42')) {
    if (++received === expected) process.send({ received })
  } else if (text.startsWith('43')) {
    acknowledged++
    sendNext(socket)
  } else if (text.startsWith('40')) onJoined()
  else if (text[0] === '0') socket.send('40')
  else if (text === '2') socket.send('3')
}

const open = () =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(serverUrl, { perMessageDeflate: false })
    socket.left = 0
    socket.on('error', reject)
    socket.on('message', (data) => onMessage(socket, data.toString(), () => resolve(socket)))
    if (process.env.BARE_WS) socket.on('open', () => resolve(socket))
  })

process.on('message', (message) => {
  if (message.expect) {
    received = 0
    expected = message.expect
    process.send({ ready: true })
  }
  if (message.commands) {
    acknowledged = 0
    running = sockets.length
    for (const socket of sockets) {
      socket.left = message.commands
      sendNext(socket)
    }
  }
  if (message.end) process.exit(0)
})

for (let i = 0; i < count; i += 50) {
  sockets.push(...(await Promise.all(Array.from({ length: Math.min(50, count - i) }, open))))
}
process.send({ connected: sockets.length })
