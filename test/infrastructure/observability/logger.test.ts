import { describe, expect, it } from 'vitest'
import { nestLogger } from '../../../src/infrastructure/observability/nest-logger.js'
import { createLogger, summarizeError } from '../../../src/infrastructure/observability/logger.js'
import { memoryLogger } from './memory-logger.js'

describe('the log', () => {
  it('has one JSON object per line, with its level and ISO 8601 instant', () => {
    const { logger, lines } = memoryLogger()
    logger.warn('a message', { room: 'main', records: 3 })
    expect(lines()).toStrictEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        room: 'main',
        records: 3,
        msg: 'a message',
      },
    ])
  })

  it('drops fields that are not in the closed list, at run time too', () => {
    const { logger, lines } = memoryLogger()
    const fields = { room: 'main', name: 'canary', token: 'canary', sessionId: 'canary', sdp: 'canary' }
    logger.info('a message', fields)
    expect(lines()).toStrictEqual([
      { level: 'info', time: expect.any(String), room: 'main', msg: 'a message' },
    ])
  })

  it('has no lines below its level', () => {
    const written: string[] = []
    const logger = createLogger('error', { write: (line) => void written.push(line) })
    logger.warn('below the level')
    logger.error('at the level')
    expect(written).toHaveLength(1)
  })
})

describe('a logged error', () => {
  it('has its type, code and stack', () => {
    const summary = summarizeError(Object.assign(new RangeError('canary'), { code: 'ENOSPC' }))
    expect(summary).toStrictEqual({ type: 'RangeError', code: 'ENOSPC', at: expect.any(Array) })
    expect(summary.at[0]).toContain('logger.test.ts')
  })

  it.each([
    ['a message that quotes the input', () => JSON.parse('{"name": canary}')],
    [
      'a message with a line like a stack frame',
      () => {
        throw new Error('canary\n    at canary (canary.js:1:1)')
      },
    ],
    [
      'a name and a code that code has set',
      () => {
        throw Object.assign(new Error('canary'), { name: 'canary', code: 'canary 1' })
      },
    ],
    [
      'a cause',
      () => {
        throw new Error('canary', { cause: new Error('canary') })
      },
    ],
    [
      'a thrown string',
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- the case that is tested
        throw 'canary'
      },
    ],
  ])('does not contain %s', (_what, fail: () => unknown) => {
    let caught: unknown
    try {
      fail()
    } catch (error) {
      caught = error
    }
    expect(caught).toBeDefined()
    expect(JSON.stringify(summarizeError(caught))).not.toContain('canary')
  })

  it('has a limited size when an error is its own cause', () => {
    const error = new Error('cyclic')
    error.cause = error
    expect(JSON.stringify(summarizeError(error)).length).toBeLessThan(20_000)
  })
})

describe('the log of Nest', () => {
  it('has the context of an error and not its message', () => {
    const { logger, lines } = memoryLogger()
    nestLogger(logger).error('canary', 'Error: canary\n    at canary', 'ExceptionsHandler')
    nestLogger(logger).error(new TypeError('canary'), 'WsExceptionsHandler')
    nestLogger(logger).warn({ canary: 'canary' })
    expect(JSON.stringify(lines())).not.toContain('canary')
    expect(lines()).toMatchObject([
      { level: 'error', context: 'ExceptionsHandler' },
      { level: 'error', context: 'WsExceptionsHandler', error: { type: 'TypeError' } },
      { level: 'warn' },
    ])
  })

  it('has the start of the application at debug level', () => {
    const { logger, lines } = memoryLogger()
    nestLogger(logger).log('Mapped {/metrics, GET} route', 'RouterExplorer')
    nestLogger(logger).log('canary', 'UnknownContext')
    expect(lines()).toMatchObject([
      { level: 'debug', msg: 'Mapped {/metrics, GET} route', context: 'RouterExplorer' },
    ])
  })

  it('has the requests of operators with event, code and time only', () => {
    const { logger, lines } = memoryLogger()
    const line = { namespace: '/admin', event: 'admin:revoke', code: 'ok', durationMs: 3, userId: 'canary' }
    nestLogger(logger).log({ message: 'request', ...line }, 'Requests')
    nestLogger(logger).log('canary', 'Requests')
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        msg: 'request',
        namespace: '/admin',
        event: 'admin:revoke',
        code: 'ok',
        durationMs: 3,
      },
    ])
  })
})
