import { isIP } from 'node:net'

/** The four groups of an IPv4 address inside an IPv6 one: `::ffff:203.0.113.7`. */
const mappedIpv4 = /^(?:0*:)*:?ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i

/**
 * The key under which limits count an address. An IPv6 client usually has a whole /64 to choose its address from, so the
 * addresses of one /64 are one key.
 */
export const addressKey = (address: string): string => {
  if (isIP(address) !== 6) return address
  const mapped = mappedIpv4.exec(address)?.[1]
  return mapped ?? `${prefixOf(address)}/64`
}

const prefixOf = (address: string): string => {
  const [withoutZone = ''] = address.split('%', 1)
  const [head = '', tail] = withoutZone.split('::', 2)
  const groups = groupsOf(head)
  // `::` stands for the groups that are missing, all of them 0.
  const missing = tail === undefined ? 0 : 8 - groups.length - groupsOf(tail).length
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...groupsOf(tail ?? '')]
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** An IPv4 address at the end takes the place of two groups. */
const groupsOf = (text: string): ReadonlyArray<string> =>
  text === '' ? [] : text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]))

/** An address of `X-Forwarded-For`, to which some proxies append a port; `undefined`: it is no address. */
export const forwardedAddress = (entry: string): string | undefined => {
  const text = entry.trim()
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d+)?|(\d[\d.]*):\d+)$/.exec(text) ?? []
  const address = bracketed ?? plain ?? text
  return isIP(address) === 0 ? undefined : address
}
