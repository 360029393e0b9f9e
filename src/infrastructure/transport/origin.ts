import type { IncomingMessage } from 'node:http'

export type Origins = ReadonlySet<string>

const originOf = (url: string): string | undefined => {
  try {
    return new URL(url).origin
  } catch {
    return undefined
  }
}

/** The settings' origins and the public URL's. A wrong one is a mistake in the settings. */
export const originsFrom = (clientOrigins: readonly string[], publicUrl: string | undefined): Origins => {
  const urls = publicUrl === undefined ? clientOrigins : [...clientOrigins, publicUrl]
  return new Set(
    urls.map((url) => {
      const origin = originOf(url)
      if (origin === undefined || origin === 'null') throw new Error(`"${url}" is no origin`)
      return origin
    }),
  )
}

/** Where the page came from is where it connects to. The scheme may differ: TLS can end before this server. */
const isOwnHost = (origin: string, host: string | undefined): boolean => {
  if (host === undefined) return false
  const { protocol } = new URL(origin)
  return (protocol === 'http:' || protocol === 'https:') && originOf(`${protocol}//${host}`) === origin
}

/** Without an `Origin` it is a program: no browser leaves it out where it matters. */
export const isAllowedOrigin = ({ headers }: IncomingMessage, origins: Origins): boolean => {
  if (headers.origin === undefined) return true
  const origin = originOf(headers.origin)
  // Only an origin, not a URL that has one.
  if (origin === undefined || origin !== headers.origin.toLowerCase()) return false
  return origins.has(origin) || isOwnHost(origin, headers.host)
}
