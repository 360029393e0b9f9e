import { useEffect, useState } from 'preact/hooks'
import type { AskedQuestion } from '../../../client/quiz/quiz-room.js'

const smoothMs = 100
const calmMs = 1_000

/** Milliseconds until a question closes by the server's clock; 0 once it has. */
export const useTimeLeft = (closesAt: number, serverNow: () => number): number => {
  const [leftMs, setLeftMs] = useState(() => Math.max(0, closesAt - serverNow()))
  useEffect(() => {
    const tell = (): void => setLeftMs(Math.max(0, closesAt - serverNow()))
    tell()
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    const timer = setInterval(tell, calm ? calmMs : smoothMs)
    return () => clearInterval(timer)
  }, [closesAt, serverNow])
  return leftMs
}

interface TimeBarProps {
  readonly question: AskedQuestion
  readonly leftMs: number
}

export const TimeBar = ({ question: { openedAt, closesAt }, leftMs }: TimeBarProps) => {
  const seconds = Math.ceil(leftMs / 1_000)
  const share = Math.min(1, leftMs / Math.max(1, closesAt - openedAt))
  return (
    <div
      class={`time-bar ${seconds <= 5 ? 'late' : ''}`}
      role="timer"
      aria-label={`${seconds} seconds left`}
      data-testid="time-left"
    >
      <div class="track" aria-hidden="true">
        <div class="rest" style={{ inlineSize: `${share * 100}%` }}></div>
      </div>
      <span class="seconds-left" aria-hidden="true">
        {seconds}
      </span>
    </div>
  )
}
