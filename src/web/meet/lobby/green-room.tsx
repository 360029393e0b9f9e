import { useEffect, useState } from 'preact/hooks'
import type { Source } from '../../../client/mesh/peer-media.js'
import { LobbyCard, NameField } from '../../shell/lobby.js'
import { DeviceControl } from '../../media/device-control.js'
import { callGoesOnText } from '../call/call-text.js'
import { Tile } from '../call/tile.js'
import { deviceProblemText } from '../../media/device-text.js'
import type { LevelMeter } from '../../media/level-meter.js'
import type { OwnDevices } from '../../media/own-devices.js'
import { useDeviceStates } from '../../media/use-device-states.js'

interface GreenRoomProps {
  readonly code: string
  readonly name: string
  readonly devices: OwnDevices
  readonly meter: LevelMeter
  readonly onJoin: (name: string) => void
}

/** Before the call: a preview of the own camera and microphone, and the name. */
export const GreenRoom = ({ code, name: storedName, devices, meter, onJoin }: GreenRoomProps) => {
  const [name, setName] = useState(storedName)
  const states = useDeviceStates(devices)
  const deviceProblem = deviceProblemText(states, callGoesOnText)
  const { camera, microphone } = states
  const isAsking = camera.type === 'starting' || microphone.type === 'starting'

  useEffect(() => void devices.begin(), [devices])

  const turn = (source: Source, on: boolean): void => {
    meter.resume()
    void devices.turn(source, on)
  }

  return (
    <LobbyCard class="green-room">
      <div class="row between wrap">
        <h1>Ready to join?</h1>
        <span class="quiet">
          Room <strong data-testid="room-name">{code}</strong>
        </span>
      </div>
      <div class="preview">
        <ul class="tiles" aria-label="Preview">
          <Tile
            id={code}
            name={name.trim() === '' ? 'Guest' : name.trim()}
            isOwn
            camera={camera.type === 'on' ? camera.track : null}
            sound={microphone.type === 'on' ? microphone.track : null}
            isMuted={microphone.type !== 'on'}
            connection="connected"
            meter={meter}
          />
        </ul>
        <div class="device-controls" role="group" aria-label="Your microphone and camera">
          <DeviceControl source="microphone" device={microphone} onTurn={turn} />
          <DeviceControl source="camera" device={camera} onTurn={turn} />
        </div>
      </div>
      {isAsking && (
        <p class="quiet small" role="status">
          Your browser may ask whether this page may use the camera and the microphone.
        </p>
      )}
      {deviceProblem !== null && (
        <wa-callout variant="neutral" size="s" role="status" data-testid="trouble">
          <wa-icon slot="icon" name="info"></wa-icon>
          {deviceProblem}
        </wa-callout>
      )}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          meter.resume()
          onJoin(name.trim())
        }}
      >
        <NameField hint="The others see it on your tile." value={name} onValue={setName} autofocus />
        <wa-button type="submit" variant="brand" size="l">
          Join the call
        </wa-button>
      </form>
    </LobbyCard>
  )
}
