import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { jsonError } from '../../src/kube/files/json.ts'
import { parseInput } from '../../src/kube/files/parse-input.ts'
import { UserError } from '../../src/model/errors.ts'
import { ANY_CHARACTER } from '../helpers/characters.ts'

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Texts that are JSON, or nearly so. */
const nearJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.nat(),
    fc.constantFrom('', ',', ':', '"', '}', ']', '{', '[', '\\', 'x', '0', '\n', '\t'),
  )
  .map(([text, at, mark]) => {
    const index = at % (text.length + 1)
    return text.slice(0, index) + mark + text.slice(index + (at % 2))
  })

const documents = (bytes: Buffer) => [...parseInput({ name: 'a.json', bytes })]

describe('JSON', () => {
  test('a mistake is found exactly where JSON.parse finds one', () => {
    fc.assert(
      fc.property(nearJson, (text) => {
        expect(jsonError(text) === undefined).toBe(parses(text))
      }),
      { numRuns: 600 },
    )
  })

  test('cutting a List into its items changes none of them', () => {
    const item = fc.dictionary(fc.string(), fc.jsonValue())
    const list = fc.record({
      kind: fc.string(),
      metadata: item,
      items: fc.array(item),
      after: fc.jsonValue(),
    })
    fc.assert(
      fc.property(list, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const [part, ...more] = documents(Buffer.from(JSON.stringify(value, undefined, indent)))
        if (part === undefined || !('document' in part)) throw new Error('no document')
        const items = [...(part.document.items ?? [])].map((entry) => entry.value)
        expect({ ...(part.document.value as object), items }).toEqual(JSON.parse(JSON.stringify(value)))
        expect(more).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    ['{"items": [1, {"a": 1}, null]}', [1, { a: 1 }, null]],
    ['{"a": {"items": [{}]}, "items": [[{}], {"items": [{}]}]}', [[{}], { items: [{}] }]],
    ['{"items": "no list"}', undefined],
    ['{"x": "items", "y": [{}]}', undefined],
    ['{"items": {"0": {}}}', undefined],
  ])('%s', (text, items) => {
    const [part] = documents(Buffer.from(text))
    const found = part !== undefined && 'document' in part ? part.document.items : undefined
    expect(found && [...found].map((entry) => entry.value)).toEqual(items)
  })
})

test('any text is read or refused with a UserError that names the input', () => {
  const text = fc.oneof(
    nearJson,
    fc.string({ unit: ANY_CHARACTER }),
    fc.string({
      unit: fc.constantFrom(
        '---\n',
        'a: ',
        '- ',
        '\n',
        '  ',
        '{',
        '[',
        '&a ',
        '*a',
        '"',
        '|\n',
        '# ',
        '!!x ',
        '<<: ',
      ),
    }),
  )
  fc.assert(
    fc.property(text, (input) => {
      try {
        for (const part of parseInput({ name: 'input', bytes: Buffer.from(input) }))
          if ('document' in part) [...(part.document.items ?? [])]
      } catch (error) {
        expect(error).toBeInstanceOf(UserError)
        expect((error as UserError).message).toMatch(/^input(:\d+: | is not text)/)
      }
    }),
    { numRuns: 600 },
  )
})
