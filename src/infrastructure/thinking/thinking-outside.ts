import type { ComputerMoveEffect, ConnectFourCommand } from '../../domain/activities/connect-four/index.js'
import type { ConnectFourPlayer } from '../../application/ports/connect-four-player.js'
import type { EffectHandler } from '../../application/ports/effect-handler.js'

/** Has whatever rooms want thought out by those who can. */
export const thinkingOutside = (connectFour: ConnectFourPlayer): EffectHandler => ({
  run: async (effect, { deadlineMs, random, signal }) => {
    // Connect Four is the only built-in activity with an effect.
    const { board, level, game, ply } = effect as ComputerMoveEffect
    const { column } = await connectFour.choose({ board, level, random, deadlineMs }, signal)
    const command: ConnectFourCommand = { type: 'play-thought', game, ply, column }
    return command
  },
  close: connectFour.close,
})
