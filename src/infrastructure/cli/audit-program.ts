import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { userRoles } from '../../application/identity/principal.js'
import type { RoomModel } from '../../domain/room/index.js'
import { nodeNameOf } from '../config/node-name.js'
import type { AuditFilters, AuditOutput } from './audit.js'
import { exportAudit, printAudit, printAuditHead } from './audit.js'
import type { AuditVerifyOptions } from './audit-verify.js'
import { verifyAudit } from './audit-verify.js'
import type { Terminal } from './terminal.js'

/** The settings of the audit trail, as the server reads them. */
export interface AuditSettings {
  readonly audit: 'on' | 'off'
  readonly retentionMs: number
  readonly node: string
}

const dayMs = 24 * 60 * 60 * 1_000
const defaultRetentionDays = 2_192

export const auditSettingsFrom = (env: Readonly<Record<string, string | undefined>>): AuditSettings => ({
  audit: env['AUDIT'] === 'off' ? 'off' : 'on',
  retentionMs: (Number(env['AUDIT_RETENTION_DAYS']) || defaultRetentionDays) * dayMs,
  node: nodeNameOf(env['NODE_ID']),
})

export interface AuditCommandContext {
  readonly folder: () => string
  readonly model: () => RoomModel
  readonly terminal: Terminal
  readonly settings: AuditSettings
}

/** `roomreel audit` and its commands. */
export const addAuditCommands = (
  roomreel: Command,
  { folder, model, terminal, settings }: AuditCommandContext,
): void => {
  const audit = roomreel.command('audit').description('show who did what; --json and --csv for programs')
  withFilters(audit).action((options: AuditFilters & AuditOutput) =>
    printAudit(folder(), options, options, model(), terminal),
  )
  audit
    .command('head')
    .description('print the signed end of the trail as one line of JSON, to be kept elsewhere')
    .action(() => printAuditHead(folder(), settings.node, model(), terminal))
  audit
    .command('verify')
    .description('verify the hash chain; names the first altered, missing or swapped record')
    .option('--head <file>', 'signed heads that were kept elsewhere, one on each line')
    .option('--public-key <key>', 'the public key that must have signed them')
    .action((options: Omit<AuditVerifyOptions, 'retentionMs'>) =>
      verifyAudit(folder(), { ...options, retentionMs: settings.retentionMs }, model(), terminal),
    )
  withFilters(audit.command('export').description('write the records to a new file, as NDJSON or with --csv'))
    .argument('<file>')
    .action((file: string, own: AuditFilters & AuditOutput, command: Command) => {
      const options = { ...own, ...command.optsWithGlobals<AuditFilters & AuditOutput>() }
      return exportAudit(folder(), file, options, options, model(), terminal)
    })
}

const withFilters = (command: Command): Command =>
  command
    .option('--user <id>', 'of this user')
    .addOption(new Option('--role <role>', 'of users with this role').choices(userRoles))
    .option('--room <room>', 'in this room')
    .option('--action <text>', 'whose action contains this text, such as startRandom')
    .addOption(new Option('--outcome <outcome>', 'with this outcome').choices(['accepted', 'refused']))
    .option('--since <time>', 'from this ISO 8601 time on', parseTime)
    .option('--until <time>', 'before this ISO 8601 time', parseTime)
    .addOption(new Option('--json', 'one JSON object per line').conflicts('csv'))
    .option('--csv', 'for spreadsheets')

const parseTime = (text: string): number => {
  const time = Date.parse(text)
  if (!/^\d{4}-\d{2}/.test(text) || Number.isNaN(time)) {
    throw new InvalidArgumentError('It must be a time such as 2026-12-01 or 2026-12-01T08:00:00Z.')
  }
  return time
}
