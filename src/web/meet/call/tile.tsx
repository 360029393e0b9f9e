import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { PeerMedia } from '../../../client/mesh/peer-media.js'
import type { LevelMeter } from '../../media/level-meter.js'
import { Picture } from '../../media/picture.js'
import { hueOf, initialsOf } from './call-text.js'

/** True while the track is loud. */
const useTalking = (track: MediaStreamTrack | null, meter: LevelMeter): boolean => {
  const [isTalking, setTalking] = useState(false)
  useEffect(() => {
    setTalking(false)
    return track === null ? undefined : meter.listen(track, setTalking)
  }, [track, meter])
  return isTalking && track !== null
}

export interface TileProps {
  readonly id: string
  readonly name: string
  readonly isOwn: boolean
  readonly camera: MediaStreamTrack | null
  readonly sound: MediaStreamTrack | null
  readonly isMuted: boolean
  readonly connection: PeerMedia<unknown>['connection']
  readonly meter: LevelMeter
}

const waiting: Readonly<Record<PeerMedia<unknown>['connection'], string | null>> = {
  connecting: 'Connecting …',
  connected: null,
  interrupted: 'Connection lost, coming back …',
}

export const Tile = (props: TileProps) => {
  const { id, name, isOwn, camera, sound, isMuted, connection, meter } = props
  const isTalking = useTalking(isMuted ? null : sound, meter)
  const wait = waiting[connection]
  return (
    <Frame
      label={`${name}${isOwn ? ' (you)' : ''}`}
      id={id}
      kind={isOwn ? 'own' : 'peer'}
      state={connection}
      talks={isTalking}
    >
      {camera === null ? (
        <Face id={id} name={name} />
      ) : (
        <Picture track={camera} label={`Picture of ${name}`} class={isOwn ? 'mirrored' : ''} />
      )}
      {wait !== null && <p class="wait">{wait}</p>}
      <p class="plate">
        {isMuted ? (
          <wa-icon name="microphone-off" label="Muted" class="muted"></wa-icon>
        ) : (
          <Waves talks={isTalking} />
        )}
        <span class="name">{isOwn ? `${name} (you)` : name}</span>
      </p>
    </Frame>
  )
}

interface FrameProps {
  readonly label: string
  readonly id: string
  readonly kind: 'own' | 'peer' | 'screen'
  readonly state: PeerMedia<unknown>['connection']
  readonly talks: boolean
  readonly children: ComponentChildren
}

export const Frame = ({ label, id, kind, state, talks, children }: FrameProps) => (
  <li
    class={`tile ${kind}${talks ? ' talks' : ''}`}
    aria-label={label}
    data-testid="tile"
    data-kind={kind}
    data-peer={id}
    data-connection={state}
    data-talks={talks}
  >
    {children}
  </li>
)

const Face = ({ id, name }: { readonly id: string; readonly name: string }) => (
  <div class="face" style={{ '--hue': String(hueOf(id)) }} aria-hidden="true">
    <span>{initialsOf(name)}</span>
  </div>
)

const Waves = ({ talks }: { readonly talks: boolean }) => (
  <span class="waves" role="img" aria-label={talks ? 'Talking' : 'Silent'}>
    <i></i>
    <i></i>
    <i></i>
  </span>
)
