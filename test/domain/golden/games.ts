import type { ConnectFourCommand } from '../../../src/domain/activities/connect-four/index.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import { commandId, roomId } from '../../../src/domain/kernel/ids.js'
import { canonicalJson } from '../../../src/domain/kernel/json.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import type { Person, RoomDriver } from '../../kit/index.js'
import { at, entering, person, roomDriver, seededEntropy } from '../../kit/index.js'

const [ann, bob, cléo] = [person('ann', 'user-a'), person('bob', 'user-b'), person('cléo')]

const creates: ConnectFourCommand = { type: 'create', opponent: { kind: 'human' }, first: 'them' }

const driverOf = (name: string): RoomDriver =>
  roomDriver({ room: roomId(`golden-${name}`), entropy: seededEntropy(`golden ${name}`) })

const say = (driver: RoomDriver, command: ConnectFourCommand, by: MemberId | null, id?: string): void => {
  const act: RoomCommand = { type: 'act', module: 'connect-four', command }
  const cause = id === undefined ? null : { id: commandId(id), digest: `digest of ${canonicalJson(act)}` }
  driver.send(act, by, cause)
}

const drop = (driver: RoomDriver, column: 0 | 1 | 2 | 3 | 4 | 5 | 6, { memberId }: Person): void =>
  say(driver, { type: 'drop', column }, memberId)

/** Two play, one watches; a line of four, a rematch in which one is away for a while and then gone. */
const played = (): RoomDriver => {
  const driver = driverOf('game')
  driver.send(
    entering(ann, 'connect-four', 'player', {
      activates: 'connect-four',
      acts: {
        module: 'connect-four',
        command: creates,
      },
    }),
    ann.memberId,
  )
  driver.clock.advance(2_500)
  const joins = { module: 'connect-four', command: { type: 'join' } } as const
  driver.send(entering(bob, 'connect-four', 'player', { acts: joins }), bob.memberId)
  driver.send(entering(cléo, 'connect-four', 'player', { acts: joins }), cléo.memberId)
  for (const column of [3, 2, 4] as const) {
    drop(driver, column, bob)
    drop(driver, column, ann)
    driver.clock.advance(1_000)
  }
  drop(driver, 3, cléo)
  say(driver, { type: 'drop', column: 5, ply: 7 }, bob.memberId, 'm-7')
  say(driver, { type: 'rematch' }, bob.memberId)
  say(driver, { type: 'rematch' }, ann.memberId)
  drop(driver, 0, ann)
  const lost = ({ memberId, connection }: Person): RoomCommand => ({
    type: 'disconnect',
    memberId,
    connection,
    lost: true,
    graceMs: 15_000,
  })
  driver.send(lost(bob))
  driver.clock.advance(5_000)
  const { memberId, session, connection } = at(bob, 2)
  driver.send({ type: 'resume', memberId, session, connection })
  drop(driver, 6, bob)
  driver.send(lost(ann))
  driver.clock.advance(60_000)
  return driver
}

/** Against the computer, whose moves come from outside; and one that nobody could think any further. */
const againstTheComputer = (): RoomDriver => {
  const driver = driverOf('game-with-ai')
  driver.send(entering(ann, 'native', 'member'), ann.memberId)
  driver.send({ type: 'activate', activity: 'connect-four', options: null }, ann.memberId)
  const create = { type: 'create', opponent: { kind: 'ai', level: 10 }, first: 'me' } as const
  say(driver, create, ann.memberId, 'c-1')
  drop(driver, 3, ann)
  driver.clock.advance(40)
  say(driver, { type: 'play-thought', game: 1, ply: 2, column: 3 }, null)
  say(driver, { type: 'play-thought', game: 1, ply: 2, column: 4 }, null)
  say(driver, { type: 'resign' }, ann.memberId)
  say(driver, { type: 'rematch' }, ann.memberId)
  say(driver, { type: 'give-up', game: 2, ply: 1 }, null)
  return driver
}

export const goldenGames = {
  game: () => played().log(),
  'game-with-ai': () => againstTheComputer().log(),
}
