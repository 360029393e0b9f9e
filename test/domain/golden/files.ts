import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { sha256, toHex } from '../../../src/domain/kernel/bytes.js'
import { canonicalJson } from '../../../src/domain/kernel/json.js'

const folder = new URL('../../golden/', import.meta.url)

const linesOf = (values: ReadonlyArray<unknown>): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('')

/** The names of all recorded files of a kind, also of those that no session is known for any more. */
export const goldenNames = (ending: string): ReadonlyArray<string> =>
  readdirSync(folder)
    .flatMap((file) => (file.endsWith(ending) ? [file.slice(0, -ending.length)] : []))
    .sort()

/** Writes a file that is not there yet, and only when asked to: what is recorded is never written again. */
const recordOnce = (file: string, text: () => string): void => {
  const place = new URL(file, folder)
  if (process.env['RECORD_GOLDEN'] === '1' && !existsSync(place)) writeFileSync(place, text())
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

/** SHA-256 over the one text of a value. */
export const digestOf = (value: unknown): string => toHex(sha256(utf8ToBytes(canonicalJson(value))))
