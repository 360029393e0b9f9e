import type { Sender, Transceiver } from './webrtc.js'

/** What a peer can send: each its own track, which comes and goes. */
export type Source = 'microphone' | 'camera' | 'screen'

export const sources = ['microphone', 'camera', 'screen'] as const satisfies ReadonlyArray<Source>

/** Which track is which, by its `mid`; `null`: turned off. Told by the peer itself, on a channel beside the media. */
export type Presence = Readonly<Record<Source, string | null>>

export const presenceLabel = 'roomreel.presence'

/** Agreed on beforehand, so that it needs no negotiation of its own. */
export const presenceChannelId = 0

export const presenceText = (presence: Presence): string => JSON.stringify({ type: 'presence', ...presence })

/** By the transceiver through which each of them goes; before it is agreed on, it has no `mid` yet. */
export const presenceIn = <Track>(
  transceivers: ReadonlyArray<Transceiver<Track>>,
  senderOf: (source: Source) => Sender<Track> | undefined,
): Presence => {
  const midOf = (source: Source): string | null => {
    const sender = senderOf(source)
    return transceivers.find((one) => one.sender === sender)?.mid ?? null
  }
  return { microphone: midOf('microphone'), camera: midOf('camera'), screen: midOf('screen') }
}

const longestText = 1_000

const midIn = (found: object, source: Source): string | null => {
  const mid: unknown = Object.entries(found).find(([name]) => name === source)?.[1]
  return typeof mid === 'string' ? mid : null
}

/** A peer may be another program, or of another version: what is no presence is `null`. */
export const readPresence = (text: unknown): Presence | null => {
  if (typeof text !== 'string' || text.length > longestText) return null
  try {
    const found: unknown = JSON.parse(text)
    if (typeof found !== 'object' || found === null || !('type' in found) || found.type !== 'presence')
      return null
    return {
      microphone: midIn(found, 'microphone'),
      camera: midIn(found, 'camera'),
      screen: midIn(found, 'screen'),
    }
  } catch {
    return null
  }
}
