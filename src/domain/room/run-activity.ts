/**
 * An activity has thrown, which none may: the room stops it and lives on. A defect, so it is thrown on, with the name of the module
 * that is to be stopped.
 */
export class ActivityFailure extends Error {
  readonly module: string

  constructor(module: string, thrown: unknown) {
    super(`${module} has failed`, { cause: thrown })
    this.module = module
  }
}

/** Runs one of a module's functions. Every call of an activity by the room goes through here. */
export const runActivity = <Result>(module: string, run: () => Result): Result => {
  try {
    return run()
  } catch (error) {
    throw new ActivityFailure(module, error)
  }
}
