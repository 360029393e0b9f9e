import type { PickerRoom } from '../../../client/picker/picker-room.js'

/** For screen readers: the start and the end of a draw, and not the fifty names between. */
export const drawChangeText = (before: PickerRoom, now: PickerRoom): string | null => {
  if (now.draw !== null && now.draw.drawId !== before.draw?.drawId)
    return `The draw has started with ${now.draw.members.length} ${now.draw.members.length === 1 ? 'name' : 'names'}.`
  const [latest] = now.past
  if (before.draw === null || latest === undefined || latest.drawId !== before.draw.drawId) return null
  if (latest.winner === null) return `Draw ${latest.drawNo} was cancelled.`
  return `The winner of draw ${latest.drawNo} is ${latest.winner.name}.`
}
