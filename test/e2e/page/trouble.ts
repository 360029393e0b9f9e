import type { BrowserContext } from 'playwright-core'

/** A page that is left while its connection changes from polling to a WebSocket: Chromium warns of it, and nothing is wrong. */
const leftTooEarly = /WebSocket is closed before the connection is established/

type Report = (what: string, isLostConnection: boolean) => void

/** What Chromium itself writes to the console when a server cannot be reached; a page cannot keep it from that. */
const lostConnection =
  /net::ERR_(CONNECTION_|INTERNET_DISCONNECTED|NETWORK_|EMPTY_RESPONSE)|^WebSocket connection to /

/** Reports all that no page of ours may do, in every page of this profile. */
export const watchForTrouble = (context: BrowserContext, origin: string, report: Report): void => {
  const leaves = (url: string): boolean => !url.startsWith(`${origin}/`) && !url.startsWith(`blob:${origin}/`)
  context.on('request', (request) => {
    if (leaves(request.url())) report(`asked another origin: ${request.url()}`, false)
  })
  context.on('page', (page) => {
    page.on('websocket', (socket) => {
      if (leaves(socket.url().replace(/^ws/, 'http'))) report(`asked another origin: ${socket.url()}`, false)
    })
  })
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (leftTooEarly.test(message.text())) return
    report(`${message.type()} in the console: ${message.text()}`, lostConnection.test(message.text()))
  })
  context.on('weberror', (webError) => report(`nobody caught ${String(webError.error())}`, false))
}

/** Runs in the page: a violation of the content security policy becomes an error in the console. */
export const reportPolicyViolations = (): void => {
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    console.error(`against its policy: ${violatedDirective} ${blockedURI}`),
  )
}
