import type { Sfu } from '../../application/ports/sfu.js'

export interface LivekitOptions {
  /** `ws://` or `wss://`, as clients reach it. */
  readonly url: string
  readonly apiKey: string
  readonly apiSecret: string
}

/** Time to load a page and join. LiveKit renews the tokens of connected members. */
const lifetimeSeconds = 10 * 60

/**
 * Tokens for a LiveKit server, created by its SDK without a request to that server. Their lifetime counts by the machine's
 * clock, which the SDK reads. The SDK is imported here because it takes 75 ms and 18 MB.
 */
export const livekitSfu = async ({ url, apiKey, apiSecret }: LivekitOptions): Promise<Sfu> => {
  const { AccessToken } = await import('livekit-server-sdk')
  return {
    accessFor: async (room, member, name) => {
      const token = new AccessToken(apiKey, apiSecret, {
        identity: member,
        ttl: lifetimeSeconds,
        ...(name === null ? {} : { name }),
      })
      // LiveKit allows data unless it is forbidden. Members send data through the room, which logs and limits it.
      token.addGrant({ room, roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: false })
      return { type: 'livekit', url, token: await token.toJwt() }
    },
  }
}

/** For a server without an SFU: a full room names none. */
export const noSfu: Sfu = { accessFor: () => Promise.resolve(null) }
