import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { codeBlock, markdownCode, markdownTable, markdownText } from '../../src/render/formats/markdown.ts'

describe('text of a cluster in markdown', () => {
  test('is never markup', () => {
    expect(markdownText('a|b <script> [x](http://evil) *b* `c`')).toBe(
      'a&#124;b &#60;script&#62; \\[x\\](http\\://evil) \\*b\\* \\`c\\`',
    )
    expect(markdownText('- item')).toBe('\\- item')
    expect(markdownText('# title')).toBe('\\# title')
    expect(markdownText('1. item')).toBe('1\\. item')
  })

  test('leaves names readable', () => {
    expect(markdownText('shop/web-7d9f-x2 needs 1 healthy pods')).toBe(
      'shop/web-7d9f-x2 needs 1 healthy pods',
    )
    expect(markdownCode('shop/web_1')).toBe('`shop/web_1`')
  })

  test('stays on one line of one table cell, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (evil) => {
        const tricky = `${evil}|\`\n\\${evil}`
        const table = markdownTable(['A', 'B'], [[markdownText(tricky), markdownCode(tricky)]])
        const [, , row = '', ...more] = table.split('\n')
        expect(more).toEqual([])
        expect(row.split('|')).toHaveLength(4)
        expect(row).not.toMatch(/[<>]/)
      }),
    )
  })

  test('cannot close its code block', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('`', 'x', '\n', '~')), (parts) => {
        const code = parts.join('')
        const lines = codeBlock(code, 'sh').split('\n')
        const fence = lines.at(-1) ?? ''
        expect(lines[0]).toBe(`${fence}sh`)
        expect(lines.slice(1, -1).filter((line) => line.includes(fence))).toEqual([])
      }),
    )
  })
})
