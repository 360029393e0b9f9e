import { useEffect, useState } from 'preact/hooks'
import {
  checkDraw,
  type CheckedStep,
  type DrawCheck,
  type WitnessedDraw,
} from '../../../client/fairness/check-draw.js'
import { bestHashing } from '../../../client/fairness/hashing.js'
import { readProof } from '../../../client/fairness/proof.js'
import type { PastDraw } from '../../../client/picker/picker-room.js'
import { Modal } from '../../shell/modal.js'
import { saveJson } from '../../shell/save-file.js'
import { expectedLabel, gotLabel, stepExplanation, stepTitles, verdict } from './check-text.js'
import { Limits } from './fairness-panel.js'
import { ProofForm } from './proof-form.js'

/** A draw that this page has seen, or a proof from elsewhere. */
export type ToCheck = { readonly type: 'past'; readonly past: PastDraw } | { readonly type: 'brought' }

interface CheckDialogProps {
  readonly toCheck: ToCheck | null
  readonly past: ReadonlyArray<PastDraw>
  readonly onClose: () => void
}

export const CheckDialog = ({ toCheck, past, onClose }: CheckDialogProps) => (
  <Modal
    open={toCheck !== null}
    label={toCheck?.type === 'past' ? `Check of draw ${toCheck.past.drawNo}` : 'Check a proof'}
    onClose={onClose}
    width="44rem"
    testId="check-dialog"
  >
    {toCheck?.type === 'past' && <Check claimed={toCheck.past.proof} watched={toCheck.past} />}
    {toCheck?.type === 'brought' && <CheckBrought past={past} />}
  </Modal>
)

/** A proof from elsewhere is compared with what this page saw, if it saw that draw. */
const watchedIn = (past: ReadonlyArray<PastDraw>, claimed: unknown): PastDraw | null => {
  const read = readProof(claimed)
  if (read.type !== 'proof') return null
  const { room, drawNo } = read.proof
  return past.find((draw) => draw.drawNo === drawNo && draw.seen.room === room) ?? null
}

const CheckBrought = ({ past }: { readonly past: ReadonlyArray<PastDraw> }) => {
  const [brought, setBrought] = useState<{ readonly claimed: unknown } | null>(null)
  return (
    <div class="stack">
      <ProofForm onProof={(claimed) => setBrought(claimed === undefined ? null : { claimed })} />
      {brought !== null && <Check claimed={brought.claimed} watched={watchedIn(past, brought.claimed)} />}
    </div>
  )
}

const nothingSeen: WitnessedDraw = {}

interface CheckProps {
  readonly claimed: unknown
  /** the draw as this page saw it, if it did */
  readonly watched: PastDraw | null
}

const Check = ({ claimed, watched }: CheckProps) => {
  const seen = watched?.seen ?? nothingSeen
  const [check, setCheck] = useState<DrawCheck | null>(null)
  useEffect(() => {
    let isWanted = true
    setCheck(null)
    void checkDraw(claimed, seen, bestHashing(globalThis.crypto?.subtle)).then((done) => {
      if (isWanted) setCheck(done)
    })
    return () => {
      isWanted = false
    }
  }, [claimed, seen])

  if (check === null) return <wa-spinner></wa-spinner>
  const read = readProof(claimed)
  return (
    <div class="stack" data-testid="check" data-holds={String(check.holds)}>
      <wa-callout size="s" variant={check.holds ? 'success' : 'danger'} role="status" data-testid="verdict">
        <wa-icon slot="icon" name={check.holds ? 'seal' : 'warning'}></wa-icon>
        <strong>{verdict(check, check.recomputed, watched?.cancelled === true)}</strong>
      </wa-callout>
      <ol class="steps" aria-label="Steps of the check">
        {check.steps.map((step) => (
          <Step key={step.step} step={step} isFirstFailed={step.step === check.firstFailed} />
        ))}
      </ol>
      <p class="quiet small" data-testid="hashing">
        Hashed in this browser with {check.hashing === 'WebCrypto' ? 'WebCrypto' : 'the bundled SHA-256'}
        {check.hashing !== 'WebCrypto' && ' (WebCrypto needs a page on HTTPS)'}.
      </p>
      <Limits />
      {read.type === 'proof' && (
        <div class="row wrap">
          <wa-button
            appearance="outlined"
            onClick={() => saveJson(`draw-${read.proof.room}-${read.proof.drawNo}.json`, claimed)}
          >
            <wa-icon slot="start" name="download"></wa-icon>
            Download the proof
          </wa-button>
        </div>
      )}
    </div>
  )
}

const icons = {
  passed: 'circle-check',
  failed: 'circle-xmark',
  computed: 'circle-dot',
  'not-reached': 'circle-dashed',
}
const outcomeWords = { passed: 'Holds', failed: 'Fails', computed: 'Computed', 'not-reached': 'Not reached' }

const Step = ({ step, isFirstFailed }: { readonly step: CheckedStep; readonly isFirstFailed: boolean }) => (
  <li class={`step ${step.outcome}`} data-testid={`step-${step.step}`} data-outcome={step.outcome}>
    <wa-icon name={icons[step.outcome]} label={outcomeWords[step.outcome]}></wa-icon>
    <div>
      <p class="title">
        {stepTitles[step.step]}
        {isFirstFailed && <wa-badge variant="danger">first to fail</wa-badge>}
      </p>
      <p class="quiet small">{stepExplanation(step)}</p>
      {step.expected !== undefined && (
        <dl>
          <dt>{expectedLabel(step)}</dt>
          <dd>{step.expected}</dd>
          {step.got !== undefined && (
            <>
              <dt>{gotLabel(step.step)}</dt>
              <dd>{step.got}</dd>
            </>
          )}
        </dl>
      )}
    </div>
  </li>
)
