import { useState } from 'preact/hooks'
import type { Contribution } from '../../../client/fairness/proof.js'
import type { NextDraw } from '../../../client/picker/picker-wire.js'
import { TextField } from '../../shell/text-field.js'

interface FairnessPanelProps {
  readonly next: NextDraw | null
  /** the own contribution to the next draw */
  readonly own: Contribution | null
  readonly isDrawing: boolean
  readonly isConnected: boolean
  readonly onContribute: (words: string) => Promise<boolean>
}

export const FairnessPanel = ({ next, own, isDrawing, isConnected, onContribute }: FairnessPanelProps) => (
  <div class="stack">
    {next !== null && (
      <div class="sealed">
        <wa-icon name="seal"></wa-icon>
        <div>
          <p>
            <strong>Draw {next.drawNo} is sealed.</strong> The server has fixed its secret and shows this
            fingerprint of it before it knows the names:
          </p>
          <code class="hash" data-testid="commitment">
            {next.commitment}
          </code>
        </div>
      </div>
    )}
    <Contribute own={own} isDrawing={isDrawing} isConnected={isConnected} onContribute={onContribute} />
    <wa-details summary="How the draw is fair" appearance="plain">
      <ol class="how">
        <li>The server seals a secret before it knows who is in the draw.</li>
        <li>Anyone may add randomness until the draw starts.</li>
        <li>The list is locked, and secret, list and randomness together give all fifty names.</li>
        <li>Afterwards the secret is shown, and your browser can recompute every step.</li>
      </ol>
    </wa-details>
    <Limits />
  </div>
)

/** The last paragraph of fairness.md, for users. */
export const Limits = () => (
  <p class="quiet small limits">
    <wa-icon name="info"></wa-icon>
    <span>
      What this does not give: the server knows its secret. If it worked together with the person who adds
      randomness last, they could try several contributions and keep the one they like. Nobody else can, and
      nobody can change the draw after it has started.
    </span>
  </p>
)

type ContributeProps = Omit<FairnessPanelProps, 'next'>

const Contribute = ({ own, isDrawing, isConnected, onContribute }: ContributeProps) => {
  const [words, setWords] = useState('')
  const [isAsking, setAsking] = useState(false)
  if (own !== null)
    return (
      <wa-callout variant="success" size="s" data-testid="contributed">
        <wa-icon slot="icon" name="circle-check"></wa-icon>
        You have added your randomness to the next draw. “Check this draw” will look for it:
        <code class="hash">{own.entropy}</code>
      </wa-callout>
    )
  return (
    <form
      class="stack tight"
      onSubmit={async (event) => {
        event.preventDefault()
        setAsking(true)
        if (await onContribute(words)) setWords('')
        setAsking(false)
      }}
    >
      <div class="row end wrap">
        <TextField
          class="grow"
          label="Add your own randomness"
          placeholder="lucky socks"
          value={words}
          onValue={setWords}
          maxlength={200}
          autocomplete="off"
        />
        <wa-button
          type="submit"
          appearance="filled"
          variant="brand"
          loading={isAsking}
          disabled={isDrawing || !isConnected}
        >
          <wa-icon slot="start" name="dice"></wa-icon>
          Stir
        </wa-button>
      </div>
      <p class="quiet small" id="stir-hint">
        {isDrawing
          ? 'A draw is running. You can add to the next one when it has ended.'
          : 'Type anything or nothing: it is mixed with chance from your device.'}
      </p>
    </form>
  )
}
