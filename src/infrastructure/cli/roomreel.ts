#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander'
import { Failure, exitCodes } from './failure.js'
import type { ReplayOptions } from './replay.js'
import { replay } from './replay.js'
import { listRooms } from './rooms.js'
import { exportLog, importFile } from './transfer.js'
import { verifiedFile, verifyRooms } from './verify.js'

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const whole = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1.')
  return value
}

const positive = (text: string): number => {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number over 0.')
  return value
}

const program = new Command('roomreel')
  .description('Reads, replays, checks and moves the logs of rooms. No server may have the data folder open.')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError()
  .option('--data <folder>', 'the data folder (DATA_DIR)', process.env['DATA_DIR'] ?? './data')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitCodes.unusable))

const folder = (): string => program.opts<{ data: string }>().data

program
  .command('rooms')
  .description('list the rooms')
  .option('--json', 'a JSON object a line')
  .action(({ json }: { json?: true }) => listRooms(folder(), json === true, print))

program
  .command('replay')
  .description('print a room’s log as a timeline; nothing is written')
  .argument('<room>')
  .option('--as <member>', 'as this member saw it (its id)')
  .option('--at <seq>', 'the state at this record, instead of the timeline', whole)
  .option('--speed <factor>', 'as it happened, so many times as fast (default: at once)', positive)
  .option('--json', 'a JSON object a line')
  .action((room: string, options: Omit<ReplayOptions, 'data'>) =>
    replay(room, { ...options, data: folder() }, print),
  )

program
  .command('verify')
  .description('check hash chain, folding and draws; names the first bad record, and exits with 1')
  .argument('[room...]', 'all rooms where none is named')
  .option('--file <file>', 'an exported log instead')
  .action(async (rooms: ReadonlyArray<string>, { file }: { file?: string }) => {
    if (file !== undefined) return print((await verifiedFile(file)).line)
    const bad = await verifyRooms(folder(), rooms, print)
    if (bad > 0) process.exitCode = exitCodes.found
  })

program
  .command('export')
  .description('write a room’s log as one NDJSON file, without its secrets; it still verifies')
  .argument('<room>')
  .argument('[file]', 'standard output where none is named')
  .option('--with-secrets', 'also what opens sessions, private rooms and draws to come')
  .option('--without-personal', 'also without names, texts and what else people said')
  .action((room: string, file: string | undefined, options: { withSecrets?: true; withoutPersonal?: true }) =>
    exportLog(folder(), room, file, {
      secrets: options.withSecrets === true,
      personal: options.withoutPersonal !== true,
    }),
  )

program
  .command('import')
  .description('read an exported log into a closed room of its name')
  .argument('<file>')
  .action((file: string) => importFile(folder(), file, print))

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2))

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof Failure)) throw error
  process.stderr.write(`roomreel: ${error.message}\n`)
  process.exitCode = exitCodes.found
}
