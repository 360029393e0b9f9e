import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestFailure } from '../../application/engine/index.js'
import { errorFor } from '../protocols/error-mapping.js'
import type { WireError } from '../transport/reply.js'
import { Catch, HttpException } from '@nestjs/common'
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common'

export interface HttpResponse {
  readonly status: number
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
}

/** The error codes of HTTP itself; the codes of rejections are those of a socket. */
export type HttpCode =
  | 'invalid-payload'
  | 'payload-too-large'
  | 'rate-limited'
  | 'unauthenticated'
  | 'token-expired'
  | 'access-denied'
  | 'room-not-found'
  | 'unknown-event'
  | 'shutting-down'
  | 'store-unavailable'
  | 'internal-error'

const errors: Readonly<Record<HttpCode, { readonly status: number; readonly message: string }>> = {
  'invalid-payload': { status: 400, message: 'The request is not well-formed' },
  'payload-too-large': { status: 413, message: 'The request is larger than this server takes' },
  'rate-limited': { status: 429, message: 'Too many requests; wait and try again' },
  unauthenticated: {
    status: 401,
    message: 'Send "Authorization: Session <sessionId>" of a member, or "Bearer <token>" of an operator',
  },
  'token-expired': { status: 401, message: 'The token has expired; sign in again' },
  'access-denied': { status: 403, message: 'Not allowed' },
  'room-not-found': { status: 404, message: 'There is no such room' },
  'unknown-event': { status: 404, message: 'There is nothing here' },
  'shutting-down': { status: 503, message: 'The server is going down; try again later' },
  'store-unavailable': { status: 503, message: 'The log did not answer; try again' },
  'internal-error': { status: 500, message: 'The server failed to carry this out' },
}

type Details = Readonly<Record<string, unknown>>

export const errorResponse = (code: HttpCode, nowMs: number, details: Details = {}): HttpResponse => {
  const { status, message } = errors[code]
  return failure(status, { code, message, timestamp: new Date(nowMs).toISOString(), ...details })
}

/** The response to a rejection or fault of a room. */
export const rejectionResponse = (reason: RequestFailure, nowMs: number): HttpResponse => {
  const { event: _event, ...error } = errorFor(reason, '', nowMs)
  return failure(statusOf(reason.type), error)
}

const statusOf = (code: RequestFailure['type']): number =>
  Object.hasOwn(errors, code) ? errors[code as HttpCode].status : 409

const failure = (status: number, error: WireError): HttpResponse => ({
  status,
  body: { success: false, error },
})

/** Never cached: every response depends on the caller and the time. */
export const send = (response: ServerResponse, { status, body, headers = {} }: HttpResponse): void => {
  if (response.headersSent) return void response.destroy()
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(text)
}

/** `route` is added by Express. */
export type Request = IncomingMessage & { readonly route?: { readonly path?: unknown } }
export type Response = ServerResponse

export interface ErrorFilterPorts {
  readonly now: () => number
  readonly onDefect: (error: unknown) => void
}

/** Responds to errors of Nest and Express (unknown path, large body) and to defects. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly ports: ErrorFilterPorts) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const code = codeFor(statusIn(error))
    if (code === 'internal-error') this.ports.onDefect(error)
    send(host.switchToHttp().getResponse<Response>(), errorResponse(code, this.ports.now()))
  }
}

/** Express's body parser puts a status on its errors, as Nest does. */
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
