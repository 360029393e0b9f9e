import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const contributing = read('CONTRIBUTING.md')

interface Quoted {
  readonly path: string
  readonly isWhole: boolean
  readonly text: string
}

const quoted: ReadonlyArray<Quoted> = [
  ...contributing.matchAll(/^(From )?`(test\/examples\/\S+)`\n\n```ts\n(.*?)^```$/gms),
].map(([, from, path = '', text = '']) => ({ path, isWhole: from === undefined, text }))

test('what CONTRIBUTING quotes is what is compiled and tested', () => {
  for (const { path, isWhole, text } of quoted) {
    const file = read(path)
    if (isWhole) expect([path, text]).toEqual([path, file])
    else expect([path, file.includes(text)]).toEqual([path, true])
  }
})

test('every block of code in CONTRIBUTING says where it is from', () => {
  expect(quoted).toHaveLength(contributing.match(/^```ts$/gm)?.length ?? 0)
})

test('CONTRIBUTING shows every file of the example', () => {
  const files = readdirSync(new URL('test/examples/applause/', root)).map(
    (name) => `test/examples/applause/${name}`,
  )
  expect(files.filter((path) => !quoted.some((quote) => quote.path === path))).toEqual([])
})

test('the files that CONTRIBUTING names are there', () => {
  const named = [...contributing.matchAll(/(?:`|\]\()((?:src|test|docs)\/[a-z0-9/.-]+|[A-Z]+\.md)[`)]/g)]
  for (const [, path = ''] of named) expect([path, existsSync(new URL(path, root))]).toEqual([path, true])
})
