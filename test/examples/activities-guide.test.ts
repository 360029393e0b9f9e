import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const guide = read('docs/activities.md')

const quoted = [...guide.matchAll(/^(From )?`(test\/examples\/\S+)`\n\n```ts\n(.*?)^```$/gms)].map(
  ([, from, path = '', text = '']) => ({ path, isWhole: from === undefined, text }),
)

describe('the guide to activities', () => {
  test('quotes what is compiled and tested', () => {
    for (const { path, isWhole, text } of quoted) {
      if (isWhole) expect([path, text]).toEqual([path, read(path)])
      else expect([path, read(path).includes(text)]).toEqual([path, true])
    }
  })

  test('says of every block of code where it is from', () => {
    expect(quoted).toHaveLength(guide.match(/^```\w+$/gm)?.length ?? 0)
  })

  test('shows every file of the example', () => {
    const files = readdirSync(new URL('test/examples/show-of-hands/', root))
    const shown = new Set(quoted.map(({ path }) => path))
    expect(files.filter((name) => !shown.has(`test/examples/show-of-hands/${name}`))).toEqual([])
  })

  test('shows what needs nothing of the engine but what an application can import', () => {
    for (const { path } of quoted) {
      const imported = [...read(path).matchAll(/ from '(.*)'$/gm)].map(([, name = '']) => name)
      expect(imported.filter((name) => name.startsWith('../') || name.startsWith('#'))).toEqual([])
    }
  })

  test('names files and headings that are there', () => {
    for (const [, path = ''] of guide.matchAll(/`((?:src|test|docs)\/[a-z0-9/.-]+)`/g)) {
      expect([path, existsSync(new URL(path, root))]).toEqual([path, true])
    }
    for (const [, file = '', heading = ''] of guide.matchAll(/\]\(\.\.\/([A-Z]+\.md)#([a-z-]+)\)/g)) {
      const headings = [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        title.toLowerCase().replaceAll(' ', '-'),
      )
      expect(headings).toContain(heading)
    }
  })
})
