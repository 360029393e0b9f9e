import type { Access, Permission } from '../../application/identity/permissions.js'
import { accessLevels } from '../../application/identity/permissions.js'
import type { Protocol } from './define-protocol.js'

/** The table of permissions: every event of these protocols that clients send, by namespace and protocol. */
export const permissionTable = (protocols: ReadonlyArray<Protocol>): ReadonlyArray<Permission> =>
  protocols
    .flatMap(({ name: protocol, namespace, incoming }) =>
      Object.entries(incoming).map(([event, { access, summary }]) => ({
        namespace,
        event,
        protocol,
        access,
        summary,
      })),
    )
    .sort((left, right) => (left.namespace < right.namespace ? -1 : left.namespace > right.namespace ? 1 : 0))

const meanings: Readonly<Record<Access, string>> = {
  anyone: 'every connection that the server accepts',
  member: 'members of the room concerned; others get `not-in-room`',
  user: 'connections with a user id; others get `unauthenticated`',
  staff: 'users with one of the roles `staff`, `admin` and `super_admin`, and emergency access',
  operator: 'users with the role `admin` or `super_admin`, and emergency access',
}

/** The table as a page of the documentation. */
export const permissionPage = (table: ReadonlyArray<Permission>): string =>
  [
    '# Permissions',
    '',
    'Who may send which event. The server decides by this table in every namespace, before it reads the payload. A connection',
    'without a user id that lacks a right gets `unauthenticated`, any other `access-denied`. This page is generated:',
    '`npx roomreel permissions --markdown`.',
    '',
    '| Right | Who has it |',
    '| --- | --- |',
    ...accessLevels.map((access) => `| ${access} | ${meanings[access]} |`),
    ...[...new Set(table.map(({ namespace }) => namespace))].flatMap((namespace) => [
      '',
      `## \`${namespace}\``,
      '',
      '| Event | Right | Protocol | What it does |',
      '| --- | --- | --- | --- |',
      ...table
        .filter((row) => row.namespace === namespace)
        .map(
          ({ event, access, protocol, summary }) => `| \`${event}\` | ${access} | ${protocol} | ${summary} |`,
        ),
    ]),
    '',
  ].join('\n')
