import { useEffect, useState } from 'preact/hooks'
import type { DeviceStates, OwnDevices } from './own-devices.js'

export const useDeviceStates = (devices: OwnDevices): DeviceStates => {
  const [states, setStates] = useState(devices.states())
  useEffect(() => {
    setStates(devices.states())
    return devices.subscribe(setStates)
  }, [devices])
  return states
}
