import { roomsOf, withDataFolder } from './data-folder.js'

/** Lists the rooms: name, records, when last written to, whether somebody is in it, what is due. */
export const listRooms = (folder: string, json: boolean, print: (line: string) => void): Promise<void> =>
  withDataFolder(folder, 'read', async (store) => {
    for await (const entry of roomsOf(store)) {
      if (json) {
        print(JSON.stringify(entry))
        continue
      }
      const { room, seq, lastAt, occupied, due } = entry
      const notes = [
        ...(occupied ? ['occupied'] : []),
        ...(due === null ? [] : [`due ${new Date(due).toISOString()}`]),
      ]
      print([room.padEnd(32), String(seq).padStart(8), new Date(lastAt).toISOString(), ...notes].join('  '))
    }
  })
