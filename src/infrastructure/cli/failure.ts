/** Why a command ends without having done what it was asked: one line, and what to do. */
export class Failure extends Error {
  override readonly name = 'Failure'
}

/** The process ends with it where something was found to be wrong, and with 2 where it could not look. */
export const exitCodes = { found: 1, unusable: 2 } as const
