import { WebSocket } from 'ws'

/**
 * A Socket.IO client of a few lines, on a bare websocket: the load must cost less than what it measures. Speaks
 * Engine.IO 4 and Socket.IO 5 text packets of the namespaces `/` and `/rooms`, and nothing else.
 *
 * @param {string} url where the server is, `http://…`
 * @param {{ namespace?: string, auth?: object, reads?: (json: string) => any, onEvent: (event: string, packet: string) => void }} options
 *   `packet` is the event's JSON, unread: most of what is received is only counted; `reads` an acknowledgement's
 */
export const rawClient = (url, { namespace = '/', auth = {}, reads = JSON.parse, onEvent }) =>
  new Promise((resolve, reject) => {
    const prefix = namespace === '/' ? '' : `${namespace},`
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
    /** @type {Map<number, (reply: any) => void>} */
    const waiting = new Map()
    let lastId = 0
    const client = {
      /** Emits, and resolves with the acknowledgement. */
      ask: (/** @type {string} */ event, /** @type {unknown} */ payload) =>
        new Promise((answer) => {
          const id = lastId++
          waiting.set(id, answer)
          socket.send(`42${prefix}${id}${JSON.stringify([event, payload])}`)
        }),
      /** Emits, and wants no answer. */
      tell: (/** @type {string} */ event, /** @type {unknown} */ payload) =>
        socket.send(`42${prefix}${JSON.stringify([event, payload])}`),
      close: () => socket.terminate(),
    }
    const receive = (/** @type {string} */ packet) => {
      const body = packet.slice(1)
      if (packet[0] === '0') return resolve(client)
      if (packet[0] === '2') return onEvent(body.slice(2, body.indexOf('"', 2)), body)
      if (packet[0] === '3') {
        const at = body.indexOf('[')
        const id = Number(body.slice(0, at))
        waiting.get(id)?.(reads(body.slice(at))[0])
        waiting.delete(id)
      }
    }
    socket.on('message', (data) => {
      const frame = data.toString()
      if (frame === '2') return socket.send('3')
      if (frame[0] === '0') return socket.send(`40${prefix}${JSON.stringify(auth)}`)
      if (frame[0] !== '4') return undefined
      // The namespace stands between the packet's type and its id or its JSON.
      const packet = frame.slice(1)
      return receive(namespace === '/' ? packet : packet.replace(`${namespace},`, ''))
    })
    socket.on('error', reject)
  })
