import { io } from 'socket.io-client'

// Sends one request to the ward, and prints the reply. `watch` prints what happens on the ward until it is stopped.
//
//   TOKEN=… node examples/ward/dist/client.js watch
//   TOKEN=… node examples/ward/dist/client.js alert:raise '{"bed":3,"kind":"fall"}'

const { TOKEN, WARD = 'http://localhost:3000/ward' } = process.env
const [, , event = 'watch', payload = '{}'] = process.argv

const print = (name: string, value: unknown): void =>
  void process.stdout.write(`${name} ${JSON.stringify(value)}\n`)

const socket = io(WARD, { auth: TOKEN === undefined ? {} : { token: TOKEN }, transports: ['websocket'] })

socket.on('connect_error', ({ message }) => {
  print('not connected:', message)
  if (!socket.active) process.exitCode = 1
})
socket.on('disconnect', (reason) => print('disconnected:', reason))
socket.onAny(print)

if (event === 'watch') socket.on('connect', () => void socket.emit('ward:enter'))
else {
  print('reply', await socket.emitWithAck(event, JSON.parse(payload)))
  socket.off('disconnect').disconnect()
}
