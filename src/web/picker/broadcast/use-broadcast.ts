import { useEffect, useState } from 'preact/hooks'
import { toHex } from '../../../client/fairness/encoding.js'
import { sources } from '../../../client/mesh/presence.js'
import {
  pickerBroadcast,
  type Broadcast,
  type BroadcastState,
} from '../../../client/picker/picker-broadcast.js'
import type { PickerClient } from '../../../client/picker/picker-client.js'
import { ownDevices, type DeviceStates, type OwnDevices } from '../../media/own-devices.js'
import { useDeviceStates } from '../../media/use-device-states.js'
import { after } from '../../shell/browser-ports.js'

export interface BroadcastInUse {
  readonly state: BroadcastState<MediaStreamTrack>
  readonly devices: OwnDevices
  readonly own: DeviceStates
}

const started = (client: PickerClient): Broadcast<MediaStreamTrack> =>
  pickerBroadcast<MediaStreamTrack, MediaStream>({
    client,
    after,
    newPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    newId: () => toHex(crypto.getRandomValues(new Uint8Array(16))),
    stream: new MediaStream(),
  })

/** What the leader shows, on both sides of it. Made before the room is joined, so that it hears who is there. */
export const useBroadcast = (client: PickerClient, leads: boolean): BroadcastInUse => {
  const [broadcast] = useState(() => started(client))
  // On plain HTTP a browser has none, whatever the types say.
  const [devices] = useState(() => ownDevices(Reflect.get(navigator, 'mediaDevices')))
  const [state, setState] = useState(broadcast.state)
  const own = useDeviceStates(devices)

  useEffect(() => {
    const stops = [
      broadcast.subscribe(setState),
      devices.subscribe((states) => {
        for (const source of sources) {
          const device = states[source]
          broadcast.publish(source, device.type === 'on' ? device.track : null)
        }
      }),
    ]
    return () => {
      for (const stop of stops) stop()
      devices.end()
      broadcast.close()
    }
  }, [broadcast, devices])

  // Who no longer leads shows nothing more.
  useEffect(() => {
    if (!leads) for (const source of sources) void devices.turn(source, false)
  }, [leads, devices])

  return { state, devices, own }
}
