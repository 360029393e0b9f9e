import { builtInProtocols } from '../../plugins.js'
import { withAuth } from '../protocols/auth/index.js'
import { permissionPage, permissionTable } from '../protocols/permission-table.js'
import type { Terminal } from './terminal.js'

export type PermissionFormat = 'table' | 'json' | 'markdown'

/** Prints who may send which event to this server. */
export const printPermissions = async (
  format: PermissionFormat,
  { pass, print }: Terminal,
): Promise<void> => {
  const table = permissionTable(withAuth(builtInProtocols))
  switch (format) {
    case 'markdown':
      return pass(permissionPage(table).trimEnd())
    case 'json':
      for (const row of table) await print(JSON.stringify(row))
      return
    case 'table': {
      const width = Math.max(...table.map(({ event }) => event.length))
      for (const { namespace, event, access } of table)
        await print(`${namespace.padEnd(16)}${event.padEnd(width + 2)}${access}`)
    }
  }
}
