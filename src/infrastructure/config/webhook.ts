import { z } from 'zod'

/** Kept to the letter, unlike other addresses: a slash at its end can be another place. It may have a secret in it. */
export const webhookAddress: z.ZodType<string, string> = z.string().transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isFit = url !== undefined && /^https?:$/.test(url.protocol) && url.username + url.password === ''
  if (isFit) return url.href
  context.addIssue('must be an http:// or https:// address without a user name')
  return z.NEVER
})

/** As the Standard Webhooks specification writes a secret and how long it has it be. */
export const webhookSecret: z.ZodType<string, string> = z.string().transform((value, context) => {
  const [, base64 = ''] =
    /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(value) ?? []
  const bytes = Buffer.from(base64, 'base64').length
  if (bytes >= 24 && bytes <= 64) return value
  context.addIssue('must be whsec_ and then 24 to 64 random bytes as base64')
  return z.NEVER
})
