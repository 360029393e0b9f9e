import type { HandledEvent, MemberView, RoomView } from './quiz-wire.js'

/** A member of the room. `user` is the id that the table of a quiz has for it. */
export interface Person {
  readonly id: string
  readonly user: string
  readonly name: string | null
  /** its connection is lost, and the grace period runs */
  readonly isAway: boolean
  /** the protocols by which it joined; it leaves with the last of them */
  readonly entries: ReadonlyArray<string>
}

type MemberEvent = Extract<HandledEvent, { type: `room.member-${string}` }>

export const isMemberEvent = (event: HandledEvent): event is MemberEvent =>
  event.type.startsWith('room.member-')

const personIn = ({ id, name, userId, entries, presence }: MemberView): Person => ({
  id,
  user: userId ?? id,
  name,
  isAway: presence.type === 'away',
  entries: Object.keys(entries),
})

/** In the order in which they joined. */
export const peopleIn = ({ members }: RoomView): ReadonlyArray<Person> => Object.values(members).map(personIn)

/** The members after the event, as in the room itself: a known name stays, and each event removes one entry. */
export const withPeople = (people: ReadonlyArray<Person>, event: MemberEvent): ReadonlyArray<Person> => {
  const { memberId: id } = event.data
  const member = people.find((one) => one.id === id)
  const changed = (next: Partial<Person>): ReadonlyArray<Person> =>
    people.map((person) => (person.id === id ? { ...person, ...next } : person))
  switch (event.type) {
    case 'room.member-joined': {
      const { dialect, name, userId } = event.data
      if (member === undefined)
        return [...people, { id, user: userId ?? id, name, isAway: false, entries: [dialect] }]
      return changed({
        name: member.name ?? name,
        user: member.user === id ? (userId ?? id) : member.user,
        entries: [...member.entries.filter((entry) => entry !== dialect), dialect],
      })
    }
    case 'room.member-away':
      return changed({ isAway: true })
    case 'room.member-back':
      return changed({ isAway: false })
    case 'room.member-left': {
      const entries = member?.entries.filter((entry) => entry !== event.data.dialect) ?? []
      return entries.length === 0 ? people.filter((person) => person.id !== id) : changed({ entries })
    }
  }
}
