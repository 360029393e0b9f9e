import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/application/engine/index.js'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { roomSockets } from '../../../src/infrastructure/nest/room-sockets.js'
import { RoomreelModule } from '../../../src/infrastructure/nest/roomreel.module.js'
import { ShutdownError } from '../../../src/infrastructure/nest/shutdown.js'
import { ENGINE } from '../../../src/infrastructure/nest/tokens.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { runningServer } from '../http/running-server.js'

const steps = ['connections', 'engine', 'resource', 'event store'] as const

type Step = (typeof steps)[number]

/** Its `close` needs `this`, like that of most database clients. */
class Resource {
  constructor(private readonly run: () => Promise<void>) {}

  close(): Promise<void> {
    return this.run()
  }
}

/** Shuts down an application whose `failing` steps fail. Gives the steps that ran and the reported errors. */
const shutDown = async (failing: ReadonlyArray<Step>) => {
  const executed: Array<Step> = []
  const errors: Array<ShutdownError> = []
  const runStep = async (step: Step, work: () => unknown = () => undefined): Promise<void> => {
    executed.push(step)
    await work()
    if (failing.includes(step)) throw new Error(`${step} failed`)
  }
  const memory = memoryEventStore()
  const store: EventStore = { ...memory, close: () => runStep('event store', memory.close) }
  const sockets = roomSockets()
  class AppModule {}
  Module({
    imports: [
      RoomreelModule.forRoot({
        ...sockets.engine,
        store,
        resources: [new Resource(() => runStep('resource'))],
        onShutdownError: (error) => errors.push(error),
      }),
      sockets.module,
    ],
  })(AppModule)
  const app = await NestFactory.create(AppModule, { logger: false })
  const { io } = sockets.attach(app)
  const closeServer = io.close.bind(io)
  io.close = () => runStep('connections', closeServer)
  const engine: { stop: Engine['stop'] } = app.get<Engine>(ENGINE)
  const stopEngine = engine.stop
  engine.stop = () => runStep('engine', stopEngine)
  await app.listen(0, '127.0.0.1')
  await app.close()
  return { ran: executed, errors }
}

describe('the shutdown of an application with rooms', () => {
  it('closes the connections, stops the engine, and closes the resources and the store', async () => {
    expect(await shutDown([])).toEqual({ ran: steps, errors: [] })
  })

  it.each(steps)('runs all other steps and reports one failure when this step fails: %s', async (step) => {
    const { ran, errors } = await shutDown([step])
    expect(ran).toEqual(steps)
    expect(errors.map(({ failures }) => failures)).toEqual([[{ step, error: new Error(`${step} failed`) }]])
  })

  it('reports all failures in one error', async () => {
    const { ran, errors } = await shutDown(steps)
    expect(ran).toEqual(steps)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(ShutdownError)
    expect(errors[0]?.message).toBe(
      'Steps of the shutdown have failed: connections, engine, resource, event store. All other steps have run',
    )
  })
})

describe('the shutdown of the server', () => {
  it('closes the store and rejects with the failed step when the engine fails to stop', async () => {
    let isClosed = false
    const memory = memoryEventStore()
    const store: EventStore = {
      ...memory,
      close: async () => {
        isClosed = true
        await memory.close()
      },
    }
    const server = await runningServer({ store })
    const engine: { stop: Engine['stop'] } = server.engine
    const stopEngine = engine.stop
    engine.stop = async () => {
      await stopEngine()
      throw new Error('the engine failed')
    }
    await expect(server.stop()).rejects.toMatchObject({
      failures: [{ step: 'engine', error: new Error('the engine failed') }],
    })
    expect(isClosed).toBe(true)
  })

  it('rejects with the failed step when the store fails to close', async () => {
    const store = { ...memoryEventStore(), close: () => Promise.reject(new Error('the disk is full')) }
    const server = await runningServer({ store })
    await expect(server.stop()).rejects.toMatchObject({ failures: [{ step: 'event store' }] })
  })
})
