import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { BrowserContext } from 'playwright-core'

/**
 * All media of some browsers, by way of this process: each address that one learns of another is replaced by a port here.
 * So the way can be cut for good, as by a phone that leaves the house, and only a new way, under new addresses, helps.
 */
export interface UdpDetour {
  /** to be called before the page is opened */
  readonly of: (context: BrowserContext) => Promise<void>
  /** no packet passes any more where one has passed so far */
  readonly cut: () => void
  readonly packets: () => number
  readonly end: () => void
}

declare global {
  interface Window {
    detourOf?: (address: string, port: number) => Promise<number>
  }
}

export const udpDetour = (): UdpDetour => {
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

  /** A port whose packets reach that address; each sender has a port of its own there, by which the answers come back. */
  const detourTo = async (address: string, port: number): Promise<number> => {
    const front = await opened()
    const backs = new Map<string, Promise<Socket>>()
    const backFor = async (sender: AddressInfo): Promise<Socket> => {
      const back = await opened()
      back.on('message', (packet) => pass(front, packet, sender.port, sender.address))
      return back
    }
    front.on('message', (packet, sender) => {
      const key = `${sender.address}:${sender.port}`
      const back = backs.get(key) ?? backFor(sender)
      backs.set(key, back)
      void back.then((socket) => pass(socket, packet, port, address))
    })
    return front.address().port
  }

  const pass = (by: Socket, packet: Buffer, port: number, address: string): void => {
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
    of: async (context) => {
      await context.exposeFunction('detourOf', (address: string, port: number) => {
        const key = `${address}:${port}`
        const detour = ports.get(key) ?? detourTo(address, port)
        ports.set(key, detour)
        return detour
      })
      await context.addInitScript(takeDetours)
    },
    cut: end,
    packets: () => packets,
    end,
  }
}

/** Runs in the page: no connection is told the true address of another. */
const takeDetours = (): void => {
  const line = /(candidate:\S+ 1 udp \d+ )([\d.]+) (\d+)( typ .*)/i
  const detoured = async (candidate: string): Promise<string> => {
    const [whole, before = '', address = '', port = '', rest = ''] = line.exec(candidate) ?? []
    // TCP and IPv6 would be ways around.
    if (whole === undefined) return ''
    return `${before}${address} ${await window.detourOf?.(address, Number(port))}${rest}`
  }
  const prototype = RTCPeerConnection.prototype
  const add: (this: RTCPeerConnection, candidate?: RTCIceCandidateInit) => Promise<void> =
    prototype.addIceCandidate
  prototype.addIceCandidate = async function added(
    this: RTCPeerConnection,
    candidate?: RTCIceCandidateInit | null,
  ) {
    if (candidate === undefined || candidate === null || candidate.candidate === '') return add.call(this)
    const text = await detoured(candidate.candidate ?? '')
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
        const changed = await detoured(text.slice('a='.length))
        if (changed !== '') lines.push(`a=${changed}`)
      }
    }
    await set.call(this, { type, sdp: lines.join('\r\n') })
  }
}
