const serverSeed = `${'00'.repeat(31)}01`

/** The test vectors of fairness.md. */
export const vectors = [
  {
    proof: {
      algorithm: 'draw/1',
      room: 'main',
      drawNo: 1,
      serverSeed,
      commitment: '95e4335d2fe88d2c3cef3f7ae2840ccf189331c89040e5d77353ddc9891559bf',
      members: [
        { id: '#1', name: 'Ann' },
        { id: '#2', name: 'Bob' },
        { id: '#3', name: 'Cléo' },
      ],
      contributions: [],
      ticks: 50,
    },
    recomputed: {
      commitment: '95e4335d2fe88d2c3cef3f7ae2840ccf189331c89040e5d77353ddc9891559bf',
      contributionsDigest: 'd9aab7e47ada6a122f352aa9da4119f9d71ba966ba94b066906cd474e1af5593',
      membersDigest: '29e25c9e99dbe03a8f97cebf59e12aa9f4d2a6f6a6d0b9a2d73a89a926e182e8',
      seed: '15b56395703910acff62778a1dd617a6cc8c51b82ccf2a769add43785858504d',
      highlights: [...'20101201021222010101221002210122120100202020121100'].map(Number),
      winner: { id: '#1', name: 'Ann' },
    },
  },
  {
    proof: {
      algorithm: 'draw/1',
      room: 'room_abc123',
      drawNo: 7,
      serverSeed,
      commitment: '8f0877f3f5c80e1537fb6808a74008eb63ccb2dfa263e7aa27112047a8214489',
      members: [
        { id: 'ann', name: 'Ann' },
        { id: 'bob', name: 'Bob' },
        { id: 'cléo', name: 'Cléo' },
      ],
      contributions: [
        { by: 'sock-1', entropy: '11111111111111111111111111111111' },
        { by: 'sock-2', entropy: '6c75636b79' },
      ],
      ticks: 50,
    },
    recomputed: {
      commitment: '8f0877f3f5c80e1537fb6808a74008eb63ccb2dfa263e7aa27112047a8214489',
      contributionsDigest: 'ec3a778e7ac30277b7509355aac0e71591edfd0c2fd7ff45f5da9e804332e24d',
      membersDigest: '5630cafa8967029d5d982379acc8164b7249c3d5a3306031a61ca320ba1773a3',
      seed: '8428513367c2a6ec331326d66ab3dfd5a9b44921f598446e4b285f383aa7aa44',
      highlights: [...'21221012111002222022222022201012000222020100211100'].map(Number),
      winner: { id: 'ann', name: 'Ann' },
    },
  },
]
