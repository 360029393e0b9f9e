import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { RoomModel } from '../../domain/room/index.js'
import { builtInModel } from '../../plugins.js'
import { modelWith } from './activities.js'
import { Failure, exitCodes } from './failure.js'
import type { ReplayOptions } from './replay.js'
import { replay } from './replay.js'
import { listRooms } from './rooms.js'
import type { Terminal } from './terminal.js'
import { ReaderGone } from './terminal.js'
import { exportLog, importFile } from './transfer.js'
import { goodLine, verifiedFile, verifyRooms } from './verify.js'

export interface Surroundings {
  readonly terminal: Terminal
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Does what the arguments say and gives the code with which the process ends. */
export const runCli = async (
  args: ReadonlyArray<string>,
  { terminal, env }: Surroundings,
): Promise<number> => {
  const help: Array<string> = []
  try {
    await program(terminal, env, help).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return await told(error, help, terminal)
    if (error instanceof ReaderGone) return 0
    if (!(error instanceof Failure)) throw error
    terminal.note(error.message)
    return error.exitCode
  }
}

const told = async (
  { exitCode }: CommanderError,
  help: ReadonlyArray<string>,
  { pass }: Terminal,
): Promise<number> => {
  for (const text of help) await pass(text.trimEnd())
  return exitCode === 0 ? 0 : exitCodes.unusable
}

const program = (terminal: Terminal, env: Surroundings['env'], help: Array<string>): Command => {
  let model: RoomModel = builtInModel
  const roomreel = new Command('roomreel')
    .description(
      'Reads, replays, checks and moves the logs of rooms. No server may have the data folder open.',
    )
    .version(version())
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => help.push(text),
      writeErr: (text) => help.push(text),
      outputError: (text) => terminal.note(inOneLine(text)),
    })
    .addHelpText('after', epilogue)
    // What is not set, or set to nothing, is where the server has it.
    .option('--data <folder>', 'the data folder (DATA_DIR)', env['DATA_DIR'] || './data')
    .option('--activities <file>', 'a module that exports the activities of your own that wrote the logs')
    .hook('preAction', async () => {
      const { activities } = roomreel.opts<{ activities?: string }>()
      if (activities !== undefined) model = await modelWith(activities)
    })
    .exitOverride()
  const folder = (): string => roomreel.opts<{ data: string }>().data

  roomreel
    .command('rooms')
    .description('list the rooms')
    .option('--json', 'a JSON object a line')
    .action(({ json }: { json?: true }) => listRooms(folder(), json === true, model, terminal))

  roomreel
    .command('replay')
    .description('print a room’s log as a timeline; nothing is written')
    .argument('<room>')
    .option('--as <member>', 'as this member saw it: its id, or its name')
    .option('--at <seq>', 'the state at this record, instead of the timeline', whole)
    .addOption(
      new Option('--speed <factor>', 'as it happened, so many times as fast (default: at once)')
        .argParser(positive)
        .conflicts('at'),
    )
    .option('--json', 'a JSON object a line')
    .action((room: string, options: Omit<ReplayOptions, 'data'>) =>
      replay(room, { ...options, data: folder() }, model, terminal),
    )

  roomreel
    .command('verify')
    .description('check hash chain, folding and draws; names the first bad record')
    .argument('[room...]', 'all rooms where none is named')
    .option('--file <file>', 'an exported log instead')
    .action((rooms: ReadonlyArray<string>, { file }: { file?: string }) =>
      file === undefined
        ? verifyRooms(folder(), rooms, model, terminal)
        : verifyFile(file, rooms, model, terminal),
    )

  roomreel
    .command('export')
    .description('write a room’s log as one NDJSON file, without its secrets; it still verifies')
    .argument('<room>')
    .argument('[file]', 'standard output where none is named')
    .option('--with-secrets', 'also what opens sessions, private rooms and draws to come')
    .option('--without-personal', 'also without names, texts and what else people said')
    .action(
      (room: string, file: string | undefined, keeping: { withSecrets?: true; withoutPersonal?: true }) =>
        exportLog(
          folder(),
          room,
          file,
          { secrets: keeping.withSecrets === true, personal: keeping.withoutPersonal !== true },
          model,
          terminal,
        ),
    )

  roomreel
    .command('import')
    .description('read an exported log into a closed room of its name')
    .argument('<file>')
    .action((file: string) => importFile(folder(), file, model, terminal))

  return roomreel
}

const verifyFile = async (
  file: string,
  rooms: ReadonlyArray<string>,
  model: RoomModel,
  { print }: Terminal,
): Promise<void> => {
  if (rooms.length > 0) throw new Failure('a file has one room: name the file, or rooms of the data folder')
  const { header, verified } = await verifiedFile(file, model)
  await print(goodLine(header.room, verified))
}

const epilogue = `
Exits with 0 where all is well, with 1 where a log is not as it was written, with 2 where nothing could be done.
A room whose name begins with - goes behind --: roomreel replay -- -room`

const whole = (text: string): number => {
  const value = Number(text)
  if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It must be a whole number from 1.')
  return value
}

const positive = (text: string): number => {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number over 0.')
  return value
}

const inOneLine = (text: string): string => {
  const line = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s+/g, ' ')
  const hint = line.startsWith('unknown option') ? '; a room whose name begins with - goes behind --' : ''
  return `${line.replace(/\.$/, '')}${hint}; --help tells more`
}

const version = (): string => {
  const file = new URL('../../../package.json', import.meta.url)
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}
