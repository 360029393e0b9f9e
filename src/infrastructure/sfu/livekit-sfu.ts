import type { Sfu } from '../../application/ports/sfu.js'

export interface LivekitOptions {
  /** `ws://` or `wss://`: where clients reach it, not where this server would. */
  readonly url: string
  readonly apiKey: string
  readonly apiSecret: string
}

/** Long enough to load a page and join; who is in stays in, for LiveKit renews the tokens of those who are connected. */
const lifetimeSeconds = 10 * 60

/**
 * Tokens for a LiveKit server, made by its own SDK and checked by that server alone: no request is made. How long they
 * live goes by the machine's clock, which is what the SDK reads and what the other server compares with.
 *
 * The SDK is loaded here and not above: it takes 75 ms and 18 MB, which a server without LiveKit need not have.
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
      // What is not named here is refused by LiveKit, but for data, which is allowed unless it is forbidden: what
      // people write or send goes through the room, where it is logged and limited.
      token.addGrant({ room, roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: false })
      return { type: 'livekit', url, token: await token.toJwt() }
    },
  }
}
