import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { RoomModel } from '../../domain/room/index.js'
import { userRoles } from '../../application/identity/principal.js'
import { systemClock } from '../clock/system-clock.js'
import { builtInModel, roomModel } from '../../plugins.js'
import { Failure, exitCodes, OutputClosed } from './terminal.js'
import { printPermissions } from './permissions.js'
import { addAuditCommands, auditSettingsFrom } from './audit-program.js'
import type { ReplayOptions } from './replay.js'
import { replay } from './replay.js'
import { listRooms } from './data-folder.js'
import type { EraseOptions } from './erase.js'
import { erase } from './erase.js'
import type { Terminal } from './terminal.js'
import { exportLog, importFile } from './transfer.js'
import { addRole, parseLifetime, parseUserText, printToken } from './token.js'
import type { TokenOptions } from './token.js'
import { validLine, verifyLogFile, verifyRooms } from './verify.js'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyActivity } from '../../domain/kernel/activity.js'
import { problemOf } from '../../application/engine/query-store.js'

export interface CliContext {
  readonly terminal: Terminal
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Runs the command and gives the exit code of the process. */
export const runCli = async (args: ReadonlyArray<string>, { terminal, env }: CliContext): Promise<number> => {
  const help: Array<string> = []
  try {
    await program(terminal, env, help).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return await printHelp(error, help, terminal)
    if (error instanceof OutputClosed) return 0
    if (!(error instanceof Failure)) throw error
    terminal.note(error.message)
    return error.exitCode
  }
}

const printHelp = async (
  { exitCode }: CommanderError,
  help: ReadonlyArray<string>,
  { pass }: Terminal,
): Promise<number> => {
  for (const text of help) await pass(text.trimEnd())
  return exitCode === 0 ? 0 : exitCodes.unusable
}

const program = (terminal: Terminal, env: CliContext['env'], help: Array<string>): Command => {
  let model: RoomModel = builtInModel
  const roomreel = new Command('roomreel')
    .description(
      'Reads, replays, checks, moves and erases logs of rooms, and makes tokens. A server must not have the data folder open.',
    )
    .version(version())
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => help.push(text),
      writeErr: (text) => help.push(text),
      outputError: (text) => terminal.note(toOneLine(text)),
    })
    .addHelpText('after', epilogue)
    // An empty variable counts as unset, as for the server.
    .option('--data <folder>', 'the data folder (DATA_DIR)', env['DATA_DIR'] || './data')
    .option('--activities <file>', 'a module that exports activities of the application')
    .hook('preAction', async () => {
      const { activities } = roomreel.opts<{ activities?: string }>()
      if (activities !== undefined) model = await loadModel(activities)
    })
    .exitOverride()
  const folder = (): string => roomreel.opts<{ data: string }>().data
  const settings = auditSettingsFrom(env)
  const auditNode = settings.audit === 'off' ? null : settings.node

  roomreel
    .command('rooms')
    .description('list the rooms')
    .option('--json', 'one JSON object per line')
    .action(({ json }: { json?: true }) => listRooms(folder(), json === true, model, terminal))

  roomreel
    .command('replay')
    .description('print a room’s log as a timeline; nothing is written')
    .argument('<room>')
    .option('--as <member>', 'as this member saw it: its id or its name')
    .option('--at <seq>', 'the state at this record, instead of the timeline', parseSeq)
    .addOption(
      new Option('--speed <factor>', 'in real time, this many times as fast (default: at once)')
        .argParser(parseFactor)
        .conflicts('at'),
    )
    .option('--json', 'one JSON object per line')
    .action((room: string, options: Omit<ReplayOptions, 'data'>) =>
      replay(room, { ...options, data: folder() }, model, terminal),
    )

  roomreel
    .command('verify')
    .description('verify hash chain, folding and draws; names the first corrupt record')
    .argument('[room...]', 'default: all rooms')
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
    .argument('[file]', 'default: standard output')
    .option('--with-secrets', 'with the secrets of sessions, private rooms and future draws')
    .option('--without-personal', 'without names, texts and other personal data')
    .action((room: string, file: string | undefined, parts: { withSecrets?: true; withoutPersonal?: true }) =>
      exportLog(
        folder(),
        room,
        file,
        {
          secrets: parts.withSecrets === true,
          personal: parts.withoutPersonal !== true,
          auditNode,
        },
        model,
        terminal,
      ),
    )

  addAuditCommands(roomreel, { folder, model: () => model, terminal, settings })

  roomreel
    .command('import')
    .description('read an exported log into a closed room of its name')
    .argument('<file>')
    .action((file: string) => importFile(folder(), file, model, terminal))

  roomreel
    .command('permissions')
    .description('print who may send which event')
    .addOption(new Option('--json', 'one JSON object per line').conflicts('markdown'))
    .option('--markdown', 'as the page of the documentation')
    .action(({ json, markdown }: { json?: true; markdown?: true }) =>
      printPermissions(json === true ? 'json' : markdown === true ? 'markdown' : 'table', terminal),
    )

  roomreel
    .command('erase')
    .description('erase the names and texts that the logs hold of a user; the logs still verify')
    .requiredOption('--user <id>', 'its user id', parseUser)
    .option('--names', 'also the records of others that hold one of its names')
    .option('--dry-run', 'list the rooms and count the records; nothing is written')
    .option('--yes', 'do not ask')
    .action((options: Omit<EraseOptions, 'auditNode'>) =>
      erase(folder(), { ...options, auditNode }, model, terminal),
    )

  roomreel
    .command('token')
    .description('print a token for a user, signed with JWT_SECRET')
    .requiredOption('--user <id>', 'the user id', parseUserText)
    .addOption(
      new Option('--role <role>', `${userRoles.join(', ')}; may come several times`)
        .argParser(addRole)
        .default([], 'none'),
    )
    .addOption(
      new Option('--expires <time>', 'like 30s, 15m, 8h, 7d; at most 30d')
        .argParser(parseLifetime)
        .default(parseLifetime('8h'), '8h'),
    )
    .option('--name <name>', 'the name that others see', parseUserText)
    .action((options: TokenOptions) => printToken(options, env, systemClock().now(), terminal))

  return roomreel
}

const verifyFile = async (
  file: string,
  rooms: ReadonlyArray<string>,
  model: RoomModel,
  { print }: Terminal,
): Promise<void> => {
  if (rooms.length > 0) throw new Failure('a file has one room; name either the file or rooms')
  const { header, verified } = await verifyLogFile(file, model)
  await print(validLine(header.room, verified))
}

const epilogue = `
Exit codes: 0 success, 1 a log is corrupt, 2 the command could not run.
Put -- before a room name that starts with -: roomreel replay -- -room`

const parseSeq = (text: string): number => {
  const value = Number(text)
  if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It must be a whole number from 1.')
  return value
}

const parseUser = (text: string): string => {
  if (text === '' || text.length > 200) throw new InvalidArgumentError('It must have 1 to 200 characters.')
  return text
}

const parseFactor = (text: string): number => {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number over 0.')
  return value
}

const toOneLine = (text: string): string => {
  const line = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s+/g, ' ')
  const hint = line.startsWith('unknown option') ? '; put -- before a room name that starts with -' : ''
  return `${line.replace(/\.$/, '')}${hint}; see --help`
}

const version = (): string => {
  const file = new URL('../../../package.json', import.meta.url)
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}

/** The built-in model with the activities that a module exports. Their logs can be read only with them. */
const loadModel = async (file: string): Promise<RoomModel> => {
  const activities = Object.values(await importModule(file)).filter(isActivity)
  if (activities.length === 0) throw new Failure(`${file} exports no activity; name a module that does`)
  try {
    return roomModel({ activities })
  } catch (error) {
    throw new Failure(`${file}: ${problemOf(error)}`)
  }
}

const importModule = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    throw new Failure(`${file} cannot be loaded: ${problemOf(error)}`)
  }
}

/** A module may export other things. The type check can be shallow, because a loaded module is trusted. */
const isActivity = (value: unknown): value is AnyActivity =>
  typeof value === 'object' &&
  value !== null &&
  'clientCommands' in value &&
  'schemas' in value &&
  'name' in value &&
  'redactEvent' in value &&
  typeof value.redactEvent === 'function'
