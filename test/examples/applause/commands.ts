import { z } from 'zod'
import { payloadDecoder } from '../../../src/domain/kernel/payload-decoder.js'
import type { PayloadDecoder } from '../../../src/domain/kernel/payload-decoder.js'

export interface Begin {
  readonly type: 'begin'
}

export interface Clap {
  readonly type: 'clap'
}

/** Sent by the room's timer. From a client it changes nothing before it is due. */
export interface End {
  readonly type: 'end'
}

export type ApplauseCommand = Begin | Clap | End

const empty = z.object({})

export const clientCommands: Readonly<Record<string, PayloadDecoder<ApplauseCommand>>> = {
  begin: payloadDecoder(empty.transform(() => ({ type: 'begin' }) as const)),
  clap: payloadDecoder(empty.transform(() => ({ type: 'clap' }) as const)),
}
