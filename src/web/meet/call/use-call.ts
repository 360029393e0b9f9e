import { useEffect, useState } from 'preact/hooks'
import { toHex } from '../../../client/fairness/encoding.js'
import { meshCall, type CallState, type MeshCall, type MeshWish } from '../../../client/mesh/mesh-call.js'
import { sources } from '../../../client/mesh/presence.js'
import { after, browserPorts, pageStorage } from '../../shell/browser-ports.js'
import type { DeviceStates, OwnDevices } from '../../media/own-devices.js'

export interface CallInUse {
  readonly state: CallState<MediaStreamTrack>
  readonly join: () => void
  readonly takeBack: () => void
  readonly leave: () => Promise<void>
}

type Call = MeshCall<MediaStreamTrack>

/** `crypto.randomUUID` is for pages on HTTPS alone; a call of a house’s own network may not be. */
const newId = (): string => toHex(crypto.getRandomValues(new Uint8Array(16)))

const called = (wish: MeshWish): Call =>
  meshCall<MediaStreamTrack, MediaStream>(
    {
      // A page that is loaded again has no media to come back to, so it comes as somebody new.
      ...browserPorts(pageStorage()),
      newPeerConnection: (configuration) => new RTCPeerConnection(configuration),
      newId,
      stream: new MediaStream(),
    },
    wish,
  )

const publishAll = (call: Call, states: DeviceStates): void => {
  for (const source of sources) {
    const device = states[source]
    call.publish(source, device.type === 'on' ? device.track : null)
  }
}

/** Several messages tell of one change of network. */
const networkSettlesMs = 500

const onNetworkChange = (task: () => void): (() => void) => {
  let callOff = (): void => {}
  const changed = (): void => {
    callOff()
    callOff = after(networkSettlesMs, task)
  }
  const connection: unknown = Reflect.get(navigator, 'connection')
  const targets = [window, ...(connection instanceof EventTarget ? [connection] : [])]
  const names = ['online', 'change']
  for (const [place, target] of targets.entries()) target.addEventListener(names[place] ?? '', changed)
  return () => {
    callOff()
    for (const [place, target] of targets.entries()) target.removeEventListener(names[place] ?? '', changed)
  }
}

/** A call from the moment it is drawn until it is left, or the page goes. */
export const useCall = (wish: MeshWish, devices: OwnDevices): CallInUse => {
  const [call] = useState(() => called(wish))
  const [state, setState] = useState(call.state)

  useEffect(() => {
    publishAll(call, devices.states())
    const stops = [
      call.subscribe(setState),
      devices.subscribe((states) => publishAll(call, states)),
      onNetworkChange(call.networkChanged),
    ]
    const go = (): void => void call.leave()
    addEventListener('pagehide', go)
    setState(call.state())
    return () => {
      for (const stop of stops) stop()
      removeEventListener('pagehide', go)
      go()
    }
  }, [call, devices])

  const others = state.peers.length
  useEffect(() => devices.filmFor(others), [devices, others])

  return { state, join: call.join, takeBack: call.takeBack, leave: call.leave }
}
