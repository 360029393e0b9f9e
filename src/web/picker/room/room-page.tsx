import { useState } from 'preact/hooks'
import type { PickerOptions } from '../../../client/picker/picker-client.js'
import type { PickerRole } from '../../../client/picker/picker-wire.js'
import { ShareDialog } from '../../shell/share-dialog.js'
import { linkTo, type Address } from '../address.js'
import { LeaderBroadcast } from '../broadcast/leader-broadcast.js'
import { useBroadcast } from '../broadcast/use-broadcast.js'
import { ViewerBroadcast } from '../broadcast/viewer-broadcast.js'
import { ChangeAnnouncement } from '../../shell/announcement.js'
import { drawChangeText } from '../draw/draw-changes.js'
import { DrawControls } from '../draw/draw-controls.js'
import { Stage } from '../draw/stage.js'
import { CheckDialog, type ToCheck } from '../fairness/check-dialog.js'
import { withoutName } from '../names/roster.js'
import { useRoster } from '../names/use-roster.js'
import { Notices } from './notices.js'
import { RoomHeader } from './room-header.js'
import { SidePanels } from './side-panels.js'
import { isOnline } from '../../shell/use-room.js'
import { usePicker } from './use-picker.js'

type RoomAddress = Extract<Address, { type: 'room' }>

interface RoomPageProps {
  readonly address: RoomAddress
  readonly name: string
  readonly onName: (name: string) => void
  readonly onLeave: () => void
}

const optionsOf = ({ room, role, token }: RoomAddress, name: string): PickerOptions => ({
  room,
  role,
  ...(name !== '' && { name }),
  ...(token !== null && { token }),
})

const invitationFor = (leads: boolean, nameCount: number): string => {
  if (!leads) return 'The draw begins when the leader starts it.'
  if (nameCount === 0) return 'Add some names to begin.'
  return nameCount === 1
    ? 'One name is in. Ready when you are.'
    : `${nameCount.toLocaleString('en')} names are in. Ready when you are.`
}

export const RoomPage = ({ address: given, name, onName, onLeave }: RoomPageProps) => {
  const [address, setAddress] = useState(given)
  const inUse = usePicker(optionsOf(given, name))
  const [roster, setRoster] = useRoster(address.room)
  const [isSharing, setSharing] = useState(false)
  const [toCheck, setToCheck] = useState<ToCheck | null>(null)

  const { room, status } = inUse.state
  const role = room.me?.role ?? address.role
  const leads = role === 'broadcaster' && address.role === 'broadcaster' && status.type !== 'refused'
  const broadcast = useBroadcast(inUse.client, leads)
  const isConnected = isOnline(status)
  const [latest = null] = room.past
  const winnerInList = roster.entries.find(({ name: entry }) => entry === latest?.winner?.name)?.name ?? null

  const joinAs = (wanted: PickerRole): void => {
    const next = { ...address, role: wanted }
    setAddress(next)
    history.replaceState(null, '', linkTo(location.origin, next))
    inUse.join(optionsOf(next, name))
  }

  const rename = (next: string): void => {
    onName(next)
    inUse.join(optionsOf(address, next))
  }

  const leave = async (): Promise<void> => {
    // Without it the place stays taken for the grace period, and nobody else can lead.
    await inUse.client.leave()
    onLeave()
  }

  return (
    <div class="room">
      <a class="skip" href="#main">
        Skip to the draw
      </a>
      <RoomHeader
        room={address.room}
        role={leads ? 'broadcaster' : 'viewer'}
        name={name}
        isPrivate={address.token !== null}
        viewerCount={room.viewerCount}
        status={status}
        onRename={rename}
        onShare={() => setSharing(true)}
        onLeave={() => void leave()}
      />
      <main id="main" tabIndex={-1}>
        <h1 class="wa-visually-hidden-force">Draw in room {address.room}</h1>
        <Notices inUse={inUse} role={address.role} onJoinAs={joinAs} onLeave={() => void leave()} />
        {leads ? (
          <LeaderBroadcast {...broadcast} />
        ) : (
          broadcast.state.shown !== null && <ViewerBroadcast shown={broadcast.state.shown} />
        )}
        <div class="columns">
          <Stage
            draw={room.draw}
            latest={latest}
            next={room.next}
            invitation={invitationFor(leads, roster.entries.length)}
          >
            <DrawControls
              leads={leads}
              isDrawing={room.draw !== null}
              isConnected={isConnected}
              nameCount={roster.entries.length}
              latest={latest}
              winnerInList={winnerInList}
              onStart={() => inUse.start(roster.entries.map((entry) => entry.name))}
              onCancel={inUse.cancel}
              onCheck={(past) => setToCheck({ type: 'past', past })}
              onTakeOff={() => setRoster((now) => withoutName(now, winnerInList ?? ''))}
            />
          </Stage>
          <SidePanels
            leads={leads}
            inUse={inUse}
            isConnected={isConnected}
            roster={roster}
            onRoster={setRoster}
            onCheck={setToCheck}
          />
        </div>
      </main>
      <ChangeAnnouncement value={room} textOf={drawChangeText} />
      <ShareDialog
        open={isSharing}
        link={linkTo(location.origin, { ...address, role: 'viewer' })}
        label="Invite people to watch"
        note={
          address.token === null
            ? 'Anyone with the link, or who knows the room’s name, can watch.'
            : 'This room is private: the part after # lets people in. Whoever has the whole link can come in.'
        }
        onClose={() => setSharing(false)}
      />
      <CheckDialog toCheck={toCheck} past={room.past} onClose={() => setToCheck(null)} />
    </div>
  )
}
