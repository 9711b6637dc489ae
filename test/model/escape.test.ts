import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { yamlText } from '../../src/commands/shared/yaml.ts'
import { escapeJson, escapeText, withoutControls } from '../../src/model/text/escape.ts'
import { startProgress } from '../../src/progress.ts'
import { ANY_CHARACTER } from '../helpers/characters.ts'

const HIDING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\p{Bidi_Control}\p{Cs}]/u
const IGNORED = /\p{Default_Ignorable_Code_Point}/u
/** Of any characters, with those that hide far more often than by chance. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: ANY_CHARACTER, maxLength: 4 }),
      fc.constantFrom(
        ...'\u200b\u2060\u00ad\u061c\ufeff\u{e0041}\u{e0100}\ufe0f\u200d\u202e\u009b\u007f\u3164',
      ),
      fc.constantFrom('\ud800', 'web', '👩‍👩‍👧', '\t', '\n', '\r'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

describe('escapeText', () => {
  test('no text from a cluster can move the cursor, hide, change colours or reorder a line', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const shown = escapeText(text)
        expect(shown).not.toMatch(HIDING)
        expect(shown.replace(/\p{RGI_Emoji}/gv, '')).not.toMatch(IGNORED)
        expect(escapeText(shown)).toBe(shown)
      }),
      { seed: 20261121 },
    )
  })

  test.each([
    ['\u001b[2Jgone\r', '\\x1b[2Jgone\\x0d'],
    ['a\u202eb', 'a\\u202eb'],
    ['web\u200b', 'web\\u200b'],
    ['we\u2060b\u00ad\u061c', 'we\\u2060b\\xad\\u061c'],
    ['web\u{e0041}\u{e0100}', 'web\\u{e0041}\\u{e0100}'],
    ['x\ufe0f', 'x\\ufe0f'],
    ['half \ud83d', 'half \\ud83d'],
    ['fine 👩‍👩‍👧‍👦 ✔️ 1️⃣ é 中', 'fine 👩‍👩‍👧‍👦 ✔️ 1️⃣ é 中'],
  ])('%j', (text, shown) => expect(escapeText(text)).toBe(shown))

  test('line feeds stay only where several lines are meant', () => {
    expect(escapeText('a\nb')).toBe('a\\nb')
    expect(escapeText('a\nb', false)).toBe('a\nb')
  })
})

describe('data for programs', () => {
  test('JSON and YAML hide nothing, and say the same when they are parsed', () => {
    fc.assert(
      fc.property(texts, texts, (key, value) => {
        // The key __proto__ is one that the test's own parser can't hold.
        const data = { [`k${key}`]: [value, { deep: value }] }
        const json = escapeJson(JSON.stringify(data, null, 4))
        const yaml = yamlText(data)
        expect(JSON.parse(json)).toEqual(data)
        expect(parse(yaml)).toEqual(data)
        for (const text of [json, yaml]) {
          expect(text.replaceAll('\t', '')).not.toMatch(HIDING)
          expect(text.replace(/\p{RGI_Emoji}/gv, '')).not.toMatch(IGNORED)
        }
      }),
      { seed: 20261121 },
    )
  })
})

test('the spinner shows no character of the cluster that a terminal obeys', async () => {
  const { isTTY, columns, write, cursorTo, clearLine, moveCursor } = process.stderr
  const { CI, TERM } = process.env
  const written: string[] = []
  const still = () => true
  const terminal = { isTTY: true, columns: 80, cursorTo: still, clearLine: still, moveCursor: still }
  Object.assign(process.stderr, terminal)
  process.stderr.write = ((text: string) => written.push(text)) as unknown as typeof process.stderr.write
  // Nobody watches a spinner turn in CI, nor on a terminal that can't move its cursor: it would be one line of text.
  delete process.env['CI']
  process.env['TERM'] = 'xterm'
  try {
    const progress = await startProgress('first \u009b31m')
    progress.update('pods of \u001b]0;gone\u0007shop\u202e')
    await new Promise((resolve) => setTimeout(resolve, 300))
    progress.stop()
  } finally {
    process.stderr.write = write
    Object.assign(process.stderr, { isTTY, columns, cursorTo, clearLine, moveCursor })
    for (const [name, value] of Object.entries({ CI, TERM })) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  const shown = written.join('')
  expect(shown).toContain('\\x1b]0;gone\\x07shop\\u202e')
  expect(shown).not.toMatch(/[\u009b\u0007\u202e]/)
})

test('the bell of a program is no part of what it says', () => {
  expect(withoutControls('\x07mysqladmin: \x1b[31mfailed\tat\n无法')).toBe('mysqladmin: [31mfailed\tat\n无法')
})
