import { describe, expect, it } from 'vitest'
import { nestLogger } from '../../../src/infrastructure/observability/nest-logger.js'
import { createLogger, summarizeError } from '../../../src/infrastructure/observability/logger.js'
import { rememberingLogger } from './log-lines.js'

describe('the log', () => {
  it('has one JSON object per line, with level and ISO 8601 instant', () => {
    const { logger, lines } = rememberingLogger()
    logger.warn('it rains', { room: 'main', records: 3 })
    expect(lines()).toStrictEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        room: 'main',
        records: 3,
        msg: 'it rains',
      },
    ])
  })

  it('drops every field outside the list at run time', () => {
    const { logger, lines } = rememberingLogger()
    const fields = { room: 'main', name: 'canary', token: 'canary', sessionId: 'canary', sdp: 'canary' }
    logger.info('somebody came', fields)
    expect(lines()).toStrictEqual([
      { level: 'info', time: expect.any(String), room: 'main', msg: 'somebody came' },
    ])
  })

  it('has no lines below its level', () => {
    const written: string[] = []
    const logger = createLogger('error', { write: (line) => void written.push(line) })
    logger.warn('not this')
    logger.error('this')
    expect(written).toHaveLength(1)
  })
})

describe('a logged error', () => {
  it('has its type, code and stack', () => {
    const trouble = summarizeError(Object.assign(new RangeError('canary'), { code: 'ENOSPC' }))
    expect(trouble).toStrictEqual({ type: 'RangeError', code: 'ENOSPC', at: expect.any(Array) })
    expect(trouble.at[0]).toContain('logger.test.ts')
  })

  it.each([
    ['a message that quotes what was sent', () => JSON.parse('{"name": canary}')],
    [
      'a message of many lines, one of them like a frame',
      () => {
        throw new Error('canary\n    at canary (canary.js:1:1)')
      },
    ],
    [
      'a name and a code that were set',
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
      'no error at all',
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- this is what is to be survived
        throw 'canary'
      },
    ],
  ])('never shows %s', (_what, fail: () => unknown) => {
    let caught: unknown
    try {
      fail()
    } catch (error) {
      caught = error
    }
    expect(caught).toBeDefined()
    expect(JSON.stringify(summarizeError(caught))).not.toContain('canary')
  })

  it('ends when an error is its own cause', () => {
    const error = new Error('round and round')
    error.cause = error
    expect(JSON.stringify(summarizeError(error)).length).toBeLessThan(20_000)
  })
})

describe('the log of Nest', () => {
  it('keeps the context of a failure and not its message', () => {
    const { logger, lines } = rememberingLogger()
    nestLogger(logger).error('canary', 'Error: canary\n    at canary', 'ExceptionsHandler')
    nestLogger(logger).error(new TypeError('canary'), 'WsExceptionsHandler')
    nestLogger(logger).warn({ canary: 'canary' })
    expect(JSON.stringify(lines())).not.toContain('canary')
    expect(lines()).toMatchObject([
      { level: 'error', context: 'ExceptionsHandler' },
      { level: 'error', context: 'WsExceptionsHandler', trouble: { type: 'TypeError' } },
      { level: 'warn' },
    ])
  })

  it('has the start of the application at debug level', () => {
    const { logger, lines } = rememberingLogger()
    nestLogger(logger).log('Mapped {/metrics, GET} route', 'RouterExplorer')
    nestLogger(logger).log('canary', 'SomebodyElse')
    expect(lines()).toMatchObject([
      { level: 'debug', msg: 'Mapped {/metrics, GET} route', context: 'RouterExplorer' },
    ])
  })
})
