/** Runs in the page: a drawn camera picture of a person, for the screenshots. */
export const useDrawnCamera = (look: number): void => {
  const { mediaDevices }: Partial<Navigator> = navigator
  if (mediaDevices === undefined) return
  const looks = [
    { wall: ['#f2d7c0', '#d9a98a'], skin: '#e8b48f', hair: '#5b3a29', cloth: '#6b3fb5' },
    { wall: ['#c7dff0', '#7fa8c9'], skin: '#8a5a3c', hair: '#1d1512', cloth: '#e3a23a' },
    { wall: ['#d4e6d0', '#8fb58a'], skin: '#c98d63', hair: '#2b2130', cloth: '#22806f' },
    { wall: ['#e6d6f2', '#a98bc9'], skin: '#f0c4a4', hair: '#c58b3d', cloth: '#34495e' },
  ] as const
  const { wall, skin, hair, cloth } = looks[look % looks.length] ?? looks[0]

  const draw = (context: CanvasRenderingContext2D, seconds: number): void => {
    const { width, height } = context.canvas
    const room = context.createLinearGradient(0, 0, width, height)
    room.addColorStop(0, wall[0])
    room.addColorStop(1, wall[1])
    context.fillStyle = room
    context.fillRect(0, 0, width, height)
    context.fillStyle = 'rgb(255 255 255 / 45%)'
    context.fillRect(width * 0.06, height * 0.08, width * 0.2, height * 0.42)
    const x = width * (0.53 + 0.012 * Math.sin(seconds * 1.3 + look))
    const y = height * (0.45 + 0.008 * Math.sin(seconds * 2.1))
    const head = height * 0.19
    const oval = (colour: string, dx: number, dy: number, rx: number, ry: number): void => {
      context.fillStyle = colour
      context.beginPath()
      context.ellipse(x + dx * head, y + dy * head, rx * head, ry * head, 0, 0, Math.PI * 2)
      context.fill()
    }
    if (look % 2 === 0) oval(hair, 0, 0.55, 1.14, 1.45)
    oval(cloth, 0, 3.15, 2.3, 1.75)
    oval(skin, 0, 1.2, 0.42, 0.75)
    oval(hair, 0, -0.3, 1.12, 1.05)
    oval(skin, 0, 0.08, 0.84, 1.06)
    oval(hair, 0, -0.82, 0.86, 0.36)
    for (const side of [-1, 1])
      oval('#2a1b17', side * 0.33, 0, 0.085, Math.sin(seconds * 0.9) > 0.985 ? 0.01 : 0.1)
    context.strokeStyle = '#7c3f35'
    context.lineWidth = head * 0.07
    context.lineCap = 'round'
    context.beginPath()
    context.arc(x, y + head * 0.36, head * 0.28, Math.PI * 0.18, Math.PI * 0.82)
    context.stroke()
  }

  const slide = (context: CanvasRenderingContext2D): void => {
    const { width, height } = context.canvas
    context.fillStyle = '#fbfaff'
    context.fillRect(0, 0, width, height)
    context.fillStyle = '#4b2391'
    context.font = `600 ${height * 0.075}px system-ui, sans-serif`
    context.fillText('Visitors this week', width * 0.07, height * 0.16)
    const bars = [0.35, 0.5, 0.42, 0.68, 0.8, 0.74, 0.95]
    for (const [place, share] of bars.entries()) {
      context.fillStyle = place === bars.length - 1 ? '#ffb703' : '#8d63d6'
      const barWidth = width * 0.09
      context.fillRect(
        width * (0.08 + place * 0.125),
        height * (0.92 - share * 0.66),
        barWidth,
        height * share * 0.66,
      )
    }
  }

  const filmed = (
    width: number,
    height: number,
    paint: (context: CanvasRenderingContext2D, s: number) => void,
  ) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height })
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('a canvas has a 2d context')
    setInterval(() => paint(context, performance.now() / 1000), 100)
    return canvas.captureStream(10)
  }

  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async ({ audio = false, video = false }: MediaStreamConstraints = {}) => {
    const stream = audio === false ? new MediaStream() : await getUserMedia({ audio })
    if (video !== false) for (const track of filmed(640, 360, draw).getTracks()) stream.addTrack(track)
    return stream
  }
  mediaDevices.getDisplayMedia = () => Promise.resolve(filmed(1280, 720, slide))
}
