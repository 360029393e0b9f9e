import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import type { Session, Turn } from '../../kit/index.js'
import { sessions, take } from '../../kit/index.js'
import { engineKit } from '../../kit/engine-kit.js'
import type { EngineKit } from '../../kit/engine-kit.js'
import { testRoom } from '../../kit/recording.js'
import { roomDriver } from '../../kit/room-driver.js'
import { settled } from '../../kit/virtual-clock.js'

const { evolve } = builtInModel

/** Generous, because a busy machine slows the virtual clock down. */
const patienceMs = 60_000

/** What differs between two runs of the same session: the epoch and random results. */
const withoutChance = ({ type, seq, at, by, cause }: RecordedEvent<RoomEvent>): unknown => ({
  type,
  seq,
  at,
  by,
  cause,
})

/** The engine submits `recover` itself. */
const asked = ({ turns }: Session): ReadonlyArray<Turn> =>
  turns.filter(({ command }) => command.type !== 'recover')

/** Without command ids, because only the engine deduplicates commands. */
const playedOn = async (kit: EngineKit, turns: ReadonlyArray<Turn>): Promise<void> => {
  for (const { waitMs, late, command, by } of turns) {
    if (late) kit.clock.standStill(waitMs)
    else await kit.clock.advanceSettled(waitMs)
    kit.send(command, { by })
    await settled()
  }
}

const playedByRules = (turns: ReadonlyArray<Turn>): ReadonlyArray<RecordedEvent<RoomEvent>> => {
  const driver = roomDriver()
  for (const turn of turns) {
    take(driver, { ...turn, cause: null })
    // A grace period of 0 ms ends at once.
    driver.clock.advance(0)
  }
  return driver.log()
}

test.prop([sessions])(
  'a room appends the decisions of its rules, for any commands and any delays',
  async (session) => {
    const turns = asked(session)
    const kit = engineKit()
    kit.engine.hold(testRoom)
    await playedOn(kit, turns)

    const log = await kit.log()
    expect(log.map(withoutChance)).toEqual(playedByRules(turns).map(withoutChance))
    expect(kit.monitorCalls.defects).toEqual([])
    expect(kit.delivered()).toEqual(log)
    const seen = await kit.ask(null)
    expect(seen).toMatchObject({ right: { state: log.reduce(evolve, initial(testRoom)), seq: log.length } })
  },
  patienceMs,
)

test.prop([sessions, fc.integer({ min: 0, max: 8_000 }), fc.integer({ min: 0, max: 8_000 })])(
  'advance(a + b) gives the same log as advance(a) and advance(b)',
  async ({ turns }, firstMs, secondMs) => {
    const atOnce = engineKit()
    const inTwo = engineKit()
    await playedOn(atOnce, turns)
    await playedOn(inTwo, turns)

    await atOnce.clock.advanceSettled(firstMs + secondMs)
    await inTwo.clock.advanceSettled(firstMs)
    await inTwo.clock.advanceSettled(secondMs)

    expect(await inTwo.log()).toEqual(await atOnce.log())
    expect(inTwo.outputs).toEqual(atOnce.outputs)
  },
  patienceMs,
)
