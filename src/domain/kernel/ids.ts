declare const brand: unique symbol

/** A string that was validated for one purpose. Only the constructors below make it. */
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** A room's name, the same in every protocol: 1 to 128 letters, digits and `-_.:`. */
export type RoomId = Branded<'RoomId'>
/** The Socket.IO id of the socket with which a member first joined; it stays the same after a reconnection. */
export type MemberId = Branded<'MemberId'>
/** SHA-256 over a session's secret, its namespace and its user (hex). The secret itself is not stored. */
export type SessionKey = Branded<'SessionKey'>
/** The identity of one connection. It is never reused, so a late event of an old connection can be recognised. */
export type ConnectionId = Branded<'ConnectionId'>
/** An id that the client chooses for a command, so that it can repeat the command safely. */
export type CommandId = Branded<'CommandId'>
/** A keyed hash of a user id (hex). The id cannot be derived from it. */
export type UserKey = Branded<'UserKey'>
/** The identity of one log of a room: a room that is removed and created again has another epoch. */
export type Epoch = Branded<'Epoch'>

const roomName = /^[A-Za-z0-9\-_.:]{1,128}$/

export const isRoomName = (text: string): boolean => roomName.test(text)

export const roomId = (text: string): RoomId => text as RoomId
export const memberId = (text: string): MemberId => text as MemberId
export const sessionKey = (text: string): SessionKey => text as SessionKey
export const connectionId = (text: string): ConnectionId => text as ConnectionId
export const commandId = (text: string): CommandId => text as CommandId
export const userKey = (text: string): UserKey => text as UserKey
export const epoch = (text: string): Epoch => text as Epoch
