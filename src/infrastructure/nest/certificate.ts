import { readFileSync, statSync } from 'node:fs'
import type { Server as HttpsServer } from 'node:https'
import type { Cancel, Clock } from '../../application/ports/clock.js'
import type { Settings } from '../config/settings.js'
import { summarizeError } from '../observability/logger.js'
import type { Logger } from '../observability/logger.js'

type CertificateFiles = NonNullable<Settings['tls']>

const read = ({ certFile, keyFile }: CertificateFiles) =>
  ({
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    // NODE_OPTIONS can lower Node's own default.
    minVersion: 'TLSv1.2',
  }) as const

/** A client that does not complete the TLS handshake in this time is disconnected. Throws if a file cannot be read. */
export const httpsOptions = (files: CertificateFiles, handshakeTimeoutMs: number) => ({
  ...read(files),
  handshakeTimeout: handshakeTimeoutMs,
})

/** Certificates are renewed weeks before they expire. */
const intervalMs = 10_000

/**
 * Takes over new files without a restart; open connections keep the old certificate. The files are read when they have
 * been unchanged for one interval, because certificate and key are written one after the other. Files that cannot be used
 * are logged once, and the old certificate stays. Returns the function that ends it.
 */
export const reloadCertificate = (
  server: HttpsServer,
  files: CertificateFiles,
  clock: Clock,
  logger: Logger,
): Cancel => {
  let inUse = stateOf(files)
  let previous = inUse
  let cancel: Cancel = () => undefined

  const check = (): void => {
    const current = stateOf(files)
    if (current === previous && current !== inUse) {
      inUse = current
      load(server, files, logger)
    }
    previous = current
    cancel = clock.schedule(clock.now() + intervalMs, check)
  }

  cancel = clock.schedule(clock.now() + intervalMs, check)
  return () => cancel()
}

const load = (server: HttpsServer, files: CertificateFiles, logger: Logger): void => {
  try {
    server.setSecureContext(read(files))
    logger.info('the TLS certificate was reloaded')
  } catch (error) {
    logger.error('the new TLS certificate cannot be used; the old one stays', {
      error: summarizeError(error),
    })
  }
}

/** Changes with the content of the files; a link to other files counts, too. */
const stateOf = ({ certFile, keyFile }: CertificateFiles): string =>
  [certFile, keyFile].map(stateOfFile).join()

const stateOfFile = (file: string): string => {
  try {
    const { ino, size, mtimeMs } = statSync(file)
    return `${ino} ${size} ${mtimeMs}`
  } catch {
    return 'missing'
  }
}
