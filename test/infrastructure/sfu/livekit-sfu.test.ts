import fc from 'fast-check'
import { TokenVerifier } from 'livekit-server-sdk'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SfuAccess } from '../../../src/application/ports/sfu.js'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import { livekitSfu, noSfu } from '../../../src/infrastructure/sfu/livekit-sfu.js'

const url = 'wss://sfu.example.org'
const apiKey = 'key-of-roomreel'
const apiSecret = 'canary-secret-canary-secret-canary'
const room = roomId('room_abc123')
const ann = memberId('socket-of-ann')

/** 2026-01-01T00:00:00Z. */
const firstSecond = 1_767_225_600
/** The default tolerance of the SDK's verifier. */
const toleranceSeconds = 10

const setUp = (options = {}) => livekitSfu({ url, apiKey, apiSecret, ...options })

const accessOf = async (name: string | null = 'Ann'): Promise<SfuAccess> => {
  const access = await (await setUp()).accessFor(room, ann, name)
  if (access === null) throw new Error('LiveKit is set up')
  return access
}

const verify = (token: string, secret = apiSecret, key = apiKey) =>
  new TokenVerifier(key, secret).verify(token)

describe('a token for LiveKit', () => {
  // The SDK and its verifier read the machine's date.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: firstSecond * 1_000 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('allows one member to join, publish and subscribe in one room for ten minutes, and nothing else', async () => {
    const { type, url: tokenUrl, token } = await accessOf()
    expect({ type, tokenUrl }).toStrictEqual({ type: 'livekit', tokenUrl: url })
    expect(await verify(token)).toStrictEqual({
      iss: apiKey,
      sub: ann,
      name: 'Ann',
      nbf: firstSecond,
      exp: firstSecond + 600,
      video: { room, roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: false },
    })
  })

  it('has no name for a member without one', async () => {
    const { token } = await accessOf(null)
    expect(Object.keys(await verify(token)).toSorted()).toStrictEqual(['exp', 'iss', 'nbf', 'sub', 'video'])
  })

  it('is rejected after ten minutes, and not earlier', async () => {
    const { token } = await accessOf()
    vi.setSystemTime((firstSecond + 600 + toleranceSeconds - 1) * 1_000)
    expect(await verify(token)).toMatchObject({ sub: ann })
    vi.setSystemTime((firstSecond + 600 + toleranceSeconds) * 1_000)
    await expect(verify(token)).rejects.toThrow('"exp" claim timestamp check failed')
  })

  it('is rejected with another secret or another key', async () => {
    const { token } = await accessOf()
    await expect(verify(token, `${apiSecret}!`)).rejects.toThrow('signature verification failed')
    await expect(verify(token, apiSecret, 'another-key')).rejects.toThrow('unexpected "iss" claim value')
  })

  it('is rejected after a change of its claims', async () => {
    const { token } = await accessOf()
    const [header, payload, signature] = token.split('.')
    const claims: unknown = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
    const forged = Buffer.from(JSON.stringify({ ...Object(claims), sub: 'another-member' })).toString(
      'base64url',
    )
    await expect(verify([header, forged, signature].join('.'))).rejects.toThrow(
      'signature verification failed',
    )
  })

  it('has the exact names of member and room, and no secret', async () => {
    const sfu = await setUp()
    const text = fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' })
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[A-Za-z0-9\-_.:]{1,128}$/),
        text,
        text,
        async (roomName, member, name) => {
          const access = await sfu.accessFor(roomId(roomName), memberId(member), name)
          const claims = await verify(access?.token ?? '')
          expect(claims).toMatchObject({ sub: member, name, video: { room: roomName } })
          expect(JSON.stringify([access, claims])).not.toContain(apiSecret)
        },
      ),
    )
  })
})

describe('a server without an SFU', () => {
  it('gives no access', async () => {
    expect(await noSfu.accessFor(room, ann, 'Ann')).toBeNull()
  })
})
