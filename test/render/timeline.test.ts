import { describe, expect, test } from '@jest/globals'
import { PLAIN, type Style, styleFor } from '../../src/render/terminal/style.ts'
import { type Lane, type TimelineSymbol, timelineText } from '../../src/render/terminal/timeline.ts'

const KILL: TimelineSymbol = { glyph: 'K', ascii: 'K', meaning: 'killed', colour: 'red' }
const START: TimelineSymbol = { glyph: '▲', ascii: 'S', meaning: 'started' }
const RUN: TimelineSymbol = { glyph: '━', ascii: '=', meaning: 'running', colour: 'green' }
const SYMBOLS = [KILL, START, RUN]
const NOW = Date.parse('2026-11-21T12:00:00Z')
const minutesAgo = (minutes: number) => NOW - minutes * 60_000

const lane = (label: string): Lane => ({
  label,
  spans: [{ from: minutesAgo(8), to: minutesAgo(2), symbol: RUN }],
  marks: [
    { at: minutesAgo(8), symbol: START },
    { at: minutesAgo(2), symbol: KILL },
  ],
})
const draw = (lanes: readonly Lane[], style: Style = { ...PLAIN, width: 60 }, from = minutesAgo(10)) =>
  timelineText({ from, to: NOW, lanes, symbols: SYMBOLS }, style)

describe('a time line', () => {
  test('shows lanes under an axis of ages, and what its signs mean', () => {
    expect(draw([lane('web-x')])).toBe(
      [
        '       10m      8m         6m        4m         2m       now',
        '       ┴─────────┴──────────┴─────────┴──────────┴─────────┴',
        'web-x            ▲━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━K',
        'K killed   ▲ started   ━ running',
      ].join('\n'),
    )
  })

  test('is never wider than the terminal, whatever the names', () => {
    for (const width of [60, 80, 133])
      for (const line of draw([lane('checkout-frontend-7d9f8c6b5-x2x4z app')], { ...PLAIN, width }).split(
        '\n',
      ))
        expect(line.length).toBeLessThanOrEqual(width)
  })

  test('keeps the end of a long name, where names of pods differ', () => {
    const text = draw([lane(`${'a'.repeat(60)}-one`), lane(`${'a'.repeat(60)}-two`)])
    expect(text).toMatch(/…a*-one /)
    expect(text).toMatch(/…a*-two /)
  })

  test('needs no more than ASCII on a terminal that has no more', () => {
    expect(draw([lane('web')], { ...PLAIN, ascii: true })).toMatch(/^[ -~\n]*$/)
  })

  test('shows the sign that comes first where two fall into one column', () => {
    const both = { ...lane('web'), marks: [KILL, START].map((symbol) => ({ at: minutesAgo(5), symbol })) }
    expect(draw([both])).toContain('K')
    expect(draw([both])).not.toContain('▲')
  })

  test('leaves out what lies outside of the axis', () => {
    const text = draw([lane('web')], undefined, minutesAgo(1))
    expect(text).not.toContain('K')
    expect(text).not.toContain('━')
  })

  test('escapes names', () => expect(draw([lane('\u001b[31mred')])).not.toContain('\u001b'))
})

describe('drawing with ASCII only', () => {
  const ascii = (environment: Record<string, string>) =>
    styleFor(process.stdout, undefined, environment).ascii ?? false

  test.each([
    [{ LANG: 'C' }, true],
    [{ LANG: 'en_US.UTF-8', TERM: 'dumb' }, true],
    [{ LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'C.utf8', TERM: 'xterm' }, false],
    [{}, false],
  ])('with %j: %j', (environment, expected) => expect(ascii(environment)).toBe(expected))
})
