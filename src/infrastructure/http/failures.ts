import { Catch, HttpException } from '@nestjs/common'
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common'
import { refusal, send } from './answers.js'
import type { HttpCode, Response } from './answers.js'

export interface FailurePorts {
  readonly now: () => number
  readonly onDefect: (error: unknown) => void
}

/** What Nest and Express say no with (no such path, a body that is too large), and what our own code throws. */
@Catch()
export class Failures implements ExceptionFilter {
  constructor(private readonly ports: FailurePorts) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const code = codeFor(statusIn(error))
    if (code === 'internal-error') this.ports.onDefect(error)
    send(host.switchToHttp().getResponse<Response>(), refusal(code, this.ports.now()))
  }
}

/** Express's body parser marks its errors with a status, as those of Nest are. */
const statusIn = (error: unknown): number => {
  if (error instanceof HttpException) return error.getStatus()
  if (!(error instanceof Error) || !('statusCode' in error)) return 500
  return typeof error.statusCode === 'number' ? error.statusCode : 500
}

const codeFor = (status: number): HttpCode => {
  if (status === 404 || status === 405) return 'unknown-event'
  if (status === 413) return 'payload-too-large'
  if (status === 503) return 'shutting-down'
  return status >= 400 && status < 500 ? 'invalid-payload' : 'internal-error'
}
