import { z } from 'zod'
import { listOf } from './setting-parsers.js'

/** As in `RTCConfiguration.iceServers`. */
export const iceServer = z.strictObject({
  urls: z
    .string()
    .regex(/^(stuns?|turns?):./)
    .or(z.array(z.string().regex(/^(stuns?|turns?):./)).min(1)),
  username: z.string().exactOptional(),
  credential: z.string().exactOptional(),
})

export type IceServer = z.output<typeof iceServer>

/**
 * As in RFC 7065: without `//` and user name. Stricter than `ICE_SERVERS`, because a browser that does not understand
 * one address makes no connection at all.
 */
const turnAddress = z
  .string()
  .regex(
    /^turns?:(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/i,
    'must be turn: or turns: and a host',
  )

/** Separated by commas, as for `turn:` over UDP and `turns:` over TCP. */
export const turnAddresses: z.ZodType<ReadonlyArray<string>, string> = listOf(turnAddress).refine(
  (addresses) => addresses.length > 0,
  'must be turn: or turns: and a host',
)

/** JSON in an environment variable. An error names the path and not the value, which may be a password. */
export const iceServers: z.ZodType<ReadonlyArray<IceServer>, string> = z
  .string()
  .transform((value, context) => {
    const parsed = z.array(iceServer).safeParse(jsonIn(value))
    if (parsed.success) return parsed.data
    const path = parsed.error.issues[0]?.path.join('.') ?? ''
    context.addIssue(
      `must be JSON like [{"urls":"stun:stun.example.org"}]${path === '' ? '' : `; look at ${path}`}`,
    )
    return z.NEVER
  })

const jsonIn = (value: string): unknown => {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
