import { sources, type Source } from '../../../client/mesh/peer-media.js'
import type { BroadcastState } from '../../../client/picker/picker-broadcast.js'
import { DeviceControl } from '../../media/device-control.js'
import { deviceProblemText } from '../../media/device-text.js'
import type { DeviceStates, OwnDevices } from '../../media/own-devices.js'
import { Picture } from '../../media/picture.js'

interface LeaderBroadcastProps {
  readonly state: BroadcastState<MediaStreamTrack>
  readonly own: DeviceStates
  readonly devices: OwnDevices
}

const reachedWords = (reached: number): string => {
  if (reached === 0) return 'Nobody who watches is connected yet.'
  return reached === 1 ? 'One viewer sees it.' : `${reached} viewers see it.`
}

/** Phones cannot share their screen. */
const shownBy = ({ canShareScreen }: OwnDevices): ReadonlyArray<Source> =>
  sources.filter((source) => source !== 'screen' || canShareScreen)

/** For the leader: shows the own camera or screen to all viewers. */
export const LeaderBroadcast = ({ state, own, devices }: LeaderBroadcastProps) => {
  const deviceProblem = deviceProblemText(own, 'The draw goes on without.')
  const { camera, screen } = own
  const isOn = Object.values(own).some(({ type }) => type === 'on')
  return (
    <section class="broadcast own" aria-label="Show yourself" data-testid="broadcast">
      {(camera.type === 'on' || screen.type === 'on') && (
        <div class="pictures">
          {screen.type === 'on' && <Picture track={screen.track} label="Your screen, as viewers see it" />}
          {camera.type === 'on' && (
            <Picture track={camera.track} label="You, as in a mirror" class="mirrored" />
          )}
        </div>
      )}
      <div class="words">
        <p>
          <strong>{isOn ? 'You are live' : 'Show yourself or your screen'}</strong>
        </p>
        <p class="quiet small" role="status">
          {isOn ? reachedWords(state.reached) : 'Straight to those who watch, above the draw.'}
        </p>
        {deviceProblem !== null && (
          <p class="small trouble" role="status" data-testid="trouble">
            {deviceProblem}
          </p>
        )}
      </div>
      <div class="device-controls" role="group" aria-label="Your microphone, camera and screen">
        {shownBy(devices).map((source) => (
          <DeviceControl
            key={source}
            source={source}
            device={own[source]}
            place="broadcast"
            onTurn={(turned, on) => void devices.turn(turned, on)}
          />
        ))}
      </div>
    </section>
  )
}
