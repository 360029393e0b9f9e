import { expect, it } from 'vitest'
import { memberIdIn } from '../../../src/application/sessions/index.js'
import { testRoom } from '../../kit/index.js'
import type { SessionLimits } from '../../../src/application/sessions/index.js'
import { graceMs, sessionEventOf, sessionScene } from './scene.js'

/** Members that lost their connections and were removed while they were away, in this order. */
const sceneWithRemoved = async (names: ReadonlyArray<string>, limits: Partial<SessionLimits> = {}) => {
  const scene = await sessionScene({ limits })
  const { connect, connectionOf, join, settle, submit } = scene
  const links = new Map(names.map((name) => [name, connect(name)]))
  await settle()
  for (const link of links.values()) {
    await join(link, testRoom)
    link.read()
    link.close()
  }
  await settle()
  for (const link of links.values()) {
    const member = memberIdIn(connectionOf(link), testRoom)
    await submit(testRoom, member, { type: 'leave', dialect: 'all', connection: null, reason: 'removed' })
  }
  const endedAfterReturn = async (name: string) => {
    const link = links.get(name)
    const sessionId = (link && sessionEventOf(link)?.sessionId) ?? ''
    const back = connect(`${name}-2`, { sessionId })
    await settle()
    back.read()
    return sessionEventOf(back)?.ended
  }
  return { ...scene, endedAfterReturn }
}

it('removal notices are kept for a bounded number of sessions, and the oldest are removed first', async () => {
  const limits = { maxNotifiedSessions: 2 }
  const { sessions, reports, endedAfterReturn } = await sceneWithRemoved(['ann', 'bob', 'cy'], limits)
  expect(sessions.load().notified).toBe(2)
  expect(reports).toEqual(['removal-notices'])
  expect(await endedAfterReturn('ann')).toBeUndefined()
  expect(await endedAfterReturn('bob')).toMatchObject([{ room: testRoom, reason: 'removed' }])
  expect(await endedAfterReturn('cy')).toMatchObject([{ room: testRoom, reason: 'removed' }])
  expect(sessions.load().notified).toBe(0)
})

it('a removal notice is kept for ten minutes, and a session for its grace period', async () => {
  const { sessions, clock, endedAfterReturn } = await sceneWithRemoved(['ann', 'bob'])
  await clock.advanceSettled(graceMs - 1)
  expect(sessions.load()).toMatchObject({ disconnected: 2, notified: 2 })
  await clock.advanceSettled(1)
  expect(sessions.load()).toMatchObject({ disconnected: 0, notified: 2 })
  await clock.advanceSettled(10 * 60_000 - graceMs - 1)
  expect(await endedAfterReturn('ann')).toMatchObject([{ room: testRoom, reason: 'removed' }])
  await clock.advanceSettled(1)
  expect(await endedAfterReturn('bob')).toBeUndefined()
})
