import { BaseSequencer } from 'vitest/node'

/** The files that take longest, in this order: one that starts last would keep one worker busy and the others idle. */
const longest = [
  'test/e2e/page/quiz.test.ts',
  'test/e2e/server-kill-draw.test.ts',
  'test/e2e/page/meet.test.ts',
  'test/e2e/page/meet-interrupted.test.ts',
  'test/e2e/page/connect-four.test.ts',
  'test/e2e/page/draw-together.test.ts',
  'test/e2e/page/quiz-looks.test.ts',
  'test/e2e/page/draw-interrupted.test.ts',
  'test/e2e/page/quiz-accessibility.test.ts',
  'test/infrastructure/storage/lmdb/crash.test.ts',
  'test/infrastructure/connections/slow-readers.test.ts',
  'test/contract/activity.test.ts',
]

/** Eleven pages with video use all cores, so this file runs when the others have ended. */
const last = 'test/e2e/page/meet-ten.test.ts'

/** Starts the longest files first; the others in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  /**
   * @override
   * @param {Parameters<BaseSequencer['sort']>[0]} files
   */
  async sort(files) {
    const sorted = await super.sort(files)
    const rank = (/** @type {{ moduleId: string }} */ { moduleId }) => {
      if (moduleId.endsWith(last)) return longest.length + 1
      const place = longest.findIndex((file) => moduleId.endsWith(file))
      return place === -1 ? longest.length : place
    }
    return sorted.toSorted((left, right) => rank(left) - rank(right))
  }
}
