/** The line on which each element of the list of questions starts in a JSON text, in order. */
export const linesOfObjects = (text: string): ReadonlyArray<number> => {
  const lines: Array<number> = []
  const open: Array<string> = []
  let line = 1
  let isInText = false
  let isElement = false
  // The list of questions is at the top level, or in an object at the top level.
  const isList = (): boolean =>
    open.at(-1) === '[' && (open.length === 1 || (open.length === 2 && open[0] === '{'))
  for (let place = 0; place < text.length; place++) {
    const sign = text.charAt(place)
    if (sign === '\n') line++
    if (isInText) {
      if (sign === '\\') place++
      else if (sign === '"') isInText = false
      continue
    }
    if (/\s/.test(sign)) continue
    if (isList() && isElement && sign !== ']') {
      lines.push(line)
      isElement = false
    }
    if (sign === '"') isInText = true
    else if (sign === '[' || sign === '{') {
      open.push(sign)
      if (isList()) isElement = true
    } else if (sign === ']' || sign === '}') open.pop()
    else if (sign === ',' && isList()) isElement = true
  }
  return lines
}

/** The messages of browsers give the place of a syntax error differently: as a line, or as an offset. */
export const lineOfSyntaxError = (text: string, error: unknown): number => {
  const words = error instanceof Error ? error.message : ''
  const line = /line (\d+)/.exec(words)?.[1]
  if (line !== undefined) return Number(line)
  const position = /position (\d+)/.exec(words)?.[1]
  // “Unexpected end” gives neither.
  const end = position === undefined ? text.trimEnd().length : Number(position)
  return text.slice(0, end).split('\n').length
}
