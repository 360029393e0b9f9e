import type { BrowserContext } from 'playwright-core'

/** Chromium warns so when a page closes during the upgrade from polling to WebSocket, which is harmless. */
const leftTooEarly = /WebSocket is closed before the connection is established/

/** Chromium logs a device that `refuseDevices` forbids. The server's own headers forbid none. */
const refusedDevice = /^Permissions policy violation: (camera|microphone) is not allowed in this document\.$/

type Report = (what: string, isLostConnection: boolean) => void

/** Chromium itself logs these errors when a server cannot be reached. */
const lostConnection =
  /net::ERR_(CONNECTION_|INTERNET_DISCONNECTED|NETWORK_|EMPTY_RESPONSE)|^WebSocket connection to /

/** Reports console errors, uncaught errors and requests to other origins, in every page of this profile. */
export const reportPageErrors = (context: BrowserContext, origin: string, report: Report): void => {
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
    if (leftTooEarly.test(message.text()) || refusedDevice.test(message.text())) return
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
