import { existsSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import type { ServerResponse } from 'node:http'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { isAllowedOrigin, originsFrom } from '../transport/handshake-guard.js'
import type { Origins } from '../transport/handshake-guard.js'
import { refusal, send } from './answers.js'
import type { Request, Response } from './answers.js'
import { Failures } from './failures.js'
import type { FailurePorts } from './failures.js'
import { pageAt } from './page-addresses.js'

export interface HttpOptions extends FailurePorts {
  readonly clientOrigins: ReadonlyArray<string>
  readonly publicUrl: string | null
  /** Whether browsers reach the server by https alone, and may be told to remember that. */
  readonly isSecure: boolean
  /** The folder of the built page. */
  readonly webRoot: string
  readonly answered: (route: string, status: number) => void
}

const bodyBytesAtMost = 64 * 1024

/** What holds for every request, whatever answers it. To be called before the application is initialised. */
export const prepareHttp = (app: NestExpressApplication, options: HttpOptions): void => {
  const origins = originsFrom([...options.clientOrigins], options.publicUrl ?? undefined)
  app.use(countingAnswers(options.answered))
  app.use(refusingForeignOrigins(origins, options.now))
  secureHeaders(app, options.isSecure)
  // Other origins were refused by then, so whichever is left may read.
  app.enableCors({ origin: true, credentials: true, exposedHeaders: ['Retry-After'] })
  // Whatever it says it is: a body that went unread for its type would make a public room of a private one.
  app.useBodyParser('json', { limit: bodyBytesAtMost, type: () => true })
  if (isBuilt(options.webRoot)) {
    app.use(roomsAtTheirAddress)
    app.useStaticAssets(options.webRoot, {
      index: 'index.html',
      setHeaders: (response: ServerResponse, path: string) =>
        response.setHeader('cache-control', cachingOf(relative(options.webRoot, path))),
    })
  }
  app.useGlobalFilters(new Failures(options))
}

export const isBuilt = (webRoot: string): boolean => existsSync(join(webRoot, 'index.html'))

type Next = () => void

const roomsAtTheirAddress = (request: Request, _response: Response, next: Next): void => {
  request.url = pageAt(request.url ?? '')
  next()
}

/** By the route's pattern: a path has rooms in it, and whatever else a stranger writes there. */
const countingAnswers =
  (answered: HttpOptions['answered']) =>
  (request: Request, response: Response, next: Next): void => {
    response.once('finish', () => {
      const pattern = request.route?.path
      const { statusCode } = response
      answered(typeof pattern === 'string' ? pattern : statusCode < 400 ? 'page' : 'unknown', statusCode)
    })
    next()
  }

/** CORS hides an answer from a page of another origin; the room would have been made all the same. */
const refusingForeignOrigins =
  (origins: Origins, now: () => number) =>
  (request: Request, response: Response, next: Next): void => {
    if (isAllowedOrigin(request, origins)) return next()
    send(response, refusal('access-denied', now()))
  }

const secureHeaders = (app: NestExpressApplication, isSecure: boolean): void => {
  app.useSecurityHeaders({
    contentSecurityPolicy: {
      // Its defaults would have a page on plain HTTP, as in a house's own network, fetch everything by https.
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // The component library positions its popups by the style attribute.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        // Not every browser counts a websocket of the same host as 'self'.
        connectSrc: ["'self'", 'ws:', 'wss:'],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: isSecure && { maxAge: 31_536_000, includeSubDomains: false },
  })
}

/** Vite names what is in `assets` by its content; everything else is asked for anew, and mostly not sent again. */
const cachingOf = (path: string): string =>
  path.split(sep)[0] === 'assets' && extname(path) !== '.html'
    ? 'public, max-age=31536000, immutable'
    : 'no-cache'
