declare const brand: unique symbol

/** A string that has been checked for what it names. Made only by the constructors below. */
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** A room's name, the same in every dialect: 1 to 128 of letters, digits and `-_.:`. */
export type RoomId = Branded<'RoomId'>
/** The Socket.IO id of the socket with which a member first joined; it stays when the member comes back. */
export type MemberId = Branded<'MemberId'>
/** SHA-256 over a session's secret, its namespace and its user (hex). The secret itself is nowhere kept. */
export type SessionKey = Branded<'SessionKey'>
/** The identity of one connection; two connections never share it, so a late event of an old one is told apart. */
export type ConnectionId = Branded<'ConnectionId'>
/** The client's own name for a command, with which it can be repeated safely. */
export type CommandId = Branded<'CommandId'>
/** Names one log of a room: a room that was removed and made again has another. */
export type Epoch = Branded<'Epoch'>

const roomName = /^[A-Za-z0-9\-_.:]{1,128}$/

export const isRoomName = (text: string): boolean => roomName.test(text)

export const roomId = (text: string): RoomId => text as RoomId
export const memberId = (text: string): MemberId => text as MemberId
export const sessionKey = (text: string): SessionKey => text as SessionKey
export const connectionId = (text: string): ConnectionId => text as ConnectionId
export const commandId = (text: string): CommandId => text as CommandId
export const epoch = (text: string): Epoch => text as Epoch
