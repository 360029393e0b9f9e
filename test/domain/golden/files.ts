import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { sha256, toHex } from '../../../src/domain/kernel/bytes.js'
import { canonicalJson } from '../../../src/domain/kernel/json.js'

const folder = new URL('../../golden/', import.meta.url)

const linesOf = (values: ReadonlyArray<unknown>): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('')

/** The names of all recorded files with an ending, including those whose session was removed. */
export const goldenNames = (ending: string): ReadonlyArray<string> =>
  readdirSync(folder)
    .flatMap((file) => (file.endsWith(ending) ? [file.slice(0, -ending.length)] : []))
    .sort()

/** Writes a missing file if `RECORD_GOLDEN` is set. An existing recording is never overwritten. */
const recordOnce = (file: string, text: () => string): void => {
  const url = new URL(file, folder)
  if (process.env['RECORD_GOLDEN'] === '1' && !existsSync(url)) writeFileSync(url, text())
}

export const golden = (file: string): string => readFileSync(new URL(file, folder), 'utf8')

export const goldenLines = <Line>(file: string, record: () => ReadonlyArray<Line>): ReadonlyArray<Line> => {
  recordOnce(file, () => linesOf(record()))
  return golden(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line))
}

export const goldenValue = <Value>(file: string, record: () => Value): Value => {
  recordOnce(file, () => `${JSON.stringify(record(), null, 2)}\n`)
  return JSON.parse(golden(file))
}

/** SHA-256 over the canonical JSON of a value. */
export const digestOf = (value: unknown): string => toHex(sha256(utf8ToBytes(canonicalJson(value))))
