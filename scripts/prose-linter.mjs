import pattern from '@textlint-rule/textlint-rule-pattern'
import { TextlintKernel } from '@textlint/kernel'
import markdown from '@textlint/textlint-plugin-markdown'
import { parseSync, Visitor } from 'oxc-parser'
import { words } from './prose-words.mjs'

/**
 * @typedef {{ path: string, line: number, message: string }} Violation
 * @typedef {import('oxc-parser').Node} Node
 */

const kernel = new TextlintKernel()

const options = {
  ext: '.md',
  plugins: [{ pluginId: 'markdown', plugin: /** @type {any} */ (markdown).default ?? markdown }],
  rules: [
    {
      ruleId: 'pattern',
      rule: /** @type {any} */ (pattern).default ?? pattern,
      options: {
        // A phrase may go on in the next line.
        patterns: words.map(({ finds, instead }) => ({
          pattern: String(finds).replaceAll(' ', '\\s+'),
          message: instead,
        })),
      },
    },
  ],
}

/**
 * Finds the words of `prose-words.mjs` in Markdown, and in the comments and test names of a source file.
 * Code is not prose: string literals, identifiers, code blocks and text between backticks are ignored.
 *
 * @param {string} path decides by its ending what the text is
 * @param {string} text
 * @returns {Promise<ReadonlyArray<Violation>>} in the order of their lines
 */
export async function violationsIn(path, text) {
  const prose = path.endsWith('.md') ? text : proseOf(path, text)
  const { messages } = await kernel.lintText(prose, { ...options, filePath: path })
  return messages.map(({ message, range, loc }) => ({
    path,
    line: loc.start.line,
    message: `“${prose.slice(...range).replaceAll(/\s+/g, ' ')}”: ${message}`,
  }))
}

/**
 * The comments and test names of a source file as Markdown, each on the line on which it is in the source.
 *
 * @param {string} path
 * @param {string} source
 */
function proseOf(path, source) {
  const parsed = parseSync(path, source)
  if (parsed.errors[0] !== undefined) throw new Error(`${path}: ${parsed.errors[0].message}`)
  // Reading `program` transfers the whole syntax tree, which takes longer than the rest.
  const names = /\b(test|it|describe|promise)\b/.test(source) ? testNamesIn(parsed.program) : []
  const texts = [...parsed.comments.map(commentText), ...names].toSorted((a, b) => a.start - b.start)
  /** @type {Array<string>} */
  const lines = []
  let line = 0
  let at = 0
  for (const { start, text } of texts) {
    line += source.slice(at, start).split('\n').length - 1
    at = start
    for (const [index, part] of text.split('\n').entries()) {
      const before = lines[line + index]
      // A full stop between two texts of one line: a sentence of the first does not go on in the second.
      lines[line + index] = before === undefined ? part : `${before}. ${part}`
    }
  }
  return Array.from(lines, (text) => text ?? '').join('\n')
}

/** @param {import('oxc-parser').Comment} comment */
function commentText({ start, value }) {
  // The star that begins a line of a block comment would be a list item in Markdown, indented text would be code.
  return { start, text: value.replaceAll(/^[ \t]*\*?[ \t]*/gm, '') }
}

/**
 * The names in `test('…')`, `describe('…')` and `it('…')`, also behind `.each(…)` and its like, and those of the
 * contract suites, which are the `promise` of a case.
 *
 * @param {import('oxc-parser').Program} program
 */
function testNamesIn(program) {
  /** @type {Array<{ start: number, text: string }>} */
  const names = []
  new Visitor({
    CallExpression({ callee, arguments: [name] }) {
      if (name !== undefined && /^(test|it|describe)$/.test(rootName(callee))) names.push(...stringsIn(name))
    },
    Property({ key, value }) {
      if (key.type === 'Identifier' && key.name === 'promise') names.push(...stringsIn(value))
    },
  }).visit(program)
  return names
}

/**
 * `test` of `test.skipIf(…)`.
 *
 * @param {Node} callee
 * @returns {string}
 */
function rootName(callee) {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'MemberExpression') return rootName(callee.object)
  if (callee.type === 'CallExpression') return rootName(callee.callee)
  if (callee.type === 'TaggedTemplateExpression') return rootName(callee.tag)
  return ''
}

/**
 * @param {Node} node
 * @returns {ReadonlyArray<{ start: number, text: string }>}
 */
function stringsIn(node) {
  if (node.type === 'Literal' && typeof node.value === 'string')
    return [{ start: node.start, text: node.value }]
  if (node.type !== 'TemplateLiteral') return []
  return [{ start: node.start, text: node.quasis.map(({ value }) => value.cooked).join('…') }]
}
