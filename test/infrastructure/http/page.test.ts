import { mkdir, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inFolder, runningServer } from './running-server.js'
import type { TestServer, TestServerOptions } from './running-server.js'

const withServer = async (
  options: TestServerOptions,
  work: (server: TestServer) => Promise<void>,
): Promise<void> => {
  const server = await runningServer(options)
  try {
    await work(server)
  } finally {
    await server.stop()
  }
}

const withPage = (work: (server: TestServer) => Promise<void>, env: Record<string, string> = {}) =>
  inFolder(async (webRoot) => {
    await mkdir(join(webRoot, 'assets'))
    await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>the page</title>')
    await writeFile(join(webRoot, 'meet.html'), '<!doctype html><title>the call</title>')
    await writeFile(join(webRoot, 'connect-four.html'), '<!doctype html><title>the game</title>')
    await writeFile(join(webRoot, 'quiz.html'), '<!doctype html><title>the quiz</title>')
    await writeFile(join(webRoot, 'reel.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    await writeFile(join(webRoot, 'assets', 'main-Ab12Cd34.js'), 'export {}')
    await writeFile(join(webRoot, '.secret'), 'canary')
    await withServer({ webRoot, env }, work)
  })

/** The status of a request with this ETag. `fetch` would send its own cache headers with it. */
const statusWithETag = (url: string, etag: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { 'if-none-match': etag } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).once('error', reject)
  })

describe('the page', () => {
  it('is revalidated at each request, and its hashed assets are cached for a year', () =>
    withPage(async ({ request, url }) => {
      const page = await request('/')
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('the page')
      expect(page.headers.get('content-type')).toMatch(/^text\/html/)
      expect(page.headers.get('cache-control')).toBe('no-cache')
      expect(await statusWithETag(url, page.headers.get('etag') ?? '')).toBe(304)

      const script = await request('/assets/main-Ab12Cd34.js')
      expect(script.headers.get('content-type')).toMatch(/^text\/javascript/)
      expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect((await request('/reel.svg')).headers.get('cache-control')).toBe('no-cache')
    }))

  it.each(['/meet', '/meet/', '/meet/ABC123', '/meet/abc?name=Ann', '/meet/%E0%A4%A'])(
    'of a call is served at %s, and revalidated too',
    (path) =>
      withPage(async ({ request }) => {
        const page = await request(path)
        expect(page.status).toBe(200)
        expect(await page.text()).toContain('the call')
        expect(page.headers.get('cache-control')).toBe('no-cache')
      }),
  )

  it.each(['/connect-four', '/connect-four/7QKM-X2TD', '/connect-four/game_1.2:3'])(
    'of a game is served at %s',
    (path) =>
      withPage(async ({ request }) => {
        expect(await (await request(path)).text()).toContain('the game')
      }),
  )

  it.each(['/quiz', '/quiz/', '/quiz/7QKM-X2TD', '/quiz/7QKM-X2TD?host'])(
    'of a quiz is served at %s',
    (path) =>
      withPage(async ({ request }) => {
        expect(await (await request(path)).text()).toContain('the quiz')
      }),
  )

  it.each(['/meet/abc/def', '/meetings'])('of a call is not served at %s', (path) =>
    withPage(async ({ request }) => {
      expect((await request(path)).status).toBe(404)
    }),
  )

  it('is served without hidden files or files outside its folder', () =>
    withPage(async ({ request }) => {
      for (const path of [
        '/.secret',
        '/..%2f..%2fetc%2fpasswd',
        '/assets/%2e%2e/%2e%2e/package.json',
        '/assets',
      ]) {
        const response = await request(path, { redirect: 'manual' })
        expect(await response.text()).not.toContain('canary')
        expect([301, 400, 404]).toContain(response.status)
      }
    }))

  it.each(['/', '/meet', '/meet/ABC123'])(
    'at %s is one line that says what to do, when it has not been built',
    (path) =>
      withServer({}, async ({ request }) => {
        const response = await request(path)
        expect(response.status).toBe(404)
        expect(await response.text()).toBe(
          'The page has not been built: run "npm run build" and start the server again.\n',
        )
      }),
  )

  it.each(['/', '/health/live', '/nothing-here', '/assets/main-Ab12Cd34.js'])(
    'and every other response (%s) may load from this server only, and not be framed',
    (path) =>
      withPage(async ({ request }) => {
        const { headers } = await request(path)
        expect(headers.get('content-security-policy')?.split(';')).toStrictEqual([
          "default-src 'self'",
          "style-src 'self' 'unsafe-inline'",
          "img-src 'self' data:",
          "connect-src 'self' ws: wss:",
          "base-uri 'none'",
          "frame-ancestors 'none'",
        ])
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(headers.get('x-frame-options')).toBe('DENY')
        expect(headers.get('referrer-policy')).toBe('no-referrer')
        expect(headers.get('x-powered-by')).toBeNull()
        expect(headers.get('strict-transport-security')).toBeNull()
      }),
  )

  it('sends HSTS when clients use https', () =>
    withPage(
      async ({ port }) => {
        const response = await fetch(`http://127.0.0.1:${port}/`)
        expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000')
      },
      { PUBLIC_URL: 'https://draw.example.org' },
    ))
})

describe('an unknown path', () => {
  it('is answered with unknown-event, without repeating the path', () =>
    withServer({}, async ({ request, clock }) => {
      const response = await request('/canary')
      expect(response.status).toBe(404)
      expect(await response.json()).toStrictEqual({
        success: false,
        error: {
          code: 'unknown-event',
          message: 'There is nothing here',
          timestamp: new Date(clock.now()).toISOString(),
        },
      })
    }))

  it('that cannot be decoded is answered with invalid-payload', () =>
    withServer({}, async ({ request }) => {
      const response = await request('/rooms/%E0%A4%A/events')
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { code: 'invalid-payload' } })
    }))
})
