import { describe, expect, test } from '@jest/globals'
import { outageSentence, summaryLines, type Trouble } from '../../src/render/report/summary.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'

const trouble = (name: string, more: Partial<Trouble> = {}): Trouble => ({
  effect: 'Restarting',
  subject: `Deployment shop/${name}`,
  summary: `${name} ends with exit code 1`,
  ...more,
})
const many = Array.from({ length: 30 }, (_, index) =>
  trouble(`web-${index}`, index < 20 ? {} : { effect: 'Warning' }),
)

describe('the lines of a summary', () => {
  test('a single trouble has none: its block says the same', () => {
    expect(summaryLines([trouble('web')], PLAIN, false)).toBe('')
  })

  test('each begins with what it does to users', () => {
    expect(
      summaryLines(
        [trouble('api', { effect: 'Outage' }), trouble('web'), trouble('db', { effect: 'Warning' })],
        PLAIN,
        false,
      ),
    ).toBe(
      [
        '  outage         Deployment shop/api: api ends with exit code 1',
        '  restarting     Deployment shop/web: web ends with exit code 1',
        '  warning        Deployment shop/db: db ends with exit code 1',
      ].join('\n'),
    )
  })

  test('what is the same of several workloads is one line', () => {
    const same = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      trouble(name, { summary: 'image x cannot be pulled' }),
    )
    expect(summaryLines(same, PLAIN, false)).toBe(
      '  restarting     Deployment shop/a, Deployment shop/b and 3 more: image x cannot be pulled',
    )
    expect(summaryLines(same, PLAIN, true)).toContain(
      'shop/c, Deployment shop/d and Deployment shop/e: image',
    )
  })

  test('of many the rest is counted by what it does, and the wide form has them all', () => {
    const lines = summaryLines(many, PLAIN, false).split('\n')
    expect(lines).toHaveLength(10)
    expect(lines.at(-1)).toBe('  21 more: 11 restarting, 10 warning (-o wide lists them)')
    expect(summaryLines(many, PLAIN, true).split('\n')).toHaveLength(30)
  })

  test('a long one is cut at a blank, and stays within the terminal', () => {
    const long = [trouble('a', { summary: 'some words '.repeat(60) }), trouble('b')]
    const [first = ''] = summaryLines(long, PLAIN, false).split('\n')
    expect(first.length).toBeLessThanOrEqual(140)
    expect(first).toMatch(/ (some|words)…$/)
    for (const width of [60, 80, 200]) {
      const lines = summaryLines(long, { ...PLAIN, width }, false).split('\n')
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
    }
  })
})

test('an outage names its Services, of many the first', () => {
  expect(outageSentence([], false)).toBe('')
  expect(outageSentence(['shop/web', 'shop/web'], false)).toBe(
    'Outage: Service shop/web has no ready backend.',
  )
  expect(outageSentence(['b/y', 'a/x'], false)).toBe('Outage: Services a/x and b/y have no ready backend.')
  expect(outageSentence(['a', 'b', 'c', 'd', 'e'], false)).toBe(
    'Outage: Services a, b and 3 more have no ready backend.',
  )
})
