import type SimplePeer from 'simple-peer'
import type { io } from 'socket.io-client'
import type { Payload } from '../stranger.js'

declare global {
  interface Window {
    io: typeof io
    SimplePeer: SimplePeer.SimplePeer
    party: PartyApp
  }
}

export interface PartyUser {
  readonly id: string
  readonly name: string
  readonly colour?: string
}

export interface Coming {
  /** The server's. */
  readonly url: string
  readonly roomId: string
  readonly user: PartyUser
  readonly token?: string
  /** With the session that this tab had before it was reloaded, if it had one. */
  readonly comesBack: boolean
}

/** What the page knows and does. */
export interface PartyApp {
  /** All that the server sent but signals, in order. */
  readonly heard: Array<readonly [event: string, payload: Payload]>
  /** What it was relayed: `offer`, `candidate`, `renegotiate` …, and from whom. */
  readonly relayed: Array<readonly [sender: string, kind: string]>
  /** Signals that the server did not take. */
  readonly refused: Array<Payload>
  /** Users with whom a data channel is open. */
  readonly connected: Set<string>
  /** What users said over their data channels. */
  readonly said: Array<readonly [user: string, text: string]>
  /** Of each user's video, how many frames were shown that differed from the one before. */
  readonly frames: Record<string, number>
  /** Errors, for the report of a failed test. */
  readonly troubles: Array<string>
  readonly isOnline: () => boolean
  readonly joins: (coming: Coming) => Promise<Payload>
  readonly says: (text: string) => void
  /** Turns the camera on, for all current and later connections. */
  readonly shows: () => Promise<void>
}

/**
 * An application on stock simple-peer and stock socket.io-client, written from the contract alone. It runs in the page,
 * before the page's own code. A user who joins calls the users who are present.
 */
export const partyApp = (): void => {
  const calls = new Map<string, { readonly id: unknown; readonly peer: SimplePeer.Instance }>()
  let socket: ReturnType<typeof io> | undefined
  let camera: MediaStream | undefined

  const party: PartyApp = {
    heard: [],
    relayed: [],
    refused: [],
    connected: new Set(),
    said: [],
    frames: {},
    troubles: [],
    isOnline: () => socket?.connected === true,
    joins: async ({ url, roomId, user, token, comesBack }) => {
      const kept = comesBack ? sessionStorage.getItem('session') : null
      socket = window.io(url, { withCredentials: true, auth: kept === null ? {} : { sessionId: kept } })
      socket.onAny((event: string, payload: Payload) => {
        if (event === 'PEER_RELAY_SIGNAL') return
        party.heard.push([event, payload])
        if (event === 'session') sessionStorage.setItem('session', String(payload['sessionId']))
      })
      socket.on('PEER_RELAY_SIGNAL', ({ senderUser, signalData }) => relayed(senderUser, signalData))
      socket.on('connect_error', ({ message }) => party.troubles.push(message))
      const answer: Payload = await socket.emitWithAck('JOIN_USER_REQUEST', { roomId, user, token })
      const users = Array.isArray(answer['users']) ? answer['users'] : []
      for (const { id } of users) call(id, crypto.randomUUID(), true)
      return answer
    },
    says: (text) => {
      for (const { peer } of calls.values()) peer.send(text)
    },
    shows: async () => {
      const video = { width: 160, height: 120, frameRate: 15 }
      camera = await navigator.mediaDevices.getUserMedia({ video })
      for (const { peer } of calls.values()) peer.addStream(camera)
    },
  }
  window.party = party

  /** One end of a call. It has an id, because its user may return and the library's offers do not show that. */
  const call = (user: string, id: unknown, initiator: boolean): SimplePeer.Instance => {
    calls.get(user)?.peer.destroy()
    const streams = camera === undefined ? [] : [camera]
    const peer = new window.SimplePeer({ initiator, trickle: true, config: { iceServers: [] }, streams })
    calls.set(user, { id, peer })
    party.connected.delete(user)
    peer.on('signal', (data: object) => {
      const signal = { targetUser: user, signalData: { ...data, call: id } }
      socket?.emit('PEER_RELAY_SIGNAL', signal, (answer: Payload) => {
        if (answer['success'] !== true) party.refused.push(answer)
      })
    })
    peer.on('connect', () => party.connected.add(user))
    peer.on('data', (bytes) => party.said.push([user, String(bytes)]))
    peer.on('stream', (stream) => watch(user, stream))
    peer.on('error', ({ message }) => party.troubles.push(`${user}: ${message}`))
    return peer
  }

  const relayed = (sender: string, data: SimplePeer.SignalData & { readonly call?: unknown }): void => {
    party.relayed.push([sender, data.type])
    const known = calls.get(sender)
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
      if (picture !== last) party.frames[user] = (party.frames[user] ?? 0) + 1
      last = picture
      video.requestVideoFrameCallback(look)
    }
    video.requestVideoFrameCallback(look)
    void video.play()
  }
}
