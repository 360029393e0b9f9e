import 'reflect-metadata'
import type { INestApplicationContext } from '@nestjs/common'
import { MetadataScanner, ModulesContainer } from '@nestjs/core'
import {
  GATEWAY_METADATA,
  GATEWAY_OPTIONS,
  MESSAGE_MAPPING_METADATA,
  MESSAGE_METADATA,
} from '@nestjs/websockets/constants.js'
import type { Socket } from 'socket.io'
import { handlerFor } from './gateway-handler.js'
import type { GatewayMethod, Handler } from './gateway-handler.js'

/** What Nest calls on a gateway when a client comes and goes; here their failures end no process. */
export type GatewayHooks = {
  readonly gateway: string
  readonly connected?: (socket: Socket) => unknown
  readonly disconnected?: (socket: Socket, reason: string) => unknown
}

/** All that the gateways of one namespace say together, built once and shared by its sockets. */
export type NamespaceTable = {
  readonly handlers: ReadonlyMap<string, Handler>
  readonly hooks: readonly GatewayHooks[]
}

type Gateway = {
  readonly instance: object
  readonly name: string
  readonly moduleKey: string
  namespace: string
}

type Hooked = {
  handleConnection?: (socket: Socket) => unknown
  handleDisconnect?: (socket: Socket, reason: string) => unknown
}

const namespaceOf = (metatype: object): string => {
  const options = Reflect.getMetadata(GATEWAY_OPTIONS, metatype) as { namespace?: unknown } | undefined
  const namespace = options?.namespace ?? '/'
  if (typeof namespace !== 'string')
    throw new Error('A gateway names its namespace by a string on this adapter')
  return namespace.startsWith('/') ? namespace : `/${namespace}`
}

const gatewaysOf = (app: INestApplicationContext): readonly Gateway[] => {
  const found: Gateway[] = []
  for (const [moduleKey, module] of app.get(ModulesContainer, { strict: false })) {
    for (const wrapper of module.providers.values()) {
      const { instance, metatype } = wrapper
      if (wrapper.isNotMetatype || !metatype || !Reflect.hasMetadata(GATEWAY_METADATA, metatype)) continue
      if (!wrapper.isDependencyTreeStatic()) {
        throw new Error(
          `${metatype.name} is request-scoped: a gateway on this adapter is one for all sockets`,
        )
      }
      found.push({
        instance: instance as object,
        name: metatype.name,
        moduleKey,
        namespace: namespaceOf(metatype),
      })
    }
  }
  return found
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
  const hooked = instance as Hooked
  return {
    gateway: name,
    ...(hooked.handleConnection ? { connected: hooked.handleConnection.bind(instance) } : {}),
    ...(hooked.handleDisconnect ? { disconnected: hooked.handleDisconnect.bind(instance) } : {}),
  }
}

/** Reads every gateway of the application. Two that claim one name in one namespace stop the start. */
export const readGatewayTables = (app: INestApplicationContext): ReadonlyMap<string, NamespaceTable> => {
  const tables = new Map<string, { handlers: Map<string, Handler>; hooks: GatewayHooks[] }>()
  const owners = new Map<string, string>()
  for (const gateway of gatewaysOf(app)) {
    const { namespace } = gateway
    const table = tables.get(namespace) ?? { handlers: new Map<string, Handler>(), hooks: [] }
    tables.set(namespace, table)
    table.hooks.push(hooksOf(gateway))
    for (const { event, method } of methodsOf(gateway)) {
      const claim = `${namespace} ${event}`
      const owner = owners.get(claim)
      if (owner !== undefined) {
        throw new Error(
          `${owner} and ${gateway.name} both claim the event "${event}" in the namespace ${namespace}`,
        )
      }
      owners.set(claim, gateway.name)
      table.handlers.set(event, handlerFor(app, method))
    }
  }
  return tables
}
