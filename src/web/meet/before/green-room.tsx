import { useEffect, useState } from 'preact/hooks'
import type { Source } from '../../../client/mesh/peer-media.js'
import { Brand } from '../../shell/brand.js'
import { TextField } from '../../shell/text-field.js'
import { DeviceControl } from '../../media/device-control.js'
import { callGoesOn } from '../call/people.js'
import { Tile } from '../call/tile.js'
import { deviceTrouble } from '../../media/device-words.js'
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

/** Before the call: how one looks and is heard, and under which name one comes. */
export const GreenRoom = ({ code, name: given, devices, meter, onJoin }: GreenRoomProps) => {
  const [name, setName] = useState(given)
  const states = useDeviceStates(devices)
  const trouble = deviceTrouble(states, callGoesOn)
  const { camera, microphone } = states
  const isAsking = camera.type === 'starting' || microphone.type === 'starting'

  useEffect(() => void devices.begin(), [devices])

  const turn = (source: Source, on: boolean): void => {
    meter.wake()
    void devices.turn(source, on)
  }

  return (
    <div class="lobby">
      <main class="lobby-card green-room">
        <Brand />
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
        {trouble !== null && (
          <wa-callout variant="neutral" size="s" role="status" data-testid="trouble">
            <wa-icon slot="icon" name="info"></wa-icon>
            {trouble}
          </wa-callout>
        )}
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            meter.wake()
            onJoin(name.trim())
          }}
        >
          <TextField
            label="Your name (optional)"
            hint="The others see it on your tile."
            value={name}
            onValue={setName}
            maxlength={100}
            autocomplete="name"
            autofocus
          />
          <wa-button type="submit" variant="brand" size="l">
            Join the call
          </wa-button>
        </form>
      </main>
    </div>
  )
}
