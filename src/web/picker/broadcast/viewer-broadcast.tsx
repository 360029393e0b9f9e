import { useState } from 'preact/hooks'
import type { PeerMedia } from '../../../client/mesh/peer-media.js'
import { Control } from '../../media/device-control.js'
import { Picture } from '../../media/picture.js'
import { Sound } from '../../media/sound.js'

/** For viewers: what the leader shows, above the draw. */
export const ViewerBroadcast = ({ shown }: { readonly shown: PeerMedia<MediaStreamTrack> }) => {
  const [isQuiet, setQuiet] = useState(false)
  const [play, setPlay] = useState<(() => void) | null>(null)
  const { camera, screen, sound, isMuted, connection } = shown
  const isHeard = sound.length > 0 && !isMuted
  const [large, small] = screen === null ? [camera, null] : [screen, camera]
  return (
    <section class="broadcast" aria-label="The leader" data-testid="broadcast" data-connection={connection}>
      {large === null ? (
        <p class="words">The leader is talking.</p>
      ) : (
        <div class="pictures">
          <Picture track={large} label={screen === null ? 'The leader' : 'The screen of the leader'} />
          {small !== null && <Picture track={small} label="The leader" class="inset" />}
          {connection === 'interrupted' && <p class="wait">Connection lost, coming back …</p>}
        </div>
      )}
      {isHeard && (
        <div class="device-controls">
          {play === null ? (
            <Control
              label={isQuiet ? 'Hear the leader' : 'Mute the leader'}
              icon={isQuiet ? 'sound-off' : 'sound'}
              look={isQuiet ? 'off' : 'on'}
              onPress={() => setQuiet(!isQuiet)}
            />
          ) : (
            <Control
              label="Hear the leader"
              icon="sound-off"
              look="off"
              onPress={() => {
                play()
                setPlay(null)
              }}
            />
          )}
        </div>
      )}
      <Sound tracks={sound} isQuiet={isQuiet} onBlocked={(later) => setPlay(() => later)} />
    </section>
  )
}
