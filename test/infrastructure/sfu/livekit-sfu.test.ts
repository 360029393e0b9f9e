import fc from 'fast-check'
import { TokenVerifier } from 'livekit-server-sdk'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SfuAccess } from '../../../src/application/ports/sfu.js'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import { livekitSfu } from '../../../src/infrastructure/sfu/livekit-sfu.js'
import { noSfu } from '../../../src/infrastructure/sfu/no-sfu.js'

const url = 'wss://sfu.example.org'
const apiKey = 'key-of-roomreel'
const apiSecret = 'canary-secret-canary-secret-canary'
const room = roomId('room_abc123')
const ann = memberId('socket-of-ann')

/** 2026-01-01T00:00:00Z. */
const firstSecond = 1_767_225_600
/** How much the SDK's verifier forgives, unless it is told otherwise. */
const toleranceSeconds = 10

const setUp = (options = {}) => livekitSfu({ url, apiKey, apiSecret, ...options })

const accessOf = async (name: string | null = 'Ann'): Promise<SfuAccess> => {
  const access = await (await setUp()).accessFor(room, ann, name)
  if (access === null) throw new Error('LiveKit is set up')
  return access
}

const verified = (token: string, secret = apiSecret, key = apiKey) =>
  new TokenVerifier(key, secret).verify(token)

describe('a LiveKit server behind a full mesh', () => {
  // The SDK and its verifier read the machine's date: here it passes when it is told to.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: firstSecond * 1_000 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('lets one member join, publish and subscribe in one room for ten minutes, and nothing else', async () => {
    const { type, url: where, token } = await accessOf()
    expect({ type, where }).toStrictEqual({ type: 'livekit', where: url })
    expect(await verified(token)).toStrictEqual({
      iss: apiKey,
      sub: ann,
      name: 'Ann',
      nbf: firstSecond,
      exp: firstSecond + 600,
      video: { room, roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: false },
    })
  })

  it('says no name for somebody who has none', async () => {
    const { token } = await accessOf(null)
    expect(Object.keys(await verified(token)).toSorted()).toStrictEqual(['exp', 'iss', 'nbf', 'sub', 'video'])
  })

  it('is refused after its ten minutes, and not before', async () => {
    const { token } = await accessOf()
    vi.setSystemTime((firstSecond + 600 + toleranceSeconds - 1) * 1_000)
    expect(await verified(token)).toMatchObject({ sub: ann })
    vi.setSystemTime((firstSecond + 600 + toleranceSeconds) * 1_000)
    await expect(verified(token)).rejects.toThrow('"exp" claim timestamp check failed')
  })

  it('is refused by a server with another secret or another key', async () => {
    const { token } = await accessOf()
    await expect(verified(token, `${apiSecret}!`)).rejects.toThrow('signature verification failed')
    await expect(verified(token, apiSecret, 'another-key')).rejects.toThrow('unexpected "iss" claim value')
  })

  it('is refused once anything in it was changed', async () => {
    const { token } = await accessOf()
    const [header, payload, signature] = token.split('.')
    const claims: unknown = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
    const forged = Buffer.from(JSON.stringify({ ...Object(claims), sub: 'somebody-else' })).toString(
      'base64url',
    )
    await expect(verified([header, forged, signature].join('.'))).rejects.toThrow(
      'signature verification failed',
    )
  })

  it('names the member and the room exactly, whatever they are called, and holds no secret', async () => {
    const sfu = await setUp()
    const text = fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' })
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[A-Za-z0-9\-_.:]{1,128}$/),
        text,
        text,
        async (named, member, name) => {
          const access = await sfu.accessFor(roomId(named), memberId(member), name)
          const claims = await verified(access?.token ?? '')
          expect(claims).toMatchObject({ sub: member, name, video: { room: named } })
          expect(JSON.stringify([access, claims])).not.toContain(apiSecret)
        },
      ),
    )
  })
})

describe('no LiveKit server', () => {
  it('is a way that leads nowhere', async () => {
    expect(await noSfu.accessFor(room, ann, 'Ann')).toBeNull()
  })
})
