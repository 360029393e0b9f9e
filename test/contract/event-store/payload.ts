import fc from 'fast-check'

/** Text of any UTF-16 units, including lone surrogates. */
const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) })

const key = fc.oneof(
  text,
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hash', 'room', '0', '10', '9'),
)

/** Any value of `JSON.parse`. `-0` is left out: JSON has one zero, and so does the log. */
export const { payload } = fc.letrec<{ payload: unknown }>((tie) => ({
  payload: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    text,
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.integer(),
      fc.constantFrom(0, 1e21, 1e-7, 5e-324, Number.MAX_SAFE_INTEGER, 123456789012345680000),
    ),
    fc.constantFrom(null, true, false, '', {}, []),
    fc.array(tie('payload'), { maxLength: 4 }),
    // Like JSON.parse, `fromEntries` makes an own key of `__proto__`.
    fc.array(fc.tuple(key, tie('payload')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}))
