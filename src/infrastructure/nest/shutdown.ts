export interface StepFailure {
  readonly step: string
  readonly error: unknown
}

/** Steps of a shutdown have failed; all others have run. */
export class ShutdownError extends Error {
  constructor(readonly failures: ReadonlyArray<StepFailure>) {
    const steps = failures.map(({ step }) => step).join(', ')
    super(`Steps of the shutdown have failed: ${steps}. All other steps have run`, {
      cause: failures[0]?.error,
    })
  }
}

/** Runs the steps of a shutdown. A failed step does not stop the others. */
export interface Shutdown {
  /** Resolves when the step has ended or failed. */
  readonly run: (step: string, work: () => unknown) => Promise<void>
  readonly error: () => ShutdownError | undefined
}

export const createShutdown = (): Shutdown => {
  const failures: Array<StepFailure> = []
  return {
    run: async (step, work) => {
      try {
        await work()
      } catch (error) {
        failures.push({ step, error })
      }
    },
    error: () => (failures.length === 0 ? undefined : new ShutdownError(failures)),
  }
}
