import { HttpException } from '@nestjs/common'
import { WsException } from '@nestjs/websockets'
import type { ErrorDetails, TransportErrorCode } from './reply.js'

/** An exception of a guard, a pipe or a handler that becomes the error of the reply. */
export class WireException extends WsException {
  constructor(
    readonly code: TransportErrorCode,
    readonly details: ErrorDetails = {},
  ) {
    super(code)
  }
}

/** The error that an exception stands for; `undefined`: it is a defect. Its message may quote the payload. */
export const wireFailureOf = (
  exception: unknown,
): { readonly code: TransportErrorCode; readonly details?: ErrorDetails } | undefined => {
  if (exception instanceof WireException) return exception
  if (!(exception instanceof HttpException)) return undefined
  switch (exception.getStatus()) {
    case 400:
      return { code: 'invalid-payload' }
    case 401:
      return { code: 'unauthenticated' }
    case 403:
      return { code: 'access-denied' }
  }
  return undefined
}
