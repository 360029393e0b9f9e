import { describe, expect, it } from 'vitest'
import { nestLogger } from '../../../src/infrastructure/observability/nest-logger.js'
import { createLogger } from '../../../src/infrastructure/observability/logger.js'
import { troubleIn } from '../../../src/infrastructure/observability/trouble.js'
import { rememberingLogger } from './log-lines.js'

describe('the log', () => {
  it('is one JSON object a line, with the level as a word and the instant as ISO 8601', () => {
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

  it('leaves out every field that is not on its list, whatever the types were told', () => {
    const { logger, lines } = rememberingLogger()
    const fields = { room: 'main', name: 'canary', token: 'canary', sessionId: 'canary', sdp: 'canary' }
    logger.info('somebody came', fields)
    expect(lines()).toStrictEqual([
      { level: 'info', time: expect.any(String), room: 'main', msg: 'somebody came' },
    ])
  })

  it('says nothing below its level', () => {
    const written: string[] = []
    const logger = createLogger('error', { write: (line) => void written.push(line) })
    logger.warn('not this')
    logger.error('this')
    expect(written).toHaveLength(1)
  })
})

describe('an error in the log', () => {
  it('is its kind, its code and where it was thrown', () => {
    const trouble = troubleIn(Object.assign(new RangeError('canary'), { code: 'ENOSPC' }))
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
    expect(JSON.stringify(troubleIn(caught))).not.toContain('canary')
  })

  it('ends, also when it is its own cause', () => {
    const error = new Error('round and round')
    error.cause = error
    expect(JSON.stringify(troubleIn(error)).length).toBeLessThan(20_000)
  })
})

describe('what Nest has to say', () => {
  it('keeps the place of a failure and not its words', () => {
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

  it('tells at debug level how the application is put together', () => {
    const { logger, lines } = rememberingLogger()
    nestLogger(logger).log('Mapped {/metrics, GET} route', 'RouterExplorer')
    nestLogger(logger).log('canary', 'SomebodyElse')
    expect(lines()).toMatchObject([
      { level: 'debug', msg: 'Mapped {/metrics, GET} route', context: 'RouterExplorer' },
    ])
  })
})
