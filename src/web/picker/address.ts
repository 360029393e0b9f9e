import type { PickerRole } from '../../client/picker/picker-wire.js'

/**
 * Where a link leads. `?room=NAME` watches, `?room=NAME&lead` leads, and neither is the lobby. The token of a private room
 * is in the fragment (`#token=…`), which browsers send to no server: it reaches no log and no Referer.
 */
export type Address =
  | { readonly type: 'lobby' }
  | { readonly type: 'room'; readonly room: string; readonly role: PickerRole; readonly token: string | null }

const roomNamePattern = /^[A-Za-z0-9\-_.:]{1,128}$/

export const isRoomName = (name: string): boolean => roomNamePattern.test(name)

export const addressIn = (url: URL): Address => {
  const room = url.searchParams.get('room')
  if (room === null || room === '') return { type: 'lobby' }
  // A link made by hand may carry the token in the query; `linkTo` writes it into the fragment.
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? url.searchParams.get('token')
  const role = url.searchParams.has('lead') ? 'broadcaster' : 'viewer'
  return { type: 'room', room, role, token: token === '' ? null : token }
}

export const linkTo = (origin: string, address: Address): string => {
  if (address.type === 'lobby') return `${origin}/`
  const query = `?room=${encodeURIComponent(address.room)}${address.role === 'broadcaster' ? '&lead' : ''}`
  const fragment = address.token === null ? '' : `#token=${encodeURIComponent(address.token)}`
  return `${origin}/${query}${fragment}`
}
