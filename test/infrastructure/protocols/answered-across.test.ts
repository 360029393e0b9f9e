import { expect, it } from 'vitest'
import { withServer } from './with-server.js'

const server = withServer()

it('a party’s user answers whoever signalled to it, under the name that it heard', async () => {
  const party = await server().client()
  const joined = await party.ask('JOIN_USER_REQUEST', {
    roomId: 'room_call',
    user: { id: 'u1', name: 'Lea' },
    token: 'open sesame',
  })
  expect(joined).toMatchObject({ success: true, joinToken: 'open sesame' })
  const token = 'open sesame'
  const nameless = await server().client()
  const named = await server().client('/', { userId: 'u2' })
  for (const peer of [nameless, named]) {
    expect(await peer.ask('join:room', { roomCode: 'CALL', token })).toMatchObject({ success: true })
    const offer = { type: 'offer', sdp: `from ${peer.id}` }
    expect(await peer.ask('webrtc:offer', { targetPeerId: party.id, offer })).toEqual({ success: true })
    const { senderUser } = await party.hears(
      'PEER_RELAY_SIGNAL',
      ({ signalData }) => (signalData as { sdp?: string }).sdp === offer.sdp,
    )
    const answer = { type: 'answer', sdp: `for ${peer.id}` }
    expect(await party.ask('PEER_RELAY_SIGNAL', { targetUser: senderUser, signalData: answer })).toEqual({
      success: true,
    })
    expect(await peer.hears('webrtc:answer')).toEqual({ from: party.id, targetPeerId: peer.id, answer })
  }
})
