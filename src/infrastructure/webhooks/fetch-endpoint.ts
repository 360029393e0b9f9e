import type { Answer, Endpoint } from './endpoint.js'

/** Read, so that the connection can be used again; of one that is longer the connection is closed. */
const readBytesAtMost = 65_536

/**
 * By Node's own `fetch`. A redirect is an answer like any other that is no success: it is not followed, because what is
 * posted is about people and meant for the address that was set.
 */
export const fetchEndpoint = (url: string): Endpoint => ({
  post: async (body, headers, signal) => {
    try {
      const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' })
      await passOver(response)
      return { type: 'answered', status: response.status }
    } catch {
      // What went wrong is not passed on: the error quotes the address, which may have a secret in it.
      return unreachable
    }
  },
})

const unreachable: Answer = { type: 'unreachable' }

const passOver = async (response: Response): Promise<void> => {
  const length = response.headers.get('content-length')
  if (length !== null && Number(length) <= readBytesAtMost) await response.arrayBuffer()
  else await response.body?.cancel()
}
