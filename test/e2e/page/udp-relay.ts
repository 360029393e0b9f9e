import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { BrowserContext } from 'playwright-core'

/**
 * Relays the media between browsers through this process: each address in a candidate is replaced by a port here. So
 * the path can break for good, as for a phone that leaves its network, and only new addresses restore it.
 */
export interface UdpRelay {
  /** call it before the page is opened */
  readonly attachTo: (context: BrowserContext) => Promise<void>
  /** closes all ports for good */
  readonly cut: () => void
  readonly packets: () => number
  readonly end: () => void
}

declare global {
  interface Window {
    relayPortOf?: (address: string, port: number) => Promise<number>
  }
}

export const createUdpRelay = (): UdpRelay => {
  const ports = new Map<string, Promise<number>>()
  const sockets = new Set<Socket>()
  let packets = 0

  const opened = async (): Promise<Socket> => {
    const socket = createSocket('udp4')
    sockets.add(socket)
    socket.on('error', () => {})
    socket.bind(0)
    await once(socket, 'listening')
    return socket
  }

  /** A port that forwards to this address; each sender gets its own port for the replies. */
  const relayTo = async (address: string, port: number): Promise<number> => {
    const front = await opened()
    const backs = new Map<string, Promise<Socket>>()
    const backSocketFor = async (sender: AddressInfo): Promise<Socket> => {
      const back = await opened()
      back.on('message', (packet) => forward(front, packet, sender.port, sender.address))
      return back
    }
    front.on('message', (packet, sender) => {
      const key = `${sender.address}:${sender.port}`
      const back = backs.get(key) ?? backSocketFor(sender)
      backs.set(key, back)
      void back.then((socket) => forward(socket, packet, port, address))
    })
    return front.address().port
  }

  const forward = (by: Socket, packet: Buffer, port: number, address: string): void => {
    if (!sockets.has(by)) return
    packets += 1
    by.send(packet, port, address)
  }

  const end = (): void => {
    for (const socket of sockets) socket.close()
    sockets.clear()
    ports.clear()
  }

  return {
    attachTo: async (context) => {
      await context.exposeFunction('relayPortOf', (address: string, port: number) => {
        const key = `${address}:${port}`
        const relay = ports.get(key) ?? relayTo(address, port)
        ports.set(key, relay)
        return relay
      })
      await context.addInitScript(useUdpRelay)
    },
    cut: end,
    packets: () => packets,
    end,
  }
}

/** Runs in the page: replaces the addresses in remote candidates and descriptions. */
const useUdpRelay = (): void => {
  const line = /(candidate:\S+ 1 udp \d+ )([\d.]+) (\d+)( typ .*)/i
  const relayedCandidate = async (candidate: string): Promise<string> => {
    const [whole, before = '', address = '', port = '', rest = ''] = line.exec(candidate) ?? []
    // TCP and IPv6 candidates would bypass the relay.
    if (whole === undefined) return ''
    return `${before}${address} ${await window.relayPortOf?.(address, Number(port))}${rest}`
  }
  const prototype = RTCPeerConnection.prototype
  const add: (this: RTCPeerConnection, candidate?: RTCIceCandidateInit) => Promise<void> =
    prototype.addIceCandidate
  prototype.addIceCandidate = async function added(
    this: RTCPeerConnection,
    candidate?: RTCIceCandidateInit | null,
  ) {
    if (candidate === undefined || candidate === null || candidate.candidate === '') return add.call(this)
    const text = await relayedCandidate(candidate.candidate ?? '')
    if (text !== '') await add.call(this, { ...candidate, candidate: text })
  }
  const set: (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void> =
    prototype.setRemoteDescription
  prototype.setRemoteDescription = async function described(
    this: RTCPeerConnection,
    { type, sdp = '' }: RTCSessionDescriptionInit,
  ) {
    const lines: Array<string> = []
    for (const text of sdp.split('\r\n')) {
      if (!text.startsWith('a=candidate:')) lines.push(text)
      else {
        const changed = await relayedCandidate(text.slice('a='.length))
        if (changed !== '') lines.push(`a=${changed}`)
      }
    }
    await set.call(this, { type, sdp: lines.join('\r\n') })
  }
}
