import { describe, expect, test } from '@jest/globals'
import { PLAIN, type Style } from '../../src/render/terminal/style.ts'
import { cell, table } from '../../src/render/terminal/table.ts'
import { wrap } from '../../src/render/terminal/wrap.ts'

const narrow = (width: number): Style => ({ ...PLAIN, width })

describe('table', () => {
  const columns = [{ title: 'NAME' }, { title: 'MESSAGE', wraps: true }]

  test('looks like kubectl: no borders, three spaces, no trailing blanks', () => {
    expect(
      table(
        columns,
        [
          ['web', 'connection refused'],
          ['database', 'ok'],
        ],
        PLAIN,
      ),
    ).toBe('NAME       MESSAGE\nweb        connection refused\ndatabase   ok')
  })

  test('wraps the wide column on a narrow terminal and loses no word', () => {
    const message = 'a message that is much too long for the terminal it is printed on'
    const text = table(columns, [['web', message]], narrow(40))
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40)
    expect(
      text
        .split('\n')
        .slice(1)
        .map((line) => line.slice(7).trim())
        .join(' '),
    ).toBe(message)
  })

  test('cuts nothing off where the output is not a terminal', () => {
    expect(table(columns, [['web', 'x'.repeat(500)]], PLAIN)).toContain('x'.repeat(500))
  })

  test('prints no headings when asked', () => {
    expect(table(columns, [['web', 'ok']], PLAIN, { noHeaders: true })).toBe('web   ok')
  })

  test.each([
    [4000, undefined],
    [1000, 40],
  ])('looks the same with %d rows as with few, at width %j', (count, width) => {
    const style = width === undefined ? PLAIN : narrow(width)
    const few = Array.from({ length: 20 }, (_, index) => [
      `web-${index}`,
      index % 7 === 0 ? `probe ${index} failed: connection refused, and again after a while` : 'ok',
    ])
    const lines = table(columns, few, style).split('\n')
    const many = table(columns, Array.from({ length: count / few.length }, () => few).flat(), style)
    expect(many).toBe(
      [lines[0], ...Array.from({ length: count / few.length }, () => lines.slice(1)).flat()].join('\n'),
    )
  })

  test('gives all rows the width of the widest, wherever it is', () => {
    const rows = Array.from({ length: 200 }, (_, index) => [index === 150 ? 'database' : 'web', 'ok'])
    expect(
      new Set(
        table(columns, rows, PLAIN)
          .split('\n')
          .map((line) => line.search(/MESSAGE|ok/)),
      ),
    ).toEqual(new Set([11]))
  })

  describe('on a terminal that is too narrow', () => {
    const names = [{ title: 'NAME', wraps: true }, { title: 'STATE' }]
    const long = 'deployment/payments-reconciliation'

    test('two blanks between columns come before anything else', () => {
      expect(table(names, [[long, 'Failing']], narrow(43))).toBe(
        `NAME                                STATE\n${long}  Failing`,
      )
    })

    test('no word is broken: a row is a block, with what it has to say', () => {
      const rows = [
        [long, 'Failing'],
        ['web', '<none>'],
      ]
      expect(table(names, rows, narrow(42))).toBe(`NAME    ${long}\nSTATE   Failing\n\nNAME    web`)
    })

    test('a word that does not fit beside its title has its own line, and is whole where it fits nowhere', () => {
      expect(table(names, [[long, 'Failing']], narrow(36))).toBe(`NAME\n  ${long}\nSTATE   Failing`)
      expect(table(names, [[long, 'Failing']], narrow(20))).toBe(`NAME\n${long}\nSTATE   Failing`)
    })

    test('no cell is higher than eight lines', () => {
      const words = 'nothing is ready yet '.repeat(14).trim()
      const text = table(columns, [['web', words]], narrow(40))
      expect(text.split('\n')[0]).toMatch(/^NAME {6}web$/)
      expect(text.replace(/\s+/g, ' ')).toBe(`NAME web MESSAGE ${words}`)
      expect(table(columns, [['web', words.slice(0, 200)]], narrow(40))).toMatch(/^NAME {3}MESSAGE\n/)
    })
  })

  test('an absent value is <none>', () => {
    expect(cell(undefined)).toBe('<none>')
  })
})

describe('wrap', () => {
  test('breaks at spaces, indents every line and leaves long words whole', () => {
    expect(wrap('kubectl patch deployment web --type strategic', 20, '  ')).toBe(
      '  kubectl patch\n  deployment web\n  --type strategic',
    )
    expect(wrap('x'.repeat(50), 20)).toBe('x'.repeat(50))
    expect(wrap(`a ${'x'.repeat(19)} b`, 20, '    ')).toBe(`    a\n ${'x'.repeat(19)}\n    b`)
  })
})
