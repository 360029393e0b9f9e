import { existsSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import type { ServerResponse } from 'node:http'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { isAllowedOrigin, originsFrom } from '../transport/handshake-guard.js'
import type { Origins } from '../transport/handshake-guard.js'
import { errorResponse, send, ErrorFilter } from './responses.js'
import type { Request, Response, ErrorFilterPorts } from './responses.js'
import { pageAt } from './page-addresses.js'

export interface HttpOptions extends ErrorFilterPorts {
  readonly clientOrigins: ReadonlyArray<string>
  readonly publicUrl: string | null
  /** Whether browsers use only https, so that HSTS may be sent. */
  readonly isSecure: boolean
  /** The folder of the built pages. */
  readonly webRoot: string
  /** Called at the end of each response. */
  readonly onResponse: (route: string, status: number) => void
}

const maxBodyBytes = 64 * 1024

/** The middleware of every request. Call it before the application is initialised. */
export const prepareHttp = (app: NestExpressApplication, options: HttpOptions): void => {
  const origins = originsFrom([...options.clientOrigins], options.publicUrl ?? undefined)
  app.use(countResponses(options.onResponse))
  app.use(rejectForeignOrigins(origins, options.now))
  secureHeaders(app, options.isSecure)
  // Other origins are already rejected, so the remaining ones may read.
  app.enableCors({ origin: true, credentials: true, exposedHeaders: ['Retry-After'] })
  // For any content type: an ignored body would create a public room instead of a private one.
  app.useBodyParser('json', { limit: maxBodyBytes, type: () => true })
  if (isBuilt(options.webRoot)) {
    app.use(rewritePageUrl)
    app.useStaticAssets(options.webRoot, {
      index: 'index.html',
      setHeaders: (response: ServerResponse, path: string) =>
        response.setHeader('cache-control', cacheControlOf(relative(options.webRoot, path))),
    })
  }
  app.useGlobalFilters(new ErrorFilter(options))
}

export const isBuilt = (webRoot: string): boolean => existsSync(join(webRoot, 'index.html'))

type Next = () => void

const rewritePageUrl = (request: Request, _response: Response, next: Next): void => {
  request.url = pageAt(request.url ?? '')
  next()
}

/** Labels by the route's pattern, because a path contains rooms and text of clients. */
const countResponses =
  (onResponse: HttpOptions['onResponse']) =>
  (request: Request, response: Response, next: Next): void => {
    response.once('finish', () => {
      const pattern = request.route?.path
      const { statusCode } = response
      onResponse(typeof pattern === 'string' ? pattern : statusCode < 400 ? 'page' : 'unknown', statusCode)
    })
    next()
  }

/** CORS only hides the response from a page of another origin; the room would still be created. */
const rejectForeignOrigins =
  (origins: Origins, now: () => number) =>
  (request: Request, response: Response, next: Next): void => {
    if (isAllowedOrigin(request, origins)) return next()
    send(response, errorResponse('access-denied', now()))
  }

const secureHeaders = (app: NestExpressApplication, isSecure: boolean): void => {
  app.useSecurityHeaders({
    contentSecurityPolicy: {
      // Its defaults make pages on plain HTTP load everything by https.
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // The component library positions its popups by the style attribute.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        // Not every browser counts a WebSocket of the same host as 'self'.
        connectSrc: ["'self'", 'ws:', 'wss:'],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    // A page's address may hold a token, and a proxy's log has the Referer of each request.
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isSecure && { maxAge: 31_536_000, includeSubDomains: false },
  })
}

/** Files in `assets` have a content hash in their name; all others are revalidated. */
const cacheControlOf = (path: string): string =>
  path.split(sep)[0] === 'assets' && extname(path) !== '.html'
    ? 'public, max-age=31536000, immutable'
    : 'no-cache'
