import 'reflect-metadata'
import type { INestApplicationContext } from '@nestjs/common'
import { ExternalContextCreator } from '@nestjs/core'
import type { ParamsFactory } from '@nestjs/core/helpers/external-context-creator.js'
import { PARAM_ARGS_METADATA } from '@nestjs/websockets/constants.js'
import { WsParamtype } from '@nestjs/websockets/enums/ws-paramtype.enum.js'
import type { Socket } from 'socket.io'

/** A gateway's method as the dispatcher calls it. It returns a `Reply`, a `DeferredReply`, a promise of one, or nothing. */
export type Handler = (socket: Socket, payload: unknown, event: string) => unknown

export type GatewayMethod = {
  readonly instance: object
  readonly moduleKey: string
  readonly methodName: string
  readonly callback: (...args: unknown[]) => unknown
}

/** Answered for a handler that returned nothing: the one value that a swallowed error cannot look like. */
const DONE = Object.freeze({ success: true as const })

type ParamsMetadata = Record<string, { index: number; data?: unknown; pipes: unknown[] }>

/**
 * Guards, pipes, interceptors and filters belong to Nest, and so does finding them. `ExternalContextCreator`
 * is Nest's public way to run them round a method for a transport of one's own; what it holds inside is read
 * only to see that there are none, because the empty chain costs a dozen promises per command.
 */
interface ChainParts {
  readonly guardsContextCreator: PartsCreator
  readonly interceptorsContextCreator: PartsCreator
  readonly pipesContextCreator: PartsCreator
  readonly filtersContextCreator: {
    create: (...place: PartsPlace) => { readonly filters: readonly unknown[] }
    getGlobalMetadata: () => readonly unknown[]
  }
}
type PartsPlace = [instance: object, callback: unknown, moduleKey: string]
type PartsCreator = { create: (...place: PartsPlace) => readonly unknown[] }

const PARAMS_KEY = 'roomreel:gateway-params'

const UNDECORATED: ParamsMetadata = {
  [`${WsParamtype.SOCKET}:0`]: { index: 0, pipes: [] },
  [`${WsParamtype.PAYLOAD}:1`]: { index: 1, pipes: [] },
  [`${WsParamtype.ACK}:2`]: { index: 2, pipes: [] },
}

const params: ParamsFactory = {
  exchangeKeyForValue: (type: number, field: unknown, args: unknown[]) => {
    if (type === WsParamtype.SOCKET) return args[0]
    if (type !== WsParamtype.PAYLOAD) return args[2]
    return typeof field === 'string' ? (args[1] as Record<string, unknown> | undefined)?.[field] : args[1]
  },
}

const orDone = (result: unknown): unknown => (result === undefined ? DONE : result)

const chained = (creator: ExternalContextCreator, method: GatewayMethod, withFilters: boolean): Handler => {
  const { instance, callback, methodName } = method
  const answering = (...args: unknown[]): unknown => {
    const result = callback.apply(instance, args)
    return result instanceof Promise ? result.then(orDone) : orDone(result)
  }
  // Nest keeps what decorates a method on the function itself.
  for (const key of Reflect.getMetadataKeys(callback)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, callback), answering)
  }
  const decorated: unknown = Reflect.getMetadata(PARAM_ARGS_METADATA, instance.constructor, methodName)
  Reflect.defineMetadata(PARAMS_KEY, decorated ?? UNDECORATED, instance.constructor, methodName)
  return creator.create(
    instance,
    answering,
    methodName,
    PARAMS_KEY,
    params,
    undefined,
    undefined,
    {
      guards: true,
      interceptors: true,
      // With none to run, Nest would still log the error, and with it whatever its message quotes.
      filters: withFilters,
    },
    'ws',
  )
}

export const handlerFor = (app: INestApplicationContext, method: GatewayMethod): Handler => {
  const { instance, callback, moduleKey, methodName } = method
  const creator = app.get(ExternalContextCreator, { strict: false })
  const parts = creator as unknown as ChainParts
  const decorated = Reflect.getMetadata(PARAM_ARGS_METADATA, instance.constructor, methodName) as
    | ParamsMetadata
    | undefined
  const takesAck = Object.keys(decorated ?? {}).some((key) => key.startsWith(`${WsParamtype.ACK}:`))
  if (takesAck) {
    throw new Error(
      `${instance.constructor.name}.${methodName} takes @Ack(): on this adapter a handler answers by returning`,
    )
  }
  const place: PartsPlace = [instance, callback, moduleKey]
  const { filtersContextCreator } = parts
  // As in Nest's own gateways, filters of the whole application are for HTTP: they would write to a response.
  const filters =
    filtersContextCreator.create(...place).filters.length - filtersContextCreator.getGlobalMetadata().length
  const others =
    parts.guardsContextCreator.create(...place).length +
    parts.interceptorsContextCreator.create(...place).length +
    parts.pipesContextCreator.create(...place).length
  if (filters + others > 0 || decorated !== undefined) return chained(creator, method, filters > 0)
  return (socket, payload, event) => {
    const result = callback.call(instance, socket, payload, event)
    return result === undefined ? DONE : result
  }
}
