import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { GameOptions } from '../../../client/connect-four/connect-four-client.js'
import { ownSide, type Game } from '../../../client/connect-four/game.js'
import { landingRow } from '../../../client/connect-four/board.js'
import { Modal } from '../../shell/modal.js'
import { PageHeader } from '../../shell/page-header.js'
import { ShareDialog } from '../../shell/share-dialog.js'
import { gameLink } from '../address.js'
import { Actions } from './actions.js'
import { ChangeAnnouncement } from '../../shell/announcement.js'
import { gameChangeText } from './game-changes.js'
import { Board } from './board.js'
import { GameNotices } from './game-notices.js'
import { otherSide, gameText } from './game-text.js'
import { Invitation, invitationNote } from './invitation.js'
import { Players } from './players.js'
import { gameErrorText } from './game-text.js'
import { isOnline } from '../../shell/use-room.js'
import { useGame } from './use-game.js'

interface GamePageProps {
  readonly code: string
  readonly token: string | null
  readonly options: GameOptions
  readonly onLeave: () => void
}

export const GamePage = ({ code, token, options, onLeave }: GamePageProps) => {
  const inUse = useGame(options)
  const [isSharing, setSharing] = useState(false)
  const [isLeaving, setLeaving] = useState(false)
  /** why the chosen column took no disc */
  const [hint, setHint] = useState('')
  const { client, report } = inUse
  const { status, game, pending } = inUse.state
  const { phase } = game
  const own = ownSide(game)
  const isConnected = isOnline(status)
  const isOwnTurn = phase.type === 'playing' && phase.next === own
  const isPending = pending !== null && pending.ply > game.ply && phase.type === 'playing'
  const isPlaying = own !== null && phase.type === 'playing'
  const { headline, detail } = gameText(game, isPending)
  const [focusAsked, askForFocus] = useFocus(game)
  const [asksForRematch, setAsksForRematch] = useState(false)

  useEffect(() => {
    if (phase.type !== 'over') setAsksForRematch(false)
    setHint('')
  }, [phase.type, game.ply])
  useEffect(() => {
    document.title = `${headline} · Connect Four · Roomreel`
  }, [headline])

  const drop = (column: number): void => {
    const reason = whyNoDrop(game, column, isPending, isConnected)
    setHint(reason ?? '')
    if (reason === null) void client.drop(column).then(report)
  }

  const rematch = async (): Promise<void> => {
    askForFocus()
    setAsksForRematch(report(await client.rematch()))
  }

  const leave = (): void => {
    client.leave()
    onLeave()
  }
  const leaveOrAsk = (): void => (isPlaying ? setLeaving(true) : leave())

  return (
    <div class="room">
      <a class="skip" href="#main">
        Skip to the game
      </a>
      <PageHeader
        kind="Game"
        isPrivate={token !== null}
        name={code}
        beside={
          phase.type !== 'unknown' && (
            <wa-badge variant={own === null ? 'neutral' : 'brand'} appearance="filled" data-testid="role">
              {own === null ? 'watching' : 'playing'}
            </wa-badge>
          )
        }
        status={status}
      >
        <wa-button size="s" appearance="filled" variant="brand" onClick={() => setSharing(true)}>
          <wa-icon slot="start" name="share"></wa-icon>
          Share
        </wa-button>
        <wa-button size="s" appearance="plain" onClick={leaveOrAsk} title="Leave the game">
          <wa-icon name="leave" label="Leave the game"></wa-icon>
        </wa-button>
      </PageHeader>
      <main id="main" tabIndex={-1}>
        <h1 class="wa-visually-hidden-force">Connect Four, game {code}</h1>
        <GameNotices inUse={inUse} onNewGame={leaveOrAsk} />
        <div class={`game ${phase.type}`}>
          <Players game={game} />
          <div class="standing">
            <p class={`headline${isOwnTurn ? ' own' : ''}`} data-testid="standing">
              {headline}
            </p>
            {hint === '' && (
              <p class="quiet" data-testid="detail">
                {detail}
              </p>
            )}
            <p class="hint" role="status" data-testid="hint">
              {hint}
            </p>
          </div>
          <Board
            board={game.board}
            plays={isOwnTurn && isConnected && !isPending ? own : null}
            pendingColumn={isPending ? pending.column : null}
            pendingPlayer={own}
            last={game.last}
            line={phase.type === 'over' ? phase.end.line : null}
            focusAsked={focusAsked}
            onDrop={drop}
          />
          {phase.type === 'waiting' && own !== null && (
            <Invitation link={gameLink(location.origin, { code, token })} isPrivate={token !== null} />
          )}
          <Actions
            phase={phase.type}
            plays={own !== null}
            isConnected={isConnected}
            isAgainstComputer={own !== null && game.players[otherSide(own)]?.kind === 'ai'}
            asksForRematch={asksForRematch}
            onResign={() => void client.resign().then(report)}
            onRematch={() => void rematch()}
            onNewGame={leave}
          />
          {isPlaying && (
            <p class="keys quiet small" aria-hidden="true">
              <kbd>←</kbd> <kbd>→</kbd> choose, <kbd>Enter</kbd> drops, or <kbd>1</kbd> to <kbd>7</kbd>
            </p>
          )}
        </div>
      </main>
      <ChangeAnnouncement value={game} textOf={gameChangeText} />
      <ShareDialog
        open={isSharing}
        link={gameLink(location.origin, { code, token })}
        label={phase.type === 'waiting' ? 'Invite somebody to play' : 'Invite people to watch'}
        note={invitationNote(token !== null)}
        onClose={() => setSharing(false)}
      />
      <Modal open={isLeaving} label="Leave the game?" onClose={() => setLeaving(false)} width="24rem">
        <div class="stack">
          <p>It is not over yet. Whoever leaves has given it up.</p>
          <div class="row wide">
            <wa-button variant="danger" onClick={leave}>
              Give up and leave
            </wa-button>
            <wa-button appearance="outlined" onClick={() => setLeaving(false)}>
              Stay
            </wa-button>
          </div>
        </div>
      </Modal>
    </div>
  )
}

/** Why no disc can be dropped there now; `null`: it can. */
const whyNoDrop = (game: Game, column: number, isPending: boolean, isConnected: boolean): string | null => {
  const { phase, board } = game
  const textOf = (code: string): string => gameErrorText({ code, message: '' })
  if (phase.type === 'unknown' || !isConnected) return textOf('not-connected')
  if (phase.type === 'waiting') return 'Nobody has taken the other seat yet. Send the link.'
  if (ownSide(game) === null) return textOf('not-a-player')
  if (phase.type === 'over') return textOf('game-over')
  if (isPending) return 'Your disc is still on its way.'
  if (phase.next !== ownSide(game)) return textOf('not-your-turn')
  return landingRow(board, column) === null ? textOf('column-full') : null
}

/**
 * Moves the focus, because the button that led here is gone: at first to the page, and to the board once the own game
 * begins, unless the user has moved the focus elsewhere by then.
 */
const useFocus = (game: Game): readonly [asked: number, ask: () => void] => {
  const [asked, setAsked] = useState(0)
  const isWanted = useRef(true)
  const begins = game.phase.type === 'playing' && ownSide(game) !== null

  useEffect(() => {
    if (navigator.userActivation.hasBeenActive) document.getElementById('main')?.focus()
    else isWanted.current = false
  }, [])
  // Before the next paint: the next key is meant for the board.
  useLayoutEffect(() => {
    if (!begins || !isWanted.current) return
    isWanted.current = false
    if (isIdle(document.activeElement)) setAsked((count) => count + 1)
  }, [begins])

  const context = (): void => {
    isWanted.current = true
  }
  return [asked, context]
}

/** Nothing that the user works with has the focus. */
const isIdle = (focused: Element | null): boolean =>
  focused === null || focused.matches('body, main') || focused.closest('.game-actions') !== null
