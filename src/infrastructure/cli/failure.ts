/** What a process ends with that did not end well: something was found to be wrong, or it could not be looked at. */
export const exitCodes = { found: 1, unusable: 2 } as const

/** Why a command ends without having done what it was asked: one line, and what to do. */
export class Failure extends Error {
  override readonly name = 'Failure'

  constructor(
    message: string,
    readonly exitCode: (typeof exitCodes)[keyof typeof exitCodes] = exitCodes.unusable,
  ) {
    super(message)
  }
}
