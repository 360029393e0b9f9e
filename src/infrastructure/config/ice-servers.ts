import { z } from 'zod'

/** As `RTCConfiguration.iceServers` takes them. */
const iceServer = z.strictObject({
  urls: z
    .string()
    .regex(/^(stuns?|turns?):./)
    .or(z.array(z.string().regex(/^(stuns?|turns?):./)).min(1)),
  username: z.string().optional(),
  credential: z.string().optional(),
})

export type IceServer = z.output<typeof iceServer>

/** JSON in an environment variable. What is wrong in it is named by its place, because it holds passwords. */
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
