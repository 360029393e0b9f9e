import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import type { MembershipChange } from '../../../src/domain/room/membership-change.js'
import { epoch, memberId, roomId } from '../../../src/domain/kernel/ids.js'
import { messageOf, createSign } from '../../../src/infrastructure/webhooks/message.js'

const left: MembershipChange = {
  what: 'left',
  room: roomId('room.with.dots'),
  epoch: epoch('e1'),
  seq: 7,
  at: 1_767_225_600_250,
  memberId: memberId('m1'),
  userId: 'ada',
  name: 'Ada',
  dialect: 'party',
  role: 'user',
  reason: 'expired',
}
const { reason: _reason, ...change } = left
const joined: MembershipChange = { ...change, what: 'joined' }

describe('a webhook message', () => {
  test('has the type, the instant and the member of the change, without the epoch', () => {
    expect(JSON.parse(messageOf(left).body)).toStrictEqual({
      type: 'member.left',
      timestamp: '2026-01-01T00:00:00.250Z',
      data: {
        room: 'room.with.dots',
        seq: 7,
        memberId: 'm1',
        userId: 'ada',
        name: 'Ada',
        dialect: 'party',
        role: 'user',
        reason: 'expired',
        at: 1_767_225_600_250,
      },
    })
    const { type, data } = JSON.parse(messageOf(joined).body)
    expect([type, 'reason' in data]).toStrictEqual(['member.joined', false])
  })

  test('is the same for the same event, including its id', () => {
    expect(messageOf({ ...left })).toStrictEqual(messageOf(left))
  })

  test('has a distinct id without dots for every record', () => {
    const others: ReadonlyArray<MembershipChange> = [
      left,
      { ...left, seq: 8 },
      { ...left, room: roomId('room.with') },
      { ...left, epoch: epoch('e2') },
      { ...left, at: left.at + 1 },
    ]
    const ids = others.map((each) => messageOf(each).id)
    expect(new Set(ids).size).toBe(others.length)
    for (const id of ids) expect(id).toMatch(/^msg_[0-9a-f]{40}$/)
  })
})

describe('the signature of a message', () => {
  // The example of the specification.
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

  test('is that of the example in the specification', () => {
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' }
    expect(createSign(secret)(message, 1_614_265_330_999)).toStrictEqual({
      'content-type': 'application/json',
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('is verified by the library of receivers, but not for another body', () => {
    const message = messageOf(left)
    const headers = createSign(secret)(message, Date.now())
    const verifier = new Webhook(secret)
    expect(verifier.verify(message.body, headers)).toStrictEqual(JSON.parse(message.body))
    expect(() => verifier.verify(`${message.body} `, headers)).toThrow('No matching signature')
  })
})
