import type { KnownEvent, MemberView, RoomView } from './quiz-wire.js'

/** A member of the room. `user` is the name under which the table of a quiz has it. */
export interface Person {
  readonly id: string
  readonly user: string
  readonly name: string | null
  /** its connection is lost, and its place kept for a while */
  readonly isAway: boolean
  /** the vocabularies by which it came in; with the last of them it is gone */
  readonly entries: ReadonlyArray<string>
}

type PeopleEvent = Extract<KnownEvent, { type: `room.member-${string}` }>

export const isAboutPeople = (event: KnownEvent): event is PeopleEvent =>
  event.type.startsWith('room.member-')

const personIn = ({ id, name, userId, entries, presence }: MemberView): Person => ({
  id,
  user: userId ?? id,
  name,
  isAway: presence.type === 'away',
  entries: Object.keys(entries),
})

/** In the order in which they came. */
export const peopleIn = ({ members }: RoomView): ReadonlyArray<Person> => Object.values(members).map(personIn)

/** Who is there after this. As the room itself has it: a name that is known stays, and an entry goes at a time. */
export const withPeople = (people: ReadonlyArray<Person>, event: PeopleEvent): ReadonlyArray<Person> => {
  const { memberId: id } = event.data
  const found = people.find((person) => person.id === id)
  const changed = (next: Partial<Person>): ReadonlyArray<Person> =>
    people.map((person) => (person.id === id ? { ...person, ...next } : person))
  switch (event.type) {
    case 'room.member-joined': {
      const { dialect, name, userId } = event.data
      if (found === undefined)
        return [...people, { id, user: userId ?? id, name, isAway: false, entries: [dialect] }]
      return changed({
        name: found.name ?? name,
        user: found.user === id ? (userId ?? id) : found.user,
        entries: [...found.entries.filter((entry) => entry !== dialect), dialect],
      })
    }
    case 'room.member-away':
      return changed({ isAway: true })
    case 'room.member-back':
      return changed({ isAway: false })
    case 'room.member-left': {
      const entries = found?.entries.filter((entry) => entry !== event.data.dialect) ?? []
      return entries.length === 0 ? people.filter((person) => person.id !== id) : changed({ entries })
    }
  }
}
