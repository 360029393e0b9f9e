import type { PickerEvent, Proof } from '../../../../src/domain/activities/random-picker/index.js'
import { randomPicker } from '../../../../src/domain/activities/random-picker/index.js'
import type { RecordedEvent } from '../../../../src/domain/kernel/domain-event.js'
import type { RoomEvent } from '../../../../src/domain/room/index.js'
import { eventOf } from '../../../../src/domain/room/index.js'

type Of<Type extends PickerEvent['type']> = RecordedEvent<Extract<PickerEvent, { readonly type: Type }>>

/** The events of one draw in a log. */
export interface LoggedDraw {
  readonly committed: Of<'random-picker.committed'>
  readonly contributed: Array<Of<'random-picker.contributed'>>
  started: Of<'random-picker.started'> | null
  readonly highlights: Array<Of<'random-picker.highlight'>>
  ended: Of<'random-picker.complete'> | Of<'random-picker.cancelled'> | null
}

const pickerEvents = (
  log: ReadonlyArray<RecordedEvent<RoomEvent>>,
): ReadonlyArray<RecordedEvent<PickerEvent>> => log.flatMap((event) => eventOf(randomPicker, event) ?? [])

/** The draws of a log. Throws if the events of a draw are not in the order committed, contributed, started, highlights, ended. */
export const drawsOf = (log: ReadonlyArray<RecordedEvent<RoomEvent>>): ReadonlyArray<LoggedDraw> => {
  const draws: Array<LoggedDraw> = []
  for (const event of pickerEvents(log)) {
    const draw = draws.at(-1)
    const assertInOrder = (isInOrder: boolean): void => {
      if (!isInOrder) throw new Error(`record ${event.seq}, ${event.type}, is out of place`)
    }
    switch (event.type) {
      case 'random-picker.committed':
        assertInOrder(draw === undefined || draw.ended?.seq === event.seq - 1)
        assertInOrder(event.data.drawNo === draws.length + 1)
        draws.push({ committed: event, contributed: [], started: null, highlights: [], ended: null })
        break
      case 'random-picker.contributed':
        assertInOrder(draw?.started === null && event.data.drawNo === draws.length)
        draw?.contributed.push(event)
        break
      case 'random-picker.started':
        assertInOrder(draw?.started === null && event.data.drawNo === draws.length)
        if (draw !== undefined) draw.started = event
        break
      case 'random-picker.highlight':
        assertInOrder(draw?.started?.data.drawId === event.data.drawId && draw.ended === null)
        assertInOrder(event.data.tick === (draw?.highlights.length ?? 0) + 1)
        draw?.highlights.push(event)
        break
      case 'random-picker.complete':
      case 'random-picker.cancelled':
        assertInOrder(draw?.started?.data.drawId === event.data.drawId && draw.ended === null)
        if (draw !== undefined) draw.ended = event
        break
    }
  }
  return draws
}

/** The proof as it follows from the events before its publication. */
export const proofFrom = (draw: LoggedDraw, room: string): Proof => ({
  algorithm: 'draw/1',
  room,
  drawNo: draw.committed.data.drawNo,
  serverSeed: draw.committed.secret?.serverSeed ?? '',
  commitment: draw.committed.data.commitment,
  members: draw.started?.data.members ?? [],
  contributions: draw.contributed.map(({ data: { by, entropy } }) => ({ by, entropy })),
  ticks: 50,
})
