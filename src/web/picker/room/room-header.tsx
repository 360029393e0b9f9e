import { useState } from 'preact/hooks'
import type { PickerRole } from '../../../client/picker/picker-wire.js'
import { Modal } from '../../shell/modal.js'
import { NameField } from '../../shell/lobby.js'
import { PageHeader } from '../../shell/page-header.js'
import type { PageStatus } from '../../shell/use-room.js'

interface RoomHeaderProps {
  readonly room: string
  readonly role: PickerRole
  readonly name: string
  readonly isPrivate: boolean
  readonly viewerCount: number
  readonly status: PageStatus
  readonly onRename: (name: string) => void
  readonly onShare: () => void
  readonly onLeave: () => void
}

export const RoomHeader = (props: RoomHeaderProps) => {
  const { room, role, name, isPrivate, viewerCount, status } = props
  const [isRenaming, setRenaming] = useState(false)
  return (
    <PageHeader
      kind="Room"
      isPrivate={isPrivate}
      name={room}
      beside={
        <wa-badge
          variant={role === 'broadcaster' ? 'brand' : 'neutral'}
          appearance="filled"
          data-testid="role"
        >
          {role === 'broadcaster' ? 'leading' : 'watching'}
        </wa-badge>
      }
      status={status}
      count={{
        icon: 'eye',
        title: 'People watching',
        text: viewerCount.toLocaleString('en'),
        unit: 'watching',
        testId: 'viewer-count',
      }}
    >
      <wa-button size="s" appearance="plain" onClick={() => setRenaming(true)}>
        <wa-icon slot="start" name="user"></wa-icon>
        <span class="own-name">{name === '' ? 'Your name' : name}</span>
      </wa-button>
      <wa-button size="s" appearance="filled" variant="brand" onClick={props.onShare}>
        <wa-icon slot="start" name="share"></wa-icon>
        Share
      </wa-button>
      <wa-button size="s" appearance="plain" onClick={props.onLeave} title="Leave the room">
        <wa-icon name="leave" label="Leave the room"></wa-icon>
      </wa-button>
      <Modal open={isRenaming} label="Your name" onClose={() => setRenaming(false)} width="24rem">
        <Rename
          name={name}
          onName={(next) => {
            setRenaming(false)
            props.onRename(next)
          }}
        />
      </Modal>
    </PageHeader>
  )
}

const Rename = ({ name, onName }: { readonly name: string; readonly onName: (name: string) => void }) => {
  const [value, setValue] = useState(name)
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        onName(value.trim())
      }}
    >
      <NameField hint="The leader sees who is watching." value={value} onValue={setValue} autofocus />
      <div class="row">
        <wa-button type="submit" variant="brand">
          Save
        </wa-button>
      </div>
    </form>
  )
}
