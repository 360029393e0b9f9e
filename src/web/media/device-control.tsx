import type { Source } from '../../client/mesh/presence.js'
import type { DeviceStates, OwnDevice } from './own-devices.js'

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

interface DeviceControlProps {
  readonly source: Source
  readonly device: OwnDevice
  readonly onTurn: (source: Source, on: boolean) => void
}

interface Words {
  readonly turnOn: string
  readonly turnOff: string
  readonly iconOn: string
  readonly iconOff: string
}

const words: Readonly<Record<Source, Words>> = {
  microphone: {
    turnOn: 'Unmute',
    turnOff: 'Mute',
    iconOn: 'microphone',
    iconOff: 'microphone-off',
  },
  camera: {
    turnOn: 'Turn the camera on',
    turnOff: 'Turn the camera off',
    iconOn: 'camera',
    iconOff: 'camera-off',
  },
  screen: {
    turnOn: 'Show your screen',
    turnOff: 'Stop showing your screen',
    iconOn: 'screen-off',
    iconOff: 'screen',
  },
}

export const DeviceControl = ({ source, device, onTurn }: DeviceControlProps) => {
  const isOn = device.type === 'on'
  const { turnOn, turnOff, iconOn, iconOff } = words[source]
  // A screen is shown now and then; a microphone that is off is what one forgets.
  const isRemarkable = source === 'screen' ? isOn : !isOn
  return (
    <Control
      label={isOn ? turnOff : turnOn}
      icon={isOn ? iconOn : iconOff}
      look={isRemarkable ? 'off' : 'on'}
      isBusy={device.type === 'starting'}
      onPress={() => onTurn(source, !isOn)}
    />
  )
}
