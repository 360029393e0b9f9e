import type { ConnectFourPlayer } from '../../application/ports/connect-four-player.js'
import type { EffectHandler } from '../../application/ports/effect-handler.js'

/** Has whatever rooms want thought out by those who can. */
export const thinkingOutside = (connectFour: ConnectFourPlayer): EffectHandler => ({
  run: async ({ board, level, game, ply }, { deadlineMs, random, signal }) => {
    const { column } = await connectFour.choose({ board, level, random, deadlineMs }, signal)
    return { type: 'play-thought', game, ply, column }
  },
  close: connectFour.close,
})
