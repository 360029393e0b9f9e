import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bedCount } from '../ward.js'
import { startWard } from './running-ward.js'
import type { Person, RunningWard } from './running-ward.js'

let ward: RunningWard
let head: Person

beforeEach(async () => {
  ward = await startWard({
    page: async ({ raisedBy }) => {
      throw new RangeError(`no pager of ${raisedBy}`)
    },
  })
  head = await ward.person('head', 'admin')
  expect(await head.codeOf('bed:admit', { bed: 3 })).toBe('ok')
})
afterEach(() => ward.close())

const alert = { bed: 3, kind: 'fall' }
const note = { bed: 3, text: 'Sleeps well' }
const emergency = { bed: 3, kind: 'emergency' }

describe('a request of the ward', () => {
  const notObjects = [undefined, null, 7, 'canary', [], {}]

  it.each<[event: string, payloads: ReadonlyArray<unknown>]>([
    ['alert:raise', [[alert], { ...alert, bed: 0 }, { ...alert, bed: 3.5 }, { ...alert, kind: 'canary' }]],
    ['alert:acknowledge', [{ alertId: '1' }, { alertId: 0 }, { alertId: 1e21 }]],
    ['bed:admit', [{ bed: bedCount + 1 }, { bed: '3' }, { bed: [3] }]],
    ['bed:discharge', [{ bed: bedCount + 1 }, { bed: '3' }, { bed: [3] }]],
    ['note:add', [[note], { ...note, bed: '3' }, { ...note, text: '' }, { ...note, text: 'a'.repeat(501) }]],
  ])('%s is refused with invalid-payload for each bad payload', async (event, payloads) => {
    for (const payload of [...notObjects, ...payloads]) {
      const reply = await head.ask(event, payload)
      expect([payload, reply.error?.code]).toEqual([payload, 'invalid-payload'])
      expect(JSON.stringify(reply)).not.toContain('canary')
    }
    expect(ward.defects).toEqual([])
  })

  it('names the field that zod refuses', async () => {
    expect(await head.ask('alert:raise', { ...alert, kind: 'x' })).toMatchObject({
      error: { code: 'invalid-payload', path: 'kind', event: 'alert:raise' },
    })
  })

  it('that the state of the ward does not allow has a code of the ward', async () => {
    const timestamp = new Date(ward.clock.now()).toISOString()
    expect(await head.ask('note:add', { ...note, bed: 4 })).toEqual({
      success: false,
      error: { code: 'bed-free', message: 'This bed has no patient', timestamp },
    })
  })

  it('that fails by a defect is answered without its message, and reported', async () => {
    const { error } = await head.ask('alert:raise', emergency)
    expect(error).toEqual({
      code: 'internal-error',
      message: 'The server failed to carry this out',
      timestamp: new Date(ward.clock.now()).toISOString(),
      event: 'alert:raise',
    })
    expect(ward.defects).toEqual([new RangeError('no pager of head')])
  })

  it('is logged with its outcome, without payload, user and token', async () => {
    await head.ask('note:add', note)
    await head.ask('note:add', { ...note, bed: 4 })
    await head.ask('note:add', { ...note, text: 7 })
    await head.ask('alert:raise', emergency)
    const line = (event: string, code: string) => ({
      message: 'request',
      namespace: '/ward',
      event,
      code,
      durationMs: 0,
    })
    expect(ward.lines).toEqual([
      line('bed:admit', 'ok'),
      line('note:add', 'ok'),
      line('note:add', 'bed-free'),
      line('note:add', 'invalid-payload'),
      line('alert:raise', 'internal-error'),
    ])
  })
})
