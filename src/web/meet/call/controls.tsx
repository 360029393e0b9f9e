import type { Source } from '../../../client/mesh/peer-media.js'
import { Control, DeviceControl } from '../../media/device-control.js'
import type { DeviceStates } from '../../media/own-devices.js'

interface ControlsProps {
  readonly devices: DeviceStates
  readonly canShareScreen: boolean
  readonly onTurn: (source: Source, on: boolean) => void
  readonly onShare: () => void
  readonly onLeave: () => void
}

export const Controls = ({ devices, canShareScreen, onTurn, onShare, onLeave }: ControlsProps) => (
  <div class="device-controls" role="group" aria-label="Your microphone, camera and screen">
    <DeviceControl source="microphone" device={devices.microphone} onTurn={onTurn} />
    <DeviceControl source="camera" device={devices.camera} onTurn={onTurn} />
    {canShareScreen && <DeviceControl source="screen" device={devices.screen} onTurn={onTurn} />}
    <Control label="Invite people" icon="share" onPress={onShare} />
    <Control label="Leave the call" icon="hang-up" look="danger" onPress={onLeave} />
  </div>
)
