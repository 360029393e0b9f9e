import { useEffect, useState } from 'preact/hooks'
import type { CallOptions } from '../../../client/mesh/mesh-call.js'
import type { Source } from '../../../client/mesh/peer-media.js'
import { ShareDialog } from '../../shell/share-dialog.js'
import { meetLink } from '../address.js'
import { deviceProblemText } from '../../media/device-text.js'
import type { LevelMeter } from '../../media/level-meter.js'
import type { OwnDevice, OwnDevices } from '../../media/own-devices.js'
import { useDeviceStates } from '../../media/use-device-states.js'
import { ChangeAnnouncement } from '../../shell/announcement.js'
import { CopyLink } from './copy-link.js'
import { PageHeader } from '../../shell/page-header.js'
import { CallNotices } from './call-notices.js'
import { Controls } from './controls.js'
import { callChangeText, callGoesOnText, nameOf } from './call-text.js'
import { Sound } from '../../media/sound.js'
import { Tiles } from './tiles.js'
import { useCall } from './use-call.js'

interface CallPageProps {
  readonly call: CallOptions
  readonly devices: OwnDevices
  readonly meter: LevelMeter
  readonly onLeave: () => void
}

const trackOf = (device: OwnDevice): MediaStreamTrack | null => (device.type === 'on' ? device.track : null)

export const CallPage = ({ call: options, devices, meter, onLeave }: CallPageProps) => {
  const call = useCall(options, devices)
  const states = useDeviceStates(devices)
  const [isSharing, setSharing] = useState(false)
  const [closedProblem, setClosedProblem] = useState<string | null>(null)
  const [blockedSounds, setBlockedSounds] = useState<ReadonlyArray<() => void>>([])

  const { peers, peerId, status } = call.state
  const link = meetLink(location.origin, { code: options.roomCode, token: options.token ?? null })
  const deviceProblem = deviceProblemText(states, callGoesOnText)
  const ownName = nameOf({ name: options.name ?? null })
  const ownId = peerId ?? 'own'
  const ownScreen = trackOf(states.screen)

  useEffect(() => {
    document.title = `${peers.length + 1} in ${options.roomCode} · Roomreel`
  }, [peers.length, options.roomCode])

  const people = [
    {
      id: ownId,
      name: ownName,
      isOwn: true,
      camera: trackOf(states.camera),
      sound: trackOf(states.microphone),
      isMuted: states.microphone.type !== 'on',
      connection: 'connected' as const,
    },
    ...peers.map(({ id, name, media }) => ({
      id,
      name: nameOf({ name }),
      isOwn: false,
      camera: media.camera,
      sound: media.sound[0] ?? null,
      isMuted: media.isMuted,
      connection: media.connection,
    })),
  ]
  const screens = [
    ...(ownScreen === null ? [] : [{ id: ownId, name: ownName, track: ownScreen, isOwn: true }]),
    ...peers.flatMap(({ id, name, media }) =>
      media.screen === null ? [] : [{ id, name: nameOf({ name }), track: media.screen, isOwn: false }],
    ),
  ]

  return (
    <div class="call">
      <PageHeader
        kind="Room"
        isPrivate={options.token !== undefined}
        name={options.roomCode}
        beside={<CopyLink link={link} onCannot={() => setSharing(true)} />}
        status={status}
        count={{
          icon: 'people',
          title: 'People in the call',
          text: String(people.length),
          unit: 'in the call',
          testId: 'people-count',
        }}
      />
      <main id="main">
        <h1 class="wa-visually-hidden-force">Call in room {options.roomCode}</h1>
        <CallNotices
          call={call}
          deviceProblem={deviceProblem === closedProblem ? null : deviceProblem}
          onCloseProblem={() => setClosedProblem(deviceProblem)}
          onPlay={
            blockedSounds.length === 0
              ? null
              : () => {
                  for (const play of blockedSounds) play()
                  setBlockedSounds([])
                }
          }
        />
        <Tiles people={people} screens={screens} meter={meter} />
        {peers.length === 0 && peerId !== null && (
          <div class="alone">
            <p>Nobody else is here yet.</p>
            <wa-button size="s" variant="brand" onClick={() => setSharing(true)}>
              <wa-icon slot="start" name="share"></wa-icon>
              Invite somebody
            </wa-button>
          </div>
        )}
      </main>
      <Controls
        devices={states}
        canShareScreen={devices.canShareScreen}
        onTurn={(source: Source, on: boolean) => void devices.turn(source, on)}
        onShare={() => setSharing(true)}
        onLeave={() => void call.client.leave().then(onLeave)}
      />
      {peers.map(({ id, media }) => (
        <Sound
          key={id}
          tracks={media.sound}
          onBlocked={(play) => setBlockedSounds((others) => [...others, play])}
        />
      ))}
      <ChangeAnnouncement value={call.state} textOf={callChangeText} />
      <ShareDialog
        open={isSharing}
        label="Invite people to the call"
        link={link}
        note={
          options.token === undefined
            ? 'Anyone with the link can come in, up to ten people.'
            : 'This room is private: the part after # lets people in. Whoever has the whole link can come in.'
        }
        onClose={() => setSharing(false)}
      />
    </div>
  )
}
