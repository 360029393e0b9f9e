import type { Source } from '../../client/mesh/peer-media.js'
import type { OwnDevice } from './own-devices.js'

interface ControlProps {
  readonly label: string
  readonly icon: string
  readonly look?: 'on' | 'off' | 'danger'
  readonly isBusy?: boolean
  readonly onPress: () => void
}

export const Control = ({ label, icon, look = 'on', isBusy = false, onPress }: ControlProps) => (
  <button
    type="button"
    class={`control ${look}`}
    aria-label={label}
    title={label}
    aria-busy={isBusy}
    onClick={onPress}
  >
    <wa-icon name={icon}></wa-icon>
  </button>
)

/** In a call the devices are usually on, so an off device is highlighted; in a broadcast it is the other way round. */
type Place = 'call' | 'broadcast'

interface DeviceControlProps {
  readonly source: Source
  readonly device: OwnDevice
  readonly place?: Place
  readonly onTurn: (source: Source, on: boolean) => void
}

const labelOf = (source: Source, isOn: boolean, place: Place): string => {
  switch (source) {
    case 'microphone':
      if (place === 'call') return isOn ? 'Mute' : 'Unmute'
      return isOn ? 'Turn the microphone off' : 'Turn the microphone on'
    case 'camera':
      return isOn ? 'Turn the camera off' : 'Turn the camera on'
    case 'screen':
      return isOn ? 'Stop showing your screen' : 'Show your screen'
  }
}

const iconOf = (source: Source, isOn: boolean, isHighlighted: boolean): string => {
  if (source === 'screen') return isOn ? 'screen-off' : 'screen'
  return isHighlighted && !isOn ? `${source}-off` : source
}

export const DeviceControl = ({ source, device, place = 'call', onTurn }: DeviceControlProps) => {
  const isOn = device.type === 'on'
  const isHighlighted = source === 'screen' || place === 'broadcast' ? isOn : !isOn
  return (
    <Control
      label={labelOf(source, isOn, place)}
      icon={iconOf(source, isOn, isHighlighted)}
      look={isHighlighted ? 'off' : 'on'}
      isBusy={device.type === 'starting'}
      onPress={() => onTurn(source, !isOn)}
    />
  )
}
