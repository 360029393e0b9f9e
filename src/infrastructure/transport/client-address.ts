import type { IncomingHttpHeaders } from 'node:http'

type FromSomewhere = {
  readonly headers: IncomingHttpHeaders
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/**
 * Where a request comes from. Each proxy adds at the end of `X-Forwarded-For` whom it was asked by, so with n of
 * them the n-th from the end is the first that no client can make up.
 */
export const addressOf = ({ headers, socket }: FromSomewhere, trustProxy: boolean | number): string => {
  const direct = socket.remoteAddress ?? ''
  const forwarded = headers['x-forwarded-for']
  if (!trustProxy || forwarded === undefined) return direct
  const hops = String(forwarded).split(',')
  return hops.at(-Number(trustProxy))?.trim() || hops[0]?.trim() || direct
}
