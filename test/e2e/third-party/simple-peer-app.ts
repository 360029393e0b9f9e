import type SimplePeer from 'simple-peer'
import type { io } from 'socket.io-client'
import type { Payload } from '../stock-client.js'

declare global {
  interface Window {
    io: typeof io
    SimplePeer: SimplePeer.SimplePeer
    app: SimplePeerApp
  }
}

export interface AppUser {
  readonly id: string
  readonly name: string
  readonly colour?: string
}

export interface JoinOptions {
  /** URL of the server */
  readonly url: string
  readonly roomId: string
  readonly user: AppUser
  readonly token?: string
  /** Resume the session that this tab had before its reload, if any. */
  readonly comesBack: boolean
}

/** State and actions of the page. */
export interface SimplePeerApp {
  /** All events from the server except signals, in order. */
  readonly received: Array<readonly [event: string, payload: Payload]>
  /** Sender and type of each relayed signal: `offer`, `candidate`, `renegotiate` … */
  readonly relayed: Array<readonly [sender: string, kind: string]>
  /** Replies to signals that the server rejected. */
  readonly refused: Array<Payload>
  /** Users with an open data channel. */
  readonly connected: Set<string>
  /** Messages over the data channels. */
  readonly said: Array<readonly [user: string, text: string]>
  /** By user: frames of the video that differed from the frame before. */
  readonly frames: Record<string, number>
  /** For the analysis of failures. */
  readonly errors: Array<string>
  readonly isOnline: () => boolean
  readonly join: (options: JoinOptions) => Promise<Payload>
  readonly send: (text: string) => void
  /** Sends the camera to all current and later peers. */
  readonly turnOnCamera: () => Promise<void>
}

/**
 * An application on stock simple-peer and stock socket.io-client, written from the contract. Runs in the page before its
 * scripts: a new peer calls the present ones.
 */
export const runSimplePeerApp = (): void => {
  const openCaller = new Map<string, { readonly id: unknown; readonly peer: SimplePeer.Instance }>()
  let socket: ReturnType<typeof io> | undefined
  let camera: MediaStream | undefined

  const app: SimplePeerApp = {
    received: [],
    relayed: [],
    refused: [],
    connected: new Set(),
    said: [],
    frames: {},
    errors: [],
    isOnline: () => socket?.connected === true,
    join: async ({ url, roomId, user, token, comesBack }) => {
      const kept = comesBack ? sessionStorage.getItem('session') : null
      socket = window.io(url, { withCredentials: true, auth: kept === null ? {} : { sessionId: kept } })
      socket.onAny((event: string, payload: Payload) => {
        if (event === 'PEER_RELAY_SIGNAL') return
        app.received.push([event, payload])
        if (event === 'session') sessionStorage.setItem('session', String(payload['sessionId']))
      })
      socket.on('PEER_RELAY_SIGNAL', ({ senderUser, signalData }) => relayed(senderUser, signalData))
      socket.on('connect_error', ({ message }) => app.errors.push(message))
      const answer: Payload = await socket.emitWithAck('JOIN_USER_REQUEST', { roomId, user, token })
      const users = Array.isArray(answer['users']) ? answer['users'] : []
      for (const { id } of users) call(id, crypto.randomUUID(), true)
      return answer
    },
    send: (text) => {
      for (const { peer } of openCaller.values()) peer.send(text)
    },
    turnOnCamera: async () => {
      const video = { width: 160, height: 120, frameRate: 15 }
      camera = await navigator.mediaDevices.getUserMedia({ video })
      for (const { peer } of openCaller.values()) peer.addStream(camera)
    },
  }
  window.app = app

  /** A call has an id, because an offer of the library does not say that its user has reloaded the page. */
  const call = (user: string, id: unknown, initiator: boolean): SimplePeer.Instance => {
    openCaller.get(user)?.peer.destroy()
    const streams = camera === undefined ? [] : [camera]
    const peer = new window.SimplePeer({ initiator, trickle: true, config: { iceServers: [] }, streams })
    openCaller.set(user, { id, peer })
    app.connected.delete(user)
    peer.on('signal', (data: object) => {
      const signal = { targetUser: user, signalData: { ...data, call: id } }
      socket?.emit('PEER_RELAY_SIGNAL', signal, (answer: Payload) => {
        if (answer['success'] !== true) app.refused.push(answer)
      })
    })
    peer.on('connect', () => app.connected.add(user))
    peer.on('data', (bytes) => app.said.push([user, String(bytes)]))
    peer.on('stream', (stream) => watch(user, stream))
    peer.on('error', ({ message }) => app.errors.push(`${user}: ${message}`))
    return peer
  }

  const relayed = (sender: string, data: SimplePeer.SignalData & { readonly call?: unknown }): void => {
    app.relayed.push([sender, data.type])
    const known = openCaller.get(sender)
    if (known !== undefined && known.id === data.call) return known.peer.signal(data)
    if (data.type === 'offer') call(sender, data.call, false).signal(data)
  }

  const watch = (user: string, stream: MediaStream): void => {
    const video = document.createElement('video')
    Object.assign(video, { muted: true, playsInline: true, srcObject: stream })
    document.body.append(video)
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    let last = ''
    const look = (): void => {
      context?.drawImage(video, 0, 0, 32, 24)
      const picture = String(context?.getImageData(0, 0, 32, 24).data)
      if (picture !== last) app.frames[user] = (app.frames[user] ?? 0) + 1
      last = picture
      video.requestVideoFrameCallback(look)
    }
    video.requestVideoFrameCallback(look)
    void video.play()
  }
}
