import { writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import { io } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import { httpsOptions } from '../../../src/infrastructure/nest/certificate.js'
import { inFolder, runningServer } from '../http/running-server.js'
import type { TestServer } from '../http/running-server.js'
import { selfSignedCertificate } from './self-signed-certificate.js'

interface Files {
  readonly certFile: string
  readonly keyFile: string
  readonly write: (pair: { readonly cert?: string; readonly key?: string }) => void
}

/** A server with TLS for the duration of `work`, and the files of its certificate. */
const withTls = (work: (server: TestServer, files: Files) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const certFile = join(folder, 'cert.pem')
    const keyFile = join(folder, 'key.pem')
    const write: Files['write'] = ({ cert, key }) => {
      if (cert !== undefined) writeFileSync(certFile, cert)
      if (key !== undefined) writeFileSync(keyFile, key)
    }
    write(selfSignedCertificate('first'))
    const env = { TLS_CERT: certFile, TLS_KEY: keyFile, HANDSHAKE_TIMEOUT_MS: '200' }
    const server = await runningServer({ env })
    try {
      await work(server, { certFile, keyFile, write })
    } finally {
      await server.stop()
    }
  })

/** The TLS version and the name in the certificate that a new connection sees, or the error code. */
const handshake = (port: number, options: ConnectionOptions = {}): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => {
      const { subject } = socket.getPeerCertificate()
      resolve(`${socket.getProtocol()} ${String(subject.CN)}`)
      socket.destroy()
    })
    socket.on('error', () => resolve('refused'))
  })

describe('a server with TLS_CERT and TLS_KEY', () => {
  it('accepts TLS 1.2 and 1.3, and no earlier version', () =>
    withTls(async ({ port }) => {
      expect(await handshake(port)).toBe('TLSv1.3 first')
      expect(await handshake(port, { maxVersion: 'TLSv1.2' })).toBe('TLSv1.2 first')
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
      expect(await handshake(port, old)).toBe('refused')
    }))

  it('states its minimum, which the settings of OpenSSL could lower', () =>
    withTls(async (_server, { certFile, keyFile }) => {
      const options = httpsOptions({ certFile, keyFile }, 5_000)
      expect([options.minVersion, options.handshakeTimeout]).toEqual(['TLSv1.2', 5_000])
    }))

  it('closes a connection that speaks plain HTTP, without a response', () =>
    withTls(async ({ port }) => {
      const socket = connectPlain(port, '127.0.0.1')
      let received = ''
      socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk))
      socket.on('error', () => undefined)
      socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
      await once(socket, 'close')
      expect(received).not.toContain('HTTP/')
    }))

  it('closes a connection that does not complete the TLS handshake in time', () =>
    withTls(async ({ port }) => {
      const socket = connectPlain(port, '127.0.0.1')
      socket.on('error', () => undefined).resume()
      await once(socket, 'close')
    }))

  it('serves https with HSTS, and Socket.IO', () =>
    withTls(async ({ port, url }) => {
      const outgoing = request(`https://127.0.0.1:${port}/health/live`, { rejectUnauthorized: false }).end()
      const [response] = (await once(outgoing, 'response')) as [
        { headers: Record<string, string>; resume: () => void },
      ]
      response.resume()
      expect(response.headers['strict-transport-security']).toBe('max-age=31536000')
      expect(url).toBe(`https://127.0.0.1:${port}`)
      const client = io(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, forceNew: true })
      await once(client as never, 'session')
      client.disconnect()
    }))
})

describe('a new certificate', () => {
  it('is used without a restart when both files have stayed the same for an interval', () =>
    withTls(async ({ port, clock, lines }, { write }) => {
      const next = selfSignedCertificate('second')
      write({ cert: next.cert })
      clock.advance(10_000)
      expect(await handshake(port)).toBe('TLSv1.3 first')
      write({ key: next.key })
      clock.advance(10_000)
      expect(await handshake(port)).toBe('TLSv1.3 first')
      clock.advance(10_000)
      expect(await handshake(port)).toBe('TLSv1.3 second')
      expect(lines().filter((line) => JSON.stringify(line).includes('certificate'))).toHaveLength(1)
    }))

  it.each([
    ['that is no certificate', { cert: 'not a certificate' }],
    ['of another key', { cert: selfSignedCertificate('other').cert }],
  ])('%s is reported once, and the old one stays', (_kind, broken) =>
    withTls(async ({ port, clock, lines }, { write }) => {
      write(broken)
      clock.advance(100_000)
      expect(await handshake(port)).toBe('TLSv1.3 first')
      expect(await handshake(port, { maxVersion: 'TLSv1.2' })).toBe('TLSv1.2 first')
      const reported = lines().filter((line) => JSON.stringify(line).includes('cannot be used'))
      expect(reported).toMatchObject([{ msg: 'the new TLS certificate cannot be used; the old one stays' }])
      write(selfSignedCertificate('third'))
      clock.advance(20_000)
      expect(await handshake(port)).toBe('TLSv1.3 third')
    }),
  )

  it('is not looked for any more when the server has stopped', () =>
    inFolder(async (folder) => {
      const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
      const { cert, key } = selfSignedCertificate('first')
      writeFileSync(certFile, cert)
      writeFileSync(keyFile, key)
      const server = await runningServer({ env: { TLS_CERT: certFile, TLS_KEY: keyFile } })
      const before = server.clock.pending().length
      await server.stop()
      expect(before).toBeGreaterThan(0)
      expect(server.clock.pending()).toEqual([])
    }))
})
