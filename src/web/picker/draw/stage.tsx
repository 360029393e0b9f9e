import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { drawTicks, type DrawMember } from '../../../client/fairness/proof.js'
import type { NextDraw } from '../../../client/picker/picker-wire.js'
import type { PastDraw, RunningDraw } from '../../../client/picker/picker-room.js'

interface StageProps {
  readonly draw: RunningDraw | null
  readonly latest: PastDraw | null
  readonly next: NextDraw | null
  /** the text before the first draw */
  readonly invitation: string
  readonly children: ComponentChildren
}

const wallUpTo = 72

export const Stage = ({ draw, latest, next, invitation, children }: StageProps) => {
  // Confetti is for clients that saw the draw, and not after a reload.
  const watched = useRef<string | null>(null)
  if (draw !== null) watched.current = draw.drawId
  return (
    <section
      class="stage wa-dark"
      aria-label="The draw"
      data-testid="stage"
      data-phase={phaseOf(draw, latest)}
    >
      <Perforation lit={litTicks(draw, latest)} from={1} />
      <div class="frame">
        {draw !== null ? (
          <Drawing draw={draw} />
        ) : latest === null ? (
          <Waiting invitation={invitation} next={next} />
        ) : (
          <Ended latest={latest} isFresh={latest.drawId === watched.current} />
        )}
      </div>
      <Perforation lit={litTicks(draw, latest)} from={drawTicks / 2 + 1} />
      {children}
    </section>
  )
}

const phaseOf = (draw: RunningDraw | null, latest: PastDraw | null): string => {
  if (draw !== null) return 'drawing'
  if (latest === null) return 'waiting'
  return latest.cancelled ? 'cancelled' : 'won'
}

const litTicks = (draw: RunningDraw | null, latest: PastDraw | null): number => {
  if (draw !== null) return draw.tick
  return latest === null || latest.cancelled ? 0 : drawTicks
}

/** The ticks as the holes of a film strip: one half above, the other below. */
const Perforation = ({ lit, from }: { readonly lit: number; readonly from: number }) => (
  <div class="perforation" aria-hidden="true">
    {Array.from({ length: drawTicks / 2 }, (_, i) => (
      <i key={i} class={from + i <= lit ? 'lit' : ''}></i>
    ))}
  </div>
)

const Waiting = ({ invitation, next }: { readonly invitation: string; readonly next: NextDraw | null }) => (
  <>
    <p class="eyebrow">{next === null ? 'Ready' : `Draw ${next.drawNo}`}</p>
    <p class="headline">{invitation}</p>
  </>
)

const Drawing = ({ draw }: { readonly draw: RunningDraw }) => {
  const trail = draw.highlights.slice(-3, -1)
  return (
    <>
      <p class="eyebrow">
        {draw.drawNo === null ? 'Drawing' : `Draw ${draw.drawNo}`} ·{' '}
        {draw.members.length.toLocaleString('en')} {draw.members.length === 1 ? 'name' : 'names'}
      </p>
      <div class="reel">
        {trail.map(({ tick, member }) => (
          <span key={tick} class="trail" aria-hidden="true">
            {member.name}
          </span>
        ))}
        <span key={draw.tick} class="current" data-testid="highlight" data-tick={draw.tick}>
          {draw.member?.name ?? 'Here we go'}
        </span>
      </div>
      <Wall members={draw.members} lit={draw.member} won={false} />
    </>
  )
}

const Ended = ({ latest, isFresh }: { readonly latest: PastDraw; readonly isFresh: boolean }) => (
  <>
    <p class="eyebrow">
      Draw {latest.drawNo} · {latest.memberCount.toLocaleString('en')}{' '}
      {latest.memberCount === 1 ? 'name' : 'names'}
    </p>
    {latest.winner === null ? (
      <p class="headline">This draw was cancelled.</p>
    ) : (
      <>
        {isFresh && <Confetti key={latest.drawId} />}
        <wa-icon class="trophy" name="trophy"></wa-icon>
        <p class="winner" data-testid="winner" key={`winner-${latest.drawId}`}>
          {latest.winner.name}
        </p>
        <p class="caption">wins</p>
      </>
    )}
    {latest.proof !== null && <Wall members={latest.proof.members} lit={latest.winner} won />}
  </>
)

interface WallProps {
  readonly members: ReadonlyArray<DrawMember>
  readonly lit: DrawMember | null
  readonly won: boolean
}

const Wall = ({ members, lit, won }: WallProps) =>
  members.length > wallUpTo ? null : (
    <div class={won ? 'wall won' : 'wall'} aria-hidden="true">
      {members.map(({ id, name }) => (
        <span key={id} class={id === lit?.id ? 'lit' : ''}>
          {name}
        </span>
      ))}
    </div>
  )

/** Falls once, in CSS alone. */
const Confetti = () => (
  <div class="confetti" aria-hidden="true">
    {Array.from({ length: 28 }, (_, i) => (
      <i key={i} style={{ '--i': i, '--x': `${(i * 37) % 100}%`, '--turn': `${(i * 83) % 360}deg` }}></i>
    ))}
  </div>
)
