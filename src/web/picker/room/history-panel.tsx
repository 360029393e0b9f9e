import type { PastDraw } from '../../../client/picker/picker-room.js'

interface HistoryPanelProps {
  readonly past: ReadonlyArray<PastDraw>
  readonly onCheck: (past: PastDraw) => void
  readonly onCheckOther: () => void
}

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })

export const HistoryPanel = ({ past, onCheck, onCheckOther }: HistoryPanelProps) => (
  <div class="stack">
    {past.length === 0 ? (
      <p class="empty">No draw yet. Each one will be listed here, cancelled ones too.</p>
    ) : (
      <ol class="history" aria-label="Past draws" data-testid="history">
        {past.map((draw) => (
          <li key={draw.drawId}>
            <span class="number">{draw.drawNo}</span>
            <span class="what">
              <strong>{draw.cancelled ? 'Cancelled' : (draw.winner?.name ?? '—')}</strong>
              <small class="quiet">
                {draw.memberCount.toLocaleString('en')} {draw.memberCount === 1 ? 'name' : 'names'}
                {draw.at !== null && ` · ${time.format(draw.at)}`}
              </small>
            </span>
            {draw.proof !== null && (
              <wa-button
                size="s"
                appearance="plain"
                title={`Check draw ${draw.drawNo}`}
                onClick={() => onCheck(draw)}
              >
                <wa-icon name="shield" label={`Check draw ${draw.drawNo}`}></wa-icon>
              </wa-button>
            )}
          </li>
        ))}
      </ol>
    )}
    <wa-button size="s" appearance="outlined" onClick={onCheckOther}>
      <wa-icon slot="start" name="upload"></wa-icon>
      Check a proof from a file
    </wa-button>
  </div>
)
