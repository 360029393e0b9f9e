import type { IndexEntry } from '../../application/ports/event-store.js'
import type { PersonalRecord } from '../../application/identity/personal-records.js'
import {
  admitsUser,
  createPersonalSelection,
  memberOfUser,
  nameOfMember,
} from '../../application/identity/personal-records.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { RoomModel } from '../../domain/room/index.js'
import { initial } from '../../domain/room/index.js'
import { withoutParts } from '../storage/codec/frame.js'
import type { Frame } from '../storage/codec/frame.js'
import type { DataFolder } from './data-folder.js'
import { describeFault, formatInstant, orThrow, recordsOf, withDataFolder } from './data-folder.js'
import { recordCommand } from './recorded-command.js'
import { Failure, exitCodes } from './terminal.js'
import type { Terminal } from './terminal.js'

export interface EraseOptions {
  readonly user: string
  /** Also the records of others that hold one of the user's names. */
  readonly names?: true
  readonly dryRun?: true
  /** Without a question. */
  readonly yes?: true
  /** The name of this process in the audit trail; null: the erasure is not recorded. */
  readonly auditNode: string | null
}

/**
 * Erases what the logs hold of a user apart from the hashed part, after the audit trail has recorded it. See
 * `docs/erasure.md`.
 */
export const erase = async (
  folder: string,
  options: EraseOptions,
  model: RoomModel,
  terminal: Terminal,
): Promise<void> => {
  const { user, auditNode } = options
  const isConfirmed = await withDataFolder(folder, 'read', model, async (data) => {
    const plan = await showPlan(data, options, terminal)
    if (options.dryRun === true) return rejectUnreadable(plan)
    if (options.yes !== true) await confirm(recordsOfPlan(plan), terminal)
    return true
  })
  if (isConfirmed !== true) return
  // Opening a folder for writing changes it, so that nothing is written before the confirmation.
  await recordCommand(folder, { action: 'roomreel erase', room: null, target: user, node: auditNode }, model)
  await withDataFolder(folder, 'read', model, async (data) => {
    const plan = await planErasure(data, options)
    rejectBusy(plan, terminal)
    await replace(data, plan)
    const records = plural(recordsOfPlan(plan), 'record')
    await terminal.print(`erased ${records}; backups and exported files still have them`)
    rejectUnreadable(plan)
  })
}

/** Prints what will be erased. Throws if there is nothing, or if a room still needs it. */
const showPlan = async (data: DataFolder, options: EraseOptions, terminal: Terminal): Promise<Plan> => {
  const plan = await planErasure(data, options)
  for (const problem of plan.unreadable) terminal.note(`${problem}; nothing in this room can be erased`)
  if (plan.rooms.length === 0) throw notFound(options.user, plan.unreadable.length)
  for (const room of plan.rooms) await terminal.print(roomLine(room))
  await terminal.print(totalLine(options.user, plan, recordsOfPlan(plan)))
  noteOthers(plan, terminal)
  rejectBusy(plan, terminal)
  return plan
}

const recordsOfPlan = ({ rooms }: Plan): number => sum(rooms, ({ erased }) => erased.size)

const rejectUnreadable = ({ unreadable }: Plan): void => {
  if (unreadable.length > 0)
    throw new Failure(`${plural(unreadable.length, 'room')} cannot be read`, exitCodes.found)
}

interface RoomPlan {
  readonly room: RoomId
  readonly members: UserMembers
  /** Its list of those who may enter is among the erased data. */
  readonly losesAdmission: boolean
  /** By `seq`. */
  readonly erased: ReadonlyMap<number, PersonalRecord['erased']>
  /** Erased records that another member has written. */
  readonly ofOthers: number
  /** Records that hold one of the user's names and stay. */
  readonly sameName: number
  /** Why the room needs the data now; `null`: it does not. */
  readonly busy: string | null
}

/** The members of the user in a room. */
interface UserMembers {
  /** A token proved the user id. */
  readonly verified: ReadonlySet<MemberId>
  readonly stated: ReadonlySet<MemberId>
}

interface Plan {
  readonly rooms: ReadonlyArray<RoomPlan>
  readonly unreadable: ReadonlyArray<string>
}

const planErasure = async (data: DataFolder, options: EraseOptions): Promise<Plan> => {
  const rooms: Array<RoomPlan> = []
  const unreadable: Array<string> = []
  for await (const entry of data.rooms()) {
    try {
      const { members, isAdmitted } = await findUser(data, entry, options.user)
      if (isAdmitted || memberIdsOf(members).size > 0)
        rooms.push(await planRoom(data, entry, members, options))
    } catch (error) {
      if (!(error instanceof Failure) || error.exitCode !== exitCodes.found) throw error
      unreadable.push(error.message)
    }
  }
  return { rooms, unreadable: [...unreadable, ...data.unreadable.map(describeFault)] }
}

const findUser = async (
  data: DataFolder,
  entry: IndexEntry,
  user: string,
): Promise<{ readonly members: UserMembers; readonly isAdmitted: boolean }> => {
  const verified = new Set<MemberId>()
  const stated = new Set<MemberId>()
  let isAdmitted = false
  for await (const record of recordsOf(data, entry)) {
    const member = memberOfUser(user, record)
    if (member !== undefined) (member.isVerified ? verified : stated).add(member.memberId)
    isAdmitted ||= admitsUser(user, record)
  }
  return { members: { verified, stated }, isAdmitted }
}

const planRoom = async (
  data: DataFolder,
  entry: IndexEntry,
  members: UserMembers,
  { user: userId, names: withNames }: EraseOptions,
): Promise<RoomPlan> => {
  const memberIds = memberIdsOf(members)
  const names = new Set<string>()
  let state = initial(entry.room)
  for await (const record of recordsOf(data, entry)) {
    const name = nameOfMember(memberIds, record)
    if (name !== undefined) names.add(name)
    if (entry.occupied) state = data.model.evolve(state, record)
  }
  const isPresent = state.phase === 'open' && [...memberIds].some((id) => entryIn(state.members, id))
  const select = createPersonalSelection({ userId, memberIds, names }, data.model)
  const erased = new Map<number, PersonalRecord['erased']>()
  let ofOthers = 0
  let sameName = 0
  for await (const record of recordsOf(data, entry)) {
    const selected = select(record)
    if (selected === undefined) continue
    if (selected.isByName && withNames !== true) sameName++
    else {
      erased.set(selected.seq, selected.erased)
      if (selected.isOfOther) ofOthers++
    }
  }
  return {
    room: entry.room,
    members,
    // A room is created by its first record.
    losesAdmission: erased.has(1),
    erased,
    ofOthers,
    sameName,
    busy: busyProblem(entry, isPresent),
  }
}

const busyProblem = ({ room, due }: IndexEntry, isPresent: boolean): string | null => {
  if (isPresent) return `the user is in room ${room}`
  return due === null ? null : `room ${room} has a timer at ${formatInstant(due)}`
}

const replace = async (data: DataFolder, { rooms }: Plan): Promise<void> => {
  const erasedIn = new Map(rooms.map(({ room, erased }) => [room, erased]))
  const change = (room: RoomId, seq: number, frame: Frame): Frame => {
    const erased = erasedIn.get(room)?.get(seq)
    return erased === undefined ? frame : withoutParts(frame, erased)
  }
  orThrow(await data.store.replaceData(change, () => Promise.resolve())())
}

const confirm = async (records: number, terminal: Terminal): Promise<void> => {
  const answer = await terminal.confirm(`Erase ${plural(records, 'record')} for good?`)
  if (answer === 'no-terminal') throw new Failure('nothing was erased; add --yes to erase without a question')
  if (answer === 'no') throw new Failure('nothing was erased')
}

const notFound = (user: string, unreadableRooms: number): Failure =>
  unreadableRooms === 0
    ? new Failure(`no room names the user ${user}; nothing was erased`)
    : new Failure(
        `no readable room names the user ${user}; ${plural(unreadableRooms, 'room')} cannot be read`,
        exitCodes.found,
      )

const rejectBusy = ({ rooms }: Plan, { note }: Terminal): void => {
  const problems = rooms.flatMap(({ busy }) => busy ?? [])
  if (problems.length === 0) return
  for (const problem of problems) note(problem)
  throw new Failure(
    `${plural(problems.length, 'room')} still need${problems.length === 1 ? 's' : ''} the data; ` +
      'start the server until the user has left and the timers have run, stop it, and try again',
  )
}

const noteOthers = ({ rooms }: Plan, { note }: Terminal): void => {
  for (const { room, losesAdmission } of rooms)
    if (losesAdmission) note(`room ${room} will admit nobody by user id: its list is erased as a whole`)
  const ofOthers = sum(rooms, (room) => room.ofOthers)
  const sameName = sum(rooms, (room) => room.sameName)
  if (ofOthers > 0) note(`${plural(ofOthers, 'record')} of others among them, for naming the user`)
  if (sameName > 0)
    note(`${plural(sameName, 'more record')} with a name of the user; erased only with --names`)
}

const totalLine = (user: string, { rooms }: Plan, records: number): string => {
  const members = sum(rooms, (room) => memberIdsOf(room.members).size)
  const proven = sum(rooms, (room) => room.members.verified.size)
  return (
    `${user}: ${plural(records, 'record')} in ${plural(rooms.length, 'room')}; ` +
    `${plural(members, 'member')}, ${proven} proven by a token`
  )
}

const memberIdsOf = ({ verified, stated }: UserMembers): ReadonlySet<MemberId> =>
  new Set([...verified, ...stated])

const roomLine = ({ room, erased }: RoomPlan): string =>
  `${room.padEnd(24)}  ${plural(erased.size, 'record').padStart(14)}`

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const sum = (rooms: ReadonlyArray<RoomPlan>, count: (room: RoomPlan) => number): number =>
  rooms.reduce((total, room) => total + count(room), 0)
