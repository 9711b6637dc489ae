/**
 * JSON by byte positions: a recording can be longer than the longest string, so a list is cut into its items first
 * and every item is parsed on its own. That also gives each item a line.
 */

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [BRACE, BRACE_END, BRACKET, BRACKET_END] = [0x7b, 0x7d, 0x5b, 0x5d]

/** Half-open range of bytes. */
export type Span = readonly [start: number, end: number]

interface JsonSpan {
  readonly span: Span
  /** The objects directly in the top-level `items`, if there is such a list. */
  readonly items?: readonly Span[]
}

/**
 * The JSON object or list that begins at `start`, by counting braces outside of texts. Undefined where it never
 * ends. Whether it is valid shows only when its parts are parsed.
 */
export function jsonSpan(bytes: Buffer, start: number): JsonSpan | undefined {
  const items: [number, number][] = []
  let depth = 0
  let [keyStart, keyEnd] = [0, 0]
  let [sawItems, inItems, itemStart] = [false, false, 0]
  for (let index = start; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === QUOTE) {
      const opening = index
      for (index++; index < bytes.length && bytes[index] !== QUOTE; index++)
        if (bytes[index] === BACKSLASH) index++
      if (depth === 1) [keyStart, keyEnd] = [opening + 1, index]
    } else if (byte === COMMA && depth === 1) {
      keyEnd = keyStart
    } else if (byte === BRACE || byte === BRACKET) {
      if (depth === 1 && byte === BRACKET && bytes.toString('latin1', keyStart, keyEnd) === 'items')
        [sawItems, inItems] = [true, true]
      else if (depth === 2 && inItems) itemStart = byte === BRACE ? index : -1
      depth++
    } else if (byte === BRACE_END || byte === BRACKET_END) {
      depth--
      if (depth === 2 && inItems && itemStart >= 0) items.push([itemStart, index + 1])
      else if (depth === 1) inItems = false
      else if (depth <= 0) return { span: [start, index + 1], ...(sawItems ? { items } : {}) }
    }
  }
  return undefined
}

/** The text of a document with `0` in the place of each of its items. */
export function skeletonText(bytes: Buffer, { span: [start, end], items = [] }: JsonSpan): string {
  const parts: string[] = []
  let at = start
  for (const [from, to] of items) {
    parts.push(bytes.toString('utf8', at, from))
    at = to
  }
  parts.push(bytes.toString('utf8', at, end))
  return parts.join('0')
}

const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![A-Za-z0-9_]))/y

/** Where a text stops being JSON, and what was expected there; undefined for one whole valid value. */
export function jsonError(text: string): { readonly offset: number; readonly reason: string } | undefined {
  const open: ('{' | '[')[] = []
  let expected: 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'end' = 'value'
  let at = 0
  const fail = () => {
    const offset = at + (/^[ \t\r\n]*/.exec(text.slice(at, at + 1000))?.[0].length ?? 0)
    if (/^"(?:[^"\\]|\\.)*$/s.test(text.slice(offset)))
      return { offset, reason: 'the text ends within a string' }
    const found = text[offset] === undefined ? 'the end of the text' : JSON.stringify(text[offset])
    return { offset, reason: `expected ${describeExpected(expected, open.at(-1))}, found ${found}` }
  }
  for (;;) {
    if (expected === 'end' && open.length === 0) return /\S/.test(text.slice(at)) ? fail() : undefined
    TOKEN.lastIndex = at
    const token = TOKEN.exec(text)
    if (token === null) return fail()
    const [, mark, string] = token
    const before = expected
    if (expected === 'colon') {
      if (mark !== ':') return fail()
      expected = 'value'
    } else if (expected === 'end') {
      if (mark === ',') expected = open.at(-1) === '{' ? 'key' : 'value'
      else if (mark === (open.at(-1) === '{' ? '}' : ']')) open.pop()
      else return fail()
    } else if (expected === 'key' || expected === 'first key') {
      if (string !== undefined) expected = 'colon'
      else if (mark === '}' && before === 'first key') {
        open.pop()
        expected = 'end'
      } else return fail()
    } else if (mark === '{' || mark === '[') {
      open.push(mark)
      expected = mark === '{' ? 'first key' : 'first value'
    } else if (mark === undefined) expected = 'end'
    else if (mark === ']' && before === 'first value') {
      open.pop()
      expected = 'end'
    } else return fail()
    at = TOKEN.lastIndex
  }
}

function describeExpected(expected: string, inside: '{' | '[' | undefined): string {
  if (expected.endsWith('key')) return 'a key in double quotes'
  if (expected.endsWith('value')) return 'a value'
  if (expected === 'colon') return '":"'
  return inside === undefined ? 'the end of the text' : `"," or "${inside === '{' ? '}' : ']'}"`
}
