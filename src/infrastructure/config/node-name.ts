import { hostname } from 'node:os'

/** `NODE_ID`, or the host name and the process id. */
export const nodeNameOf = (nodeId: string | null | undefined): string =>
  nodeId === null || nodeId === undefined || nodeId === '' ? `${hostname()}-${process.pid}` : nodeId
