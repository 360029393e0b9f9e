import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { operatorGuide, secretCommand } from '../../../src/infrastructure/identity/operator-guide.js'
import { secret } from './forge.js'

const guide = (key: Parameters<typeof operatorGuide>[0]['tokens']['key']): string =>
  operatorGuide({ tokens: { key, issuer: null, audience: null } }).join('\n')

const command = 'npx roomreel token --user <your id> --role admin --expires 8h'

it('the operator guide without a key tells how to get a secret, and then a token', () => {
  expect(guide(null)).toContain('JWT_SECRET')
  expect(guide(null)).toContain(secretCommand)
  expect(guide(null)).toContain(command)
})

it('the operator guide with a secret tells the token command, and not the secret', () => {
  expect(guide({ type: 'secret', secret })).toContain(command)
  expect(guide({ type: 'secret', secret })).not.toContain(secret)
})

it('the operator guide with JWKS_URL names the role, because the issuer makes the tokens', () => {
  const text = guide({ type: 'jwks', url: 'https://id.example.org' })
  expect(text).toContain('admin')
  expect(text).not.toContain(command)
})

it('the command for a secret prints 32 random bytes as text', () => {
  const [, script = ''] = /"(.*)"/.exec(secretCommand) ?? []
  const made = (): string => execFileSync(process.execPath, ['-p', script], { encoding: 'utf8' }).trim()
  const [first, second] = [made(), made()]
  expect(Buffer.from(first, 'base64url')).toHaveLength(32)
  expect(Buffer.byteLength(first)).toBeGreaterThanOrEqual(32)
  expect(first).not.toBe(second)
})
