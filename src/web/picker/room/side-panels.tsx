import type { ToCheck } from '../fairness/check-dialog.js'
import { FairnessPanel } from '../fairness/fairness-panel.js'
import { NamesPanel } from '../names/names-panel.js'
import type { Roster } from '../names/roster.js'
import { HistoryPanel } from './history-panel.js'
import { PeoplePanel } from './people-panel.js'
import type { PickerInUse } from './use-picker.js'

interface SidePanelsProps {
  readonly leads: boolean
  readonly inUse: PickerInUse
  readonly isConnected: boolean
  readonly roster: Roster
  readonly onRoster: (change: (roster: Roster) => Roster) => void
  readonly onCheck: (toCheck: ToCheck) => void
}

export const SidePanels = ({ leads, inUse, isConnected, roster, onRoster, onCheck }: SidePanelsProps) => {
  const { room } = inUse.state
  const { next } = room
  return (
    <aside class="panels" aria-label="About the room">
      {/* By default the group opens a panel only when it scrolls into view; on a phone it is below the fold. */}
      <wa-tab-group
        key={leads ? 'leader' : 'viewer'}
        active={leads ? 'names' : 'fairness'}
        withoutScrollControls
      >
        {leads && (
          <wa-tab panel="names">
            Names <Count of={roster.entries.length} />
          </wa-tab>
        )}
        {leads && (
          <wa-tab panel="people">
            People <Count of={room.viewerCount} />
          </wa-tab>
        )}
        <wa-tab panel="fairness">Fairness</wa-tab>
        <wa-tab panel="draws">
          Draws <Count of={room.past.length} />
        </wa-tab>
        {leads && (
          <wa-tab-panel name="names" active>
            <NamesPanel roster={roster} onRoster={onRoster} isDrawing={room.draw !== null} />
          </wa-tab-panel>
        )}
        {leads && (
          <wa-tab-panel name="people">
            <PeoplePanel
              viewers={room.viewers}
              count={room.viewerCount}
              isConnected={isConnected}
              onRemove={(memberId) => void inUse.remove(memberId)}
            />
          </wa-tab-panel>
        )}
        <wa-tab-panel name="fairness" active={!leads}>
          <FairnessPanel
            next={next}
            own={next === null ? null : (room.contributed[next.drawNo] ?? null)}
            isDrawing={room.draw !== null}
            isConnected={isConnected}
            onContribute={inUse.contribute}
          />
        </wa-tab-panel>
        <wa-tab-panel name="draws">
          <HistoryPanel
            past={room.past}
            onCheck={(past) => onCheck({ type: 'past', past })}
            onCheckOther={() => onCheck({ type: 'brought' })}
          />
        </wa-tab-panel>
      </wa-tab-group>
    </aside>
  )
}

const Count = ({ of }: { readonly of: number }) =>
  of === 0 ? null : <span class="count">{of.toLocaleString('en')}</span>
