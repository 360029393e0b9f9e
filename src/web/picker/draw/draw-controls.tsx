import { useEffect, useRef, useState } from 'preact/hooks'
import type { PastDraw } from '../../../client/picker/picker-room.js'

interface DrawControlsProps {
  readonly leads: boolean
  readonly isDrawing: boolean
  readonly isConnected: boolean
  readonly nameCount: number
  readonly latest: PastDraw | null
  /** the winner of the latest draw, if that name is still in the list */
  readonly winnerInList: string | null
  readonly onStart: () => Promise<boolean>
  readonly onCancel: () => Promise<boolean>
  readonly onCheck: (past: PastDraw) => void
  readonly onTakeOff: () => void
}

type Button = HTMLElementTagNameMap['wa-button']

export const DrawControls = (props: DrawControlsProps) => {
  const { leads, isDrawing, isConnected, nameCount, latest, winnerInList } = props
  const [isAsking, setAsking] = useState(false)
  const start = useRef<Button>(null)
  const cancel = useRef<Button>(null)
  const hadFocus = useRef(false)

  // Start and Cancel replace each other, and the focus stays on this place for users of a keyboard.
  useEffect(() => {
    if (!hadFocus.current) return
    ;(isDrawing ? cancel : start).current?.focus()
  }, [isDrawing])

  const context = async (request: () => Promise<boolean>): Promise<void> => {
    setAsking(true)
    await request()
    setAsking(false)
  }

  return (
    <div
      class="controls"
      onFocusIn={() => {
        hadFocus.current = true
      }}
      onFocusOut={(event) => {
        // The removal of the focused button also fires a blur, which is ignored.
        if (event.relatedTarget !== null) hadFocus.current = false
      }}
    >
      {leads && isDrawing && (
        <wa-button
          ref={cancel}
          key="cancel"
          variant="danger"
          appearance="outlined"
          disabled={!isConnected}
          onClick={() => void context(props.onCancel)}
        >
          <wa-icon slot="start" name="stop"></wa-icon>
          Cancel the draw
        </wa-button>
      )}
      {leads && !isDrawing && (
        <wa-button
          ref={start}
          key="start"
          variant="brand"
          size="l"
          class="start"
          loading={isAsking}
          disabled={nameCount === 0 || !isConnected}
          onClick={() => void context(props.onStart)}
        >
          <wa-icon slot="start" name="play"></wa-icon>
          Start the draw
        </wa-button>
      )}
      {!isDrawing && latest !== null && latest.proof !== null && (
        <wa-button size={leads ? 'm' : 'l'} appearance="outlined" onClick={() => props.onCheck(latest)}>
          <wa-icon slot="start" name="shield"></wa-icon>
          Check this draw
        </wa-button>
      )}
      {leads && !isDrawing && winnerInList !== null && (
        <wa-button appearance="plain" onClick={props.onTakeOff}>
          <wa-icon slot="start" name="user-minus"></wa-icon>
          Take {winnerInList} off the list
        </wa-button>
      )}
    </div>
  )
}
