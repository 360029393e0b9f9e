import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { NestFactory } from '@nestjs/core'
import * as E from '#fp/Either'
import { describe, expect, test } from 'vitest'
import { epoch, memberId, roomId } from '../../src/domain/kernel/ids.js'
import { settingsFrom } from '../../src/infrastructure/config/settings.js'
import type { Engine } from '../../src/index.js'
import { ENGINE } from '../../src/index.js'
import { messageOf, createSign } from '../../src/infrastructure/webhooks/message.js'
import { entering, person } from '../kit/index.js'
import { Assistant, Attendance } from './webhooks/assistant.js'
import { receiver } from './webhooks/receiver.js'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const guide = read('docs/webhooks.md')

const message = messageOf({
  what: 'joined',
  room: roomId('room_abc123'),
  epoch: epoch('e'),
  seq: 7,
  at: 1_767_225_600_250,
  memberId: memberId('k3TzN2vQxX0aAAAB'),
  userId: 'ada',
  name: 'Ada',
  dialect: 'party',
  role: 'user',
})

describe('the guide to webhooks', () => {
  test('quotes what is compiled and tested, as a whole', () => {
    const quoted = [...guide.matchAll(/^`(test\/examples\/\S+)`\n\n```ts\n(.*?)^```$/gms)]
    expect(quoted.length).toBe(guide.match(/^```ts$/gm)?.length)
    for (const [, path = '', code] of quoted) expect([path, code]).toStrictEqual([path, read(path)])
  })

  test('shows what is posted', () => {
    const [, shown = ''] = /^```json\n(.*?)^```$/ms.exec(guide) ?? []
    expect(JSON.stringify(JSON.parse(shown))).toBe(message.body)
  })

  test('makes a secret that the server takes', () => {
    const [, script = ''] = /node -p "(.*)"$/m.exec(guide) ?? []
    const secret = execFileSync(process.execPath, ['-p', script], { encoding: 'utf8' }).trim()
    const settings = settingsFrom({ WEBHOOK_URL: 'https://example.org', WEBHOOK_SECRET: secret })
    expect(E.isRight(settings) && settings.right.webhook?.secret).toBe(secret)
  })

  test('names settings and files that are there', () => {
    for (const [, setting = ''] of guide.matchAll(/\b((?:WEBHOOK|RECONNECT)_[A-Z_]+)\b/g)) {
      expect(read('src/infrastructure/config/settings.ts')).toContain(setting)
    }
    for (const [, path = ''] of guide.matchAll(/`(test\/\S+)`/g))
      expect(existsSync(new URL(path, root))).toBe(true)
  })
})

describe('the receiver of the guide', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

  test('keeps each event once, takes nothing that is not signed, and asks for what it could not keep', async () => {
    const kept: Array<unknown> = []
    let full = true
    const server = receiver(secret, async (event) => {
      if (full) throw new Error('the disk is full')
      kept.push(event)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const post = async (body: string): Promise<number> => {
      const headers = createSign(secret)(message, Date.now())
      return (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body, headers })).status
    }
    const statuses = [await post(message.body)]
    full = false
    for (const body of [message.body, message.body, `${message.body} `]) statuses.push(await post(body))
    server.closeAllConnections()
    server.close()
    expect(statuses).toStrictEqual([500, 204, 204, 401])
    expect(kept).toStrictEqual([JSON.parse(message.body)])
  })
})

describe('the assistant of the guide', () => {
  test('knows who is in a room', async () => {
    const application = await NestFactory.createApplicationContext(Assistant, { logger: false })
    const engine = application.get<Engine>(ENGINE)
    const room = roomId('main')
    const seen: Array<ReadonlyArray<string>> = []
    const ann = person('Ann')
    for (const command of [
      entering(ann, 'native', 'member'),
      { type: 'leave', dialect: 'all', connection: null, reason: 'left' } as const,
    ]) {
      await new Promise((resolve) =>
        engine.submit(room, {
          command,
          by: ann.memberId,
          cause: null,
          reply: () => undefined,
          afterPublish: () => resolve(null),
        }),
      )
      seen.push([...(application.get(Attendance).present.get(room) ?? [])])
    }
    await application.close()
    expect(seen).toStrictEqual([[ann.memberId], []])
  })
})
