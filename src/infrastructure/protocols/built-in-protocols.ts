import type { Type } from '@nestjs/common'
import type { Encoder } from '../../application/ports/encoder.js'
import type { RoomModel } from '../../domain/room/index.js'
import { connectFourEncoder } from './connect-four/encode.js'
import { ConnectFourGateway } from './connect-four/gateway.js'
import { connectFourVocabulary } from './connect-four/messages.js'
import { meshEncoder } from './mesh/encode.js'
import { MeshGateway } from './mesh/gateway.js'
import { meshVocabulary } from './mesh/messages.js'
import { nativeEncoder } from './native/encode.js'
import { NativeGateway } from './native/gateway.js'
import { nativeVocabulary } from './native/messages.js'
import { partyEncoder } from './party/encode.js'
import { PartyGateway } from './party/gateway.js'
import { partyVocabulary } from './party/messages.js'
import { pickerEncoder } from './picker/encode.js'
import { PickerGateway } from './picker/gateway.js'
import { pickerVocabulary } from './picker/messages.js'
import type { Vocabulary } from './protocol-messages.js'

/** One vocabulary: its messages, how it tells of what happened, and who speaks it. */
export interface ServedDialect {
  readonly vocabulary: Vocabulary
  readonly encoder: (model: RoomModel) => Encoder
  readonly gateway: Type
}

/** All that there are. A new vocabulary is its folder and a line here. */
export const everyDialect: ReadonlyArray<ServedDialect> = [
  { vocabulary: pickerVocabulary, encoder: () => pickerEncoder, gateway: PickerGateway },
  { vocabulary: meshVocabulary, encoder: () => meshEncoder, gateway: MeshGateway },
  { vocabulary: partyVocabulary, encoder: partyEncoder, gateway: PartyGateway },
  { vocabulary: connectFourVocabulary, encoder: () => connectFourEncoder, gateway: ConnectFourGateway },
  { vocabulary: nativeVocabulary, encoder: nativeEncoder, gateway: NativeGateway },
]
