import type {
  Candidate,
  DataChannel,
  Description,
  MediaTrack,
  PeerConnection,
  Sender,
  Transceiver,
} from '../../../src/client/mesh/webrtc.js'

/** A media section of a description. */
interface Line {
  readonly mid: string
  readonly kind: string
  readonly sends: boolean
}

/** The content of a description, without its origin. */
interface Said {
  readonly offer: string
  readonly ufrag: string
  readonly lines: ReadonlyArray<Line>
  readonly candidates: ReadonlyArray<string>
}

interface FakeTransceiver extends Transceiver<MediaTrack> {
  mid: string | null
  currentDirection: string | null
  sends: boolean
  agreedSends: boolean
  isAgreed: boolean
  readonly sender: Sender<MediaTrack> & { track: MediaTrack | null }
}

export interface FakePeerConnection extends PeerConnection<MediaTrack, string> {
  readonly origin: string
  /** the offer that both peers have applied */
  agreed(): string | null
  isClosed(): boolean
  /** whether there are candidates of the far end for the present negotiation */
  reachable(): boolean
  ufrag(): string
  servers(): ReadonlyArray<object>
  iceTurns(iceConnectionState: string): void
  opensChannel(): void
}

export type FakeNetwork = Map<string, FakePeerConnection & { readonly hears: (text: string) => void }>

const write = (origin: string, said: Said): string =>
  `v=0\no=- ${origin} 2 IN IP4 0.0.0.0\n${JSON.stringify(said)}`

const read = (sdp = ''): { readonly origin: string; readonly said: Said } => {
  const [, originLine = '', body = ''] = sdp.split('\n')
  const said: Said = JSON.parse(body)
  return { origin: originLine.split(' ')[1] ?? '', said }
}

let made = 0

/**
 * The negotiation of an RTCPeerConnection, as strict as in a browser: it throws for a description in the wrong state, for an
 * answer to another offer, and for a description of another connection than before.
 */
export const fakePeerConnection = (network: FakeNetwork): FakePeerConnection => {
  const origin = `connection-${++made}`
  const listeners = new Map<string, Array<(event: never) => void>>()
  const transceivers: FakeTransceiver[] = []
  const heardText: Array<(event: { readonly data: unknown }) => void> = []
  const opened: Array<() => void> = []
  let signalingState = 'stable'
  let ice = 'new'
  let local: Description | null = null
  let pendingOffer: string | null = null
  let agreed: string | null = null
  let far: { readonly origin: string; ufrag: string; candidates: string[] } | null = null
  let generation = 0
  let ufrag = ''
  let gathered: string[] = []
  let wantsRestart = false
  let isNeeded = false
  let channelState = 'connecting'
  let offers = 0
  let servers: ReadonlyArray<object> = []

  const tell = (type: string, event: object = {}): void => {
    for (const listener of listeners.get(type) ?? []) listener(event as never)
  }

  const refuse = (why: string): never => {
    throw new Error(`InvalidStateError: ${why}`)
  }

  const isChangeWanted = (): boolean =>
    agreed === null ||
    wantsRestart ||
    transceivers.some((one) => one.mid === null || one.sends !== one.agreedSends)

  const checkNeed = (): void => {
    if (signalingState !== 'stable' || !isChangeWanted() || isNeeded) return
    isNeeded = true
    setImmediate(() => {
      if (signalingState !== 'stable' || !isNeeded) return
      tell('negotiationneeded')
    })
  }

  const gather = (): void => {
    if (!wantsRestart && ufrag !== '') return
    wantsRestart = false
    ufrag = `${origin}/${++generation}`
    gathered = []
    const mine = ufrag
    setImmediate(() => {
      if (signalingState === 'closed' || ufrag !== mine) return
      gathered = [`candidate of ${mine}`]
      const candidate: Candidate = { candidate: gathered[0] ?? '', sdpMid: '0', usernameFragment: mine }
      tell('icecandidate', { candidate: { toJSON: () => candidate } })
      tell('icecandidate', { candidate: null })
    })
  }

  const offeredLines = (): ReadonlyArray<Line> => {
    const taken = transceivers.map(({ mid }) => Number(mid ?? -1))
    let next = Math.max(-1, ...taken) + 1
    for (const one of transceivers) one.mid ??= String(next++)
    return answeredLines()
  }

  /** A transceiver that the far end has not offered has no `mid` yet, and is not in the answer. */
  const answeredLines = (): ReadonlyArray<Line> =>
    transceivers.flatMap(({ mid, receiver, sends }) =>
      mid === null ? [] : [{ mid, kind: receiver.track.kind, sends }],
    )

  const agree = (offer: string, farLines: ReadonlyArray<Line>): void => {
    signalingState = 'stable'
    agreed = offer
    pendingOffer = null
    isNeeded = false
    for (const one of transceivers) {
      if (one.mid === null) continue
      const receives = farLines.find(({ mid }) => mid === one.mid)?.sends === true
      one.agreedSends = one.sends
      one.isAgreed = true
      one.currentDirection = one.sends
        ? receives
          ? 'sendrecv'
          : 'sendonly'
        : receives
          ? 'recvonly'
          : 'inactive'
    }
    tell('signalingstatechange')
    checkNeed()
  }

  const add = (kind: string, track: MediaTrack | null): FakeTransceiver => {
    const sender = {
      track,
      replaceTrack: async (next: MediaTrack | null) => {
        sender.track = next
      },
    }
    const receiver = { track: { id: `${origin}-far-${transceivers.length}`, kind } }
    const one = {
      mid: null,
      currentDirection: null,
      sends: track !== null,
      agreedSends: false,
      isAgreed: false,
      sender,
      receiver,
    }
    transceivers.push(one)
    return one
  }

  const rollBack = (): void => {
    if (signalingState !== 'have-local-offer') refuse('nothing to roll back')
    signalingState = 'stable'
    pendingOffer = null
    isNeeded = false
    for (const one of transceivers) if (!one.isAgreed) one.mid = null
    checkNeed()
  }

  const farOf = (from: string, said: Said): void => {
    if (far !== null && far.origin !== from) refuse('a description of another connection')
    const isRestart = far !== null && far.ufrag !== said.ufrag
    if (far === null || isRestart) far = { origin: from, ufrag: said.ufrag, candidates: [] }
    far.candidates.push(...said.candidates)
    // The answer to an ICE restart restarts as well.
    if (isRestart && signalingState === 'stable') wantsRestart = true
  }

  const pc: FakePeerConnection = {
    origin,
    get signalingState() {
      return signalingState
    },
    get iceConnectionState() {
      return ice
    },
    get localDescription() {
      return local
    },
    setLocalDescription: async (description) => {
      await Promise.resolve()
      if (signalingState === 'closed') refuse('closed')
      if (description?.type === 'rollback') return rollBack()
      if (signalingState === 'have-remote-offer') {
        gather()
        const offer = pendingOffer ?? ''
        const farLines = read(farOffer).said.lines
        const said = { offer, ufrag, lines: answeredLines(), candidates: gathered }
        local = { type: 'answer', sdp: write(origin, said) }
        return agree(offer, farLines)
      }
      if (signalingState !== 'stable') return refuse('an offer is out already')
      gather()
      pendingOffer = `${origin}#${++offers}`
      signalingState = 'have-local-offer'
      isNeeded = false
      local = {
        type: 'offer',
        sdp: write(origin, { offer: pendingOffer, ufrag, lines: offeredLines(), candidates: gathered }),
      }
    },
    setRemoteDescription: async ({ type, sdp }) => {
      await Promise.resolve()
      if (signalingState === 'closed') refuse('closed')
      const { origin: from, said } = read(sdp)
      if (type === 'answer') {
        if (signalingState !== 'have-local-offer') refuse('an answer to nothing')
        if (said.offer !== pendingOffer) refuse('an answer to another offer')
        farOf(from, said)
        return agree(said.offer, said.lines)
      }
      if (signalingState === 'have-local-offer') rollBack()
      farOf(from, said)
      for (const { mid, kind } of said.lines) {
        if (transceivers.some((one) => one.mid === mid)) continue
        const own = transceivers.find((one) => one.mid === null && one.receiver.track.kind === kind)
        const taken = own ?? add(kind, null)
        taken.mid = mid
      }
      signalingState = 'have-remote-offer'
      pendingOffer = said.offer
      farOffer = sdp ?? ''
    },
    addIceCandidate: async (candidate) => {
      await Promise.resolve()
      if (far === null) return refuse('no description to add a candidate to')
      if (candidate === undefined || candidate.candidate === '') return
      if (candidate.usernameFragment !== far.ufrag) refuse('a candidate of another way')
      far.candidates.push(candidate.candidate ?? '')
    },
    restartIce: () => {
      wantsRestart = true
      isNeeded = false
      checkNeed()
    },
    setConfiguration: ({ iceServers }) => {
      servers = iceServers
    },
    addTrack: (track) => {
      const spare = transceivers.find(
        (one) => one.sender.track === null && !one.sends && one.receiver.track.kind === track.kind,
      )
      const one = spare ?? add(track.kind, track)
      one.sender.track = track
      one.sends = true
      checkNeed()
      return one.sender
    },
    getTransceivers: () => transceivers,
    createDataChannel: () => {
      checkNeed()
      const channel: DataChannel = {
        get readyState() {
          return channelState
        },
        send: (text) => void setImmediate(() => far !== null && network.get(far.origin)?.hears(text)),
        addEventListener: (type: string, listener: (event: { readonly data: unknown }) => void) => {
          if (type === 'message') heardText.push(listener)
          else opened.push(() => listener({ data: null }))
        },
      }
      return channel
    },
    close: () => {
      signalingState = 'closed'
      ice = 'closed'
      channelState = 'closed'
    },
    addEventListener: (type: string, listener: (event: never) => void) => {
      listeners.set(type, [...(listeners.get(type) ?? []), listener])
    },
    agreed: () => agreed,
    isClosed: () => signalingState === 'closed',
    reachable: () => far !== null && far.candidates.includes(`candidate of ${far.ufrag}`),
    ufrag: () => ufrag,
    servers: () => servers,
    iceTurns: (next) => {
      ice = next
      tell('iceconnectionstatechange')
    },
    opensChannel: () => {
      if (channelState !== 'connecting') return
      channelState = 'open'
      for (const open of opened) open()
    },
  }
  let farOffer = ''
  network.set(
    origin,
    Object.assign(pc, { hears: (text: string) => heardText.forEach((hear) => hear({ data: text })) }),
  )
  return pc
}

/** Waits until no operation is pending inside the two. */
export const settled = async (): Promise<void> => {
  for (let round = 0; round < 12; round++) await new Promise((resolve) => void setImmediate(resolve))
}
