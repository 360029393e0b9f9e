import { useEffect, useState } from 'preact/hooks'
import { sources } from '../../../client/mesh/peer-media.js'
import { pickerBroadcast, type BroadcastState } from '../../../client/picker/picker-broadcast.js'
import type { PickerClient } from '../../../client/picker/picker-client.js'
import { newOwnDevices, type DeviceStates, type OwnDevices } from '../../media/own-devices.js'
import { useDeviceStates } from '../../media/use-device-states.js'

export interface BroadcastInUse {
  readonly state: BroadcastState<MediaStreamTrack>
  readonly devices: OwnDevices
  readonly own: DeviceStates
}

/** The leader's media, on both sides. Created before the room is joined, so that it receives the list of viewers. */
export const useBroadcast = (client: PickerClient, leads: boolean): BroadcastInUse => {
  const [broadcast] = useState(() => pickerBroadcast<MediaStreamTrack>(client))
  const [devices] = useState(newOwnDevices)
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

  // A former leader shows nothing any more.
  useEffect(() => {
    if (!leads) for (const source of sources) void devices.turn(source, false)
  }, [leads, devices])

  return { state, devices, own }
}
