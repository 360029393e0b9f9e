import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { PayloadDecoder } from '../../../src/domain/kernel/activity-plugin.js'
import type { Promised } from './promised.js'

/** Field names that readings look for, and such as an object has before anybody gave it one. */
const payloads = fc.oneof(
  fc.constant(undefined),
  fc.json({ maxDepth: 4 }).map((text): unknown => JSON.parse(text)),
  fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'id', 'name', 'text'), fc.jsonValue()),
)

/** What an activity that an application brings along promises of how it reads what clients send. */
export const wireContract = <Command extends { readonly type: string }>(
  wire: Readonly<Record<string, PayloadDecoder<Command>>>,
  commands: ReadonlyArray<string>,
): ReadonlyArray<Promised> => [
  {
    promise: 'whatever a client sends is read as one of its commands, or named as wrong, and nothing throws',
    check: () =>
      fc.assert(
        fc.property(payloads, (payload) => {
          for (const [name, read] of Object.entries(wire)) {
            const said = read(payload)
            if (said._tag === 'Right') assert.ok(commands.includes(said.right.type), said.right.type)
            else assert.ok(said.left.type === 'invalid-payload' && said.left.problem !== '', name)
          }
        }),
      ),
  },
  {
    promise: 'its commands have names on the wire that a client can give',
    check: () => {
      assert.ok(Object.keys(wire).length > 0, 'nobody can say anything to it')
      for (const name of Object.keys(wire)) assert.match(name, /^[A-Za-z0-9_-]{1,64}$/)
    },
  },
]
