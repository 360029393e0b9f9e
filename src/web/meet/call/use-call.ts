import { useEffect } from 'preact/hooks'
import { after } from '../../../client/client-ports.js'
import { meshCall } from '../../../client/mesh/mesh-call.js'
import type { CallOptions, CallState, MeshCall } from '../../../client/mesh/mesh-call.js'
import { sources } from '../../../client/mesh/peer-media.js'
import type { DeviceStates, OwnDevices } from '../../media/own-devices.js'
import { useRoom, type RoomInUse } from '../../shell/use-room.js'

type Call = MeshCall<MediaStreamTrack>

export type CallInUse = RoomInUse<Call, CallState<MediaStreamTrack>>

const publishAll = (call: Call, states: DeviceStates): void => {
  for (const source of sources) {
    const device = states[source]
    call.publish(source, device.type === 'on' ? device.track : null)
  }
}

/** One change of the network fires several events. */
const networkSettleMs = 500

const onNetworkChange = (task: () => void): (() => void) => {
  let cancel = (): void => {}
  const changed = (): void => {
    cancel()
    cancel = after(networkSettleMs, task)
  }
  const connection: unknown = Reflect.get(navigator, 'connection')
  addEventListener('online', changed)
  if (connection instanceof EventTarget) connection.addEventListener('change', changed)
  return () => {
    cancel()
    removeEventListener('online', changed)
    if (connection instanceof EventTarget) connection.removeEventListener('change', changed)
  }
}

/** A call from the first render until it is left, or the page goes. */
export const useCall = (options: CallOptions, devices: OwnDevices): CallInUse => {
  const inUse = useRoom<CallState<MediaStreamTrack>, Call>(
    () => meshCall<MediaStreamTrack>({}, options),
    (call) => {
      publishAll(call, devices.states())
      const stops = [
        devices.subscribe((states) => publishAll(call, states)),
        onNetworkChange(call.networkChanged),
      ]
      const leave = (): void => void call.leave()
      addEventListener('pagehide', leave)
      return () => {
        for (const stop of stops) stop()
        removeEventListener('pagehide', leave)
        leave()
      }
    },
  )

  const peerCount = inUse.state.peers.length
  useEffect(() => devices.setPeerCount(peerCount), [devices, peerCount])

  return inUse
}
