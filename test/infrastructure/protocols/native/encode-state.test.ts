import { test as property } from '@fast-check/vitest'
import { expect } from 'vitest'
import type { Viewer } from '../../../../src/domain/kernel/activity.js'
import { stateWithPlainMembers } from '../../../../src/domain/room/index.js'
import { encodeState } from '../../../../src/infrastructure/protocols/native/encode.js'
import { builtInModel } from '../../../../src/plugins.js'
import { person, played, sessions } from '../../../kit/index.js'

const { redactState } = builtInModel

const viewers: ReadonlyArray<Viewer> = [{ type: 'operator' }, { type: 'member', id: person('ann').memberId }]

property.prop([sessions])(
  'encodeState writes the redacted state, after every record and for every viewer',
  (session) => {
    for (const { after } of played(session).steps()) {
      if (after.phase === 'absent') continue
      for (const viewer of viewers) {
        const redacted: unknown = JSON.parse(
          JSON.stringify(stateWithPlainMembers(redactState(viewer, after))),
        )
        const json = Buffer.concat(encodeState(viewer, after, builtInModel).parts).toString()
        expect(JSON.parse(json)).toEqual(redacted)
      }
    }
  },
)
