import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import { evolve, initial } from '../../../src/domain/room/index.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import type { Session, Turn } from '../../kit/arbitraries/index.js'
import { sessions, take } from '../../kit/arbitraries/index.js'
import { engineKit } from '../../kit/engine-kit.js'
import type { EngineKit } from '../../kit/engine-kit.js'
import { testRoom } from '../../kit/recording.js'
import { roomDriver } from '../../kit/room-driver.js'
import { settled } from '../../kit/virtual-clock.js'

/** A busy machine is no failure. */
const patienceMs = 60_000

/** What differs between two runs of the same session: the log's own name, and what chance decided. */
const withoutChance = ({ type, seq, at, by, cause }: RecordedEvent<RoomEvent>): unknown => ({
  type,
  seq,
  at,
  by,
  cause,
})

/** Nobody asks for a recovery: the engine itself begins with it. */
const asked = ({ turns }: Session): ReadonlyArray<Turn> =>
  turns.filter(({ command }) => command.type !== 'recover')

/** Command ids are left out: the engine remembers answers, the rules alone do not. */
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
    // A grace of 0 ms is over at once.
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
    expect(kit.noticed.defects).toEqual([])
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
    expect(inTwo.heard).toEqual(atOnce.heard)
  },
  patienceMs,
)
