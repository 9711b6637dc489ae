import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { labelled } from '../../src/render/terminal/labelled.ts'
import { PLAIN, type Style } from '../../src/render/terminal/style.ts'
import { cell, table } from '../../src/render/terminal/table.ts'
import { timelineText } from '../../src/render/terminal/timeline.ts'
import { wrap } from '../../src/render/terminal/wrap.ts'

const narrow = (width: number): Style => ({ ...PLAIN, width })
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => stringWidth(line)))

/** One or two columns wide, of one or several code units, some of them younger than the tables of old terminals. */
const CHARACTERS = [
  'a',
  '-',
  '日',
  '한',
  'é',
  'e\u0301',
  'ｱﾞ',
  '𠮷',
  '👩‍👩‍👧',
  '🇩🇪',
  '✔️',
  '🫠',
  '…',
  'ไ',
  'क्षि',
]
const words = fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 30 })
const sentences = fc.array(words, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(' '))

describe('a table with wide characters', () => {
  const columns = [{ title: 'NAME' }, { title: 'MESSAGE', wraps: true }, { title: 'LAST' }]

  test('has its columns where those of other rows are', () =>
    expect(
      table(
        columns,
        [
          ['web', 'connection refused', '5s'],
          ['ウェブ', '接続が拒否されました', '7s'],
          ['🚀👩‍👩‍👧', 'e\u0301te\u0301 🫠', '9s'],
        ],
        PLAIN,
      ),
    ).toBe(
      [
        'NAME     MESSAGE                LAST',
        'web      connection refused     5s',
        'ウェブ   接続が拒否されました   7s',
        '🚀👩‍👩‍👧     e\u0301te\u0301 🫠                 9s',
      ].join('\n'),
    ))

  test('breaks a text without spaces at the width of the terminal', () =>
    expect(table(columns, [['web', '接続が拒否されましたので再試行します', '5s']], narrow(30))).toBe(
      [
        'NAME   MESSAGE            LAST',
        'web    接続が拒否されま   5s',
        '       したので再試行し',
        '       ます',
      ].join('\n'),
    ))

  test('is aligned, fits and loses nothing, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(words, sentences), { minLength: 1, maxLength: 5 }), (rows) => {
        const text = table(
          columns,
          rows.map(([name, message]) => [cell(name), cell(message), '|']),
          narrow(80),
        )
        const [head = '', ...lines] = text.split('\n')
        expect(widest(text)).toBeLessThanOrEqual(80)
        const ends = lines.filter((line) => line.endsWith('|')).map((line) => stringWidth(line) - 1)
        expect(ends).toEqual(rows.map(() => head.indexOf('LAST')))
        const letters = (all: string) => [...all.normalize().replace(/[\s|]/g, '')].sort()
        expect(letters(lines.join(''))).toEqual(letters(rows.flat().join('')))
      }),
    )
  })

  test('keeps the colour of a wide cell', () => {
    const red = '\u001b[31m失敗\u001b[39m'
    expect(table(columns, [[red, 'x', '5s']], PLAIN)).toBe(`NAME   MESSAGE   LAST\n${red}   x         5s`)
  })
})

describe('wrapped text with wide characters', () => {
  test('counts what a terminal shows', () =>
    expect(wrap('警告 警告 警告 ok', 10, '  ')).toBe('  警告\n  警告\n  警告 ok'))

  test('breaks text in a script without spaces where the line ends', () =>
    expect(labelled('why', ['接続が拒否されました'], narrow(20))).toEqual([
      '  why     接続が拒否\n          されました',
    ]))

  test('fits the terminal where no word is too long for it', () => {
    fc.assert(
      fc.property(sentences, (text) => {
        const lines = labelled('why', [text], narrow(80)).join('\n')
        expect(widest(lines)).toBeLessThanOrEqual(80)
        expect(lines.slice(10).split(/\s+/).join(' ').normalize()).toBe(text.normalize())
      }),
    )
  })
})

describe('a time line with wide characters', () => {
  const symbol = { glyph: '━', ascii: '=', meaning: 'running' }
  const lane = (label: string) => ({ label, spans: [{ from: 0, to: 60_000, symbol }], marks: [] })
  const lines = (labels: readonly string[], width = 60) =>
    timelineText({ from: 0, to: 60_000, lanes: labels.map(lane), symbols: [symbol] }, narrow(width)).split(
      '\n',
    )

  test('begins every lane in the same column', () => {
    const [, ruler = '', ...lanes] = lines(['web', 'ウェブ', '👩‍👩‍👧'])
    for (const one of lanes.slice(0, 3))
      expect(stringWidth(one.slice(0, one.indexOf('━')))).toBe(ruler.search(/\S/))
  })

  test('is never wider than the terminal, and keeps both ends of a long name', () => {
    fc.assert(
      fc.property(words, (label) => {
        const [first = '', second = ''] = lines([`頭${label.repeat(3)}尾`, 'web'], 48).slice(2)
        expect(stringWidth(first)).toBeLessThanOrEqual(48)
        expect(stringWidth(first)).toBe(stringWidth(second))
        expect(first).toMatch(/^頭.*尾 /u)
      }),
    )
  })
})
