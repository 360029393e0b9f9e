import fc from 'fast-check'
import type { PickerCommand } from '../../../src/domain/activities/random-picker/index.js'

const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('Ann', 'Bob', 'Cléo', 'Ann', '名前', '🎲') },
  { weight: 2, arbitrary: fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }) },
)

const nastyTexts = fc.constantFrom('', 'x'.repeat(201), '\ud800', 'a\udfff', '__proto__', '\0')

const candidates = fc.record(
  { id: fc.oneof(names, fc.constantFrom('1', '#2')), name: names },
  { requiredKeys: ['name'] },
)

const nastyCandidates = fc.record(
  { id: fc.oneof(names, nastyTexts), name: fc.oneof(names, nastyTexts) },
  { requiredKeys: ['name'] },
)

const nonces = fc.constantFrom('', 'lucky', 'é'.repeat(64))

const nastyNonces = fc.constantFrom('', 'é'.repeat(65), '\udc00')

/** 16 to 32 bytes as hex, upper case too. */
export const entropies: fc.Arbitrary<string> = fc
  .tuple(fc.uint8Array({ minLength: 16, maxLength: 32 }), fc.boolean())
  .map(([bytes, upper]) => {
    const hex = Buffer.from(bytes).toString('hex')
    return upper ? hex.toUpperCase() : hex
  })

const starts: fc.Arbitrary<PickerCommand> = fc.record(
  {
    type: fc.constant('start' as const),
    members: fc.uniqueArray(candidates, {
      minLength: 1,
      maxLength: 6,
      selector: ({ id, name }) => id ?? name,
    }),
    nonce: nonces,
  },
  { requiredKeys: ['type', 'members'] },
)

const nastyStarts: fc.Arbitrary<PickerCommand> = fc.record(
  {
    type: fc.constant('start' as const),
    members: fc.array(nastyCandidates, { maxLength: 4 }),
    nonce: nastyNonces,
  },
  { requiredKeys: ['type', 'members'] },
)

const contributions: fc.Arbitrary<PickerCommand> = fc.record({
  type: fc.constant('contribute' as const),
  entropy: fc.oneof(
    { weight: 5, arbitrary: entropies },
    { weight: 1, arbitrary: fc.constantFrom('', 'zz', 'a'.repeat(31), 'ab'.repeat(15), 'ab'.repeat(33)) },
  ),
})

/** The timer's command, sent by a member: it must have no effect. */
const foreignTicks: fc.Arbitrary<PickerCommand> = fc.record({
  type: fc.constant('tick' as const),
  drawId: fc.constantFrom('', 'draw_0000000000000000', '__proto__'),
  tick: fc.constantFrom(-1, 0, 1, 2, 50, 51, 0.5, Number.NaN),
})

/** Commands of a picker, mostly valid. */
export const pickerCommands: fc.Arbitrary<PickerCommand> = fc.oneof(
  { weight: 6, arbitrary: starts },
  { weight: 1, arbitrary: nastyStarts },
  { weight: 5, arbitrary: contributions },
  { weight: 3, arbitrary: fc.constant<PickerCommand>({ type: 'cancel' }) },
  { weight: 1, arbitrary: foreignTicks },
)
