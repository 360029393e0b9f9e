import { expect, it } from 'vitest'
import { randomPicker } from '../../../src/domain/activities/random-picker/index.js'
import { moduleCommand } from '../../../src/domain/room/index.js'
import { memberIdIn } from '../../../src/application/sessions/index.js'
import { testRoom } from '../../kit/index.js'
import { asViewer, graceMs, sessionScene } from './scene.js'

it('a room whose last subscriber is dropped while a record is published keeps no emits in memory', async () => {
  const limits = { maxUndeliveredEntries: 1 }
  const { connect, connectionOf, join, settle, submit, sessions, clock } = await sessionScene({ limits })
  const link = connect('ann')
  await settle()
  await join(link, testRoom, asViewer)
  const ann = memberIdIn(connectionOf(link), testRoom)
  // A catch-up that does not end: every emit waits, until the queue is full.
  sessions.attach(connectionOf(link), testRoom, ann, 'picker', true)
  await submit(testRoom, ann, moduleCommand(randomPicker, { type: 'start', members: [{ name: 'Ann' }] }))
  await clock.advanceSettled(1_000)
  expect(link.endedBy()).toBe('drop')
  await clock.advanceSettled(graceMs + 60_000)
  expect(sessions.load()).toMatchObject({ rooms: 0, subscribers: 0, undeliveredBytes: 0, cachedBytes: 0 })
})
