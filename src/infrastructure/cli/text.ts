/**
 * Control characters, and those that turn the direction of writing round. As JSON writes them, so that what is JSON
 * stays the same JSON: what somebody called himself must not steer the screen of whoever reads it.
 */
export const withoutSteering = (line: string): string =>
  line.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** What a terminal gives two columns: the scripts of East Asia, full-width forms, pictures. */
const wide =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u

const columnsOf = (grapheme: string): number => (wide.test(grapheme) ? 2 : 1)

/** Letters of Europe and the signs that we set ourselves: a column each, and never two that are one to the eye. */
const plain = /^[\u0020-\u007e\u00a0-\u02ff\u2013\u2026]*$/

/** The text in so many columns: what is longer ends in `…`, and nothing is cut through that is one sign to the eye. */
export const cutTo = (columns: number, text: string): string => {
  if (plain.test(text)) return text.length > columns ? `${text.slice(0, columns - 1)}…` : text
  let used = 0
  let kept = ''
  let fits = ''
  for (const { segment } of graphemes.segment(text)) {
    used += columnsOf(segment)
    if (used > columns) return `${fits}…`
    kept += segment
    if (used < columns) fits = kept
  }
  return text
}

/** The text in exactly so many columns. */
export const columnOf = (columns: number, text: string): string => {
  const cut = cutTo(columns, text)
  if (plain.test(cut)) return cut.padEnd(columns)
  let used = 0
  for (const { segment } of graphemes.segment(cut)) used += columnsOf(segment)
  return cut + ' '.repeat(Math.max(0, columns - used))
}
