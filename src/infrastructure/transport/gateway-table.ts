import 'reflect-metadata'
import type { INestApplicationContext } from '@nestjs/common'
import { ExternalContextCreator, MetadataScanner, ModulesContainer } from '@nestjs/core'
import type { ParamsFactory } from '@nestjs/core/helpers/external-context-creator.js'
import {
  GATEWAY_METADATA,
  GATEWAY_OPTIONS,
  MESSAGE_MAPPING_METADATA,
  MESSAGE_METADATA,
  PARAM_ARGS_METADATA,
} from '@nestjs/websockets/constants.js'
import { WsParamtype } from '@nestjs/websockets/enums/ws-paramtype.enum.js'
import type { Socket } from 'socket.io'

/** A gateway's method as the dispatcher calls it. It returns a `Reply`, a `DeferredReply`, a promise of one, or nothing. */
export type Handler = (socket: Socket, payload: unknown, event: string) => unknown

/** A gateway's connection hooks. */
export type GatewayHooks = {
  readonly gateway: string
  readonly connected?: (socket: Socket) => unknown
  readonly disconnected?: (socket: Socket, reason: string) => unknown
}

/** The handlers and hooks of all gateways of one namespace, built once and shared by its sockets. */
export type NamespaceTable = {
  readonly handlers: ReadonlyMap<string, Handler>
  readonly hooks: readonly GatewayHooks[]
}

/** Reads every gateway of the application. Throws if two handle the same event in one namespace. */
export const readGatewayTables = (app: INestApplicationContext): ReadonlyMap<string, NamespaceTable> => {
  const tables = new Map<string, { handlers: Map<string, Handler>; hooks: GatewayHooks[] }>()
  const owners = new Map<string, string>()
  for (const gateway of gatewaysOf(app)) {
    const { namespace } = gateway
    const table = tables.get(namespace) ?? { handlers: new Map<string, Handler>(), hooks: [] }
    tables.set(namespace, table)
    table.hooks.push(hooksOf(gateway))
    for (const { event, method } of methodsOf(gateway)) {
      const key = `${namespace} ${event}`
      const owner = owners.get(key)
      if (owner !== undefined) {
        throw new Error(
          `${owner} and ${gateway.name} both handle the event "${event}" in the namespace ${namespace}`,
        )
      }
      owners.set(key, gateway.name)
      table.handlers.set(event, createHandler(app, method))
    }
  }
  return tables
}

type Gateway = {
  readonly instance: object
  readonly name: string
  readonly moduleKey: string
  readonly namespace: string
}

type ConnectionHooks = {
  handleConnection?: (socket: Socket) => unknown
  handleDisconnect?: (socket: Socket, reason: string) => unknown
}

type GatewayMethod = {
  readonly instance: object
  readonly moduleKey: string
  readonly methodName: string
  readonly callback: (...args: unknown[]) => unknown
}

const gatewaysOf = (app: INestApplicationContext): readonly Gateway[] => {
  const gateways: Gateway[] = []
  for (const [moduleKey, module] of app.get(ModulesContainer, { strict: false })) {
    for (const wrapper of module.providers.values()) {
      const { instance, metatype } = wrapper
      if (wrapper.isNotMetatype || !metatype || !Reflect.hasMetadata(GATEWAY_METADATA, metatype)) continue
      if (!wrapper.isDependencyTreeStatic()) {
        throw new Error(
          `${metatype.name} is request-scoped: a gateway on this adapter is one for all sockets`,
        )
      }
      gateways.push({
        instance: instance as object,
        name: metatype.name,
        moduleKey,
        namespace: namespaceOf(metatype),
      })
    }
  }
  return gateways
}

const namespaceOf = (metatype: object): string => {
  const options = Reflect.getMetadata(GATEWAY_OPTIONS, metatype) as { namespace?: unknown } | undefined
  const namespace = options?.namespace ?? '/'
  if (typeof namespace !== 'string')
    throw new Error('A gateway names its namespace by a string on this adapter')
  return namespace.startsWith('/') ? namespace : `/${namespace}`
}

const methodsOf = (gateway: Gateway): ReadonlyArray<{ event: string; method: GatewayMethod }> => {
  const prototype = Object.getPrototypeOf(gateway.instance) as Record<string, (...args: unknown[]) => unknown>
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((methodName) => {
    const callback = prototype[methodName]
    if (callback === undefined || Reflect.getMetadata(MESSAGE_MAPPING_METADATA, callback) === undefined)
      return []
    const event = Reflect.getMetadata(MESSAGE_METADATA, callback) as unknown
    if (typeof event !== 'string')
      throw new Error(`${gateway.name}.${methodName} subscribes to no event name`)
    return [
      { event, method: { instance: gateway.instance, moduleKey: gateway.moduleKey, methodName, callback } },
    ]
  })
}

const hooksOf = ({ instance, name }: Gateway): GatewayHooks => {
  const { handleConnection, handleDisconnect } = instance as ConnectionHooks
  return {
    gateway: name,
    ...(handleConnection ? { connected: handleConnection.bind(instance) } : {}),
    ...(handleDisconnect ? { disconnected: handleDisconnect.bind(instance) } : {}),
  }
}

/**
 * `ExternalContextCreator` is Nest's public way to run guards, pipes, interceptors and filters round a method. Its
 * fields are read only to find a method that has none of them: the empty chain costs a dozen promises per command.
 */
interface ChainParts {
  readonly guardsContextCreator: PartsCreator
  readonly interceptorsContextCreator: PartsCreator
  readonly pipesContextCreator: PartsCreator
  readonly filtersContextCreator: {
    create: (...location: PartsLocation) => { readonly filters: readonly unknown[] }
    getGlobalMetadata: () => readonly unknown[]
  }
}
type PartsLocation = [instance: object, callback: unknown, moduleKey: string]
type PartsCreator = { create: (...location: PartsLocation) => readonly unknown[] }

type ParamsMetadata = Record<string, { index: number; data?: unknown; pipes: unknown[] }>

const createHandler = (app: INestApplicationContext, method: GatewayMethod): Handler => {
  const { instance, callback, moduleKey, methodName } = method
  const creator = app.get(ExternalContextCreator, { strict: false })
  const parts = creator as unknown as ChainParts
  const decorators = Reflect.getMetadata(PARAM_ARGS_METADATA, instance.constructor, methodName) as
    | ParamsMetadata
    | undefined
  if (Object.keys(decorators ?? {}).some((key) => key.startsWith(`${WsParamtype.ACK}:`))) {
    throw new Error(
      `${instance.constructor.name}.${methodName} takes @Ack(): on this adapter a handler answers by returning`,
    )
  }
  const location: PartsLocation = [instance, callback, moduleKey]
  const { filtersContextCreator } = parts
  // As in Nest's own gateways, the application's global filters are for HTTP: they write to a response.
  const filters =
    filtersContextCreator.create(...location).filters.length -
    filtersContextCreator.getGlobalMetadata().length
  const otherParts =
    parts.guardsContextCreator.create(...location).length +
    parts.interceptorsContextCreator.create(...location).length +
    parts.pipesContextCreator.create(...location).length
  if (filters + otherParts > 0 || decorators !== undefined)
    return chainedHandler(creator, method, filters > 0)
  return (socket, payload, event) => orDone(callback.call(instance, socket, payload, event))
}

/** The reply of a handler that returns nothing. */
const DONE = Object.freeze({ success: true as const })

const orDone = (result: unknown): unknown => (result === undefined ? DONE : result)

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

const chainedHandler = (
  creator: ExternalContextCreator,
  { instance, callback, methodName }: GatewayMethod,
  withFilters: boolean,
): Handler => {
  const handler = (...args: unknown[]): unknown => {
    const result = callback.apply(instance, args)
    return result instanceof Promise ? result.then(orDone) : orDone(result)
  }
  // Nest stores a method's decorators on the function itself.
  for (const key of Reflect.getMetadataKeys(callback)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, callback), handler)
  }
  const decorators: unknown = Reflect.getMetadata(PARAM_ARGS_METADATA, instance.constructor, methodName)
  Reflect.defineMetadata(PARAMS_KEY, decorators ?? UNDECORATED, instance.constructor, methodName)
  // Without filters to run, Nest would log the error, and its message may quote the payload.
  const options = { guards: true, interceptors: true, filters: withFilters }
  return creator.create(
    instance,
    handler,
    methodName,
    PARAMS_KEY,
    params,
    undefined,
    undefined,
    options,
    'ws',
  )
}
