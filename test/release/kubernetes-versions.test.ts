import { describe, expect, test } from '@jest/globals'
import { chooseKubernetes, takeKubernetes, UsageError, VERSIONS } from '../cluster/harness/versions.ts'

const NOON = new Date('2026-11-21T12:00:00Z')
const oldest = VERSIONS[0]?.release
const newest = VERSIONS.at(-1)?.release

describe('the Kubernetes that the control-plane tests run against', () => {
  test('there are at least four, each a release of the version that its folder names', () => {
    expect(VERSIONS.length).toBeGreaterThanOrEqual(4)
    for (const { minor, release } of VERSIONS) expect(release).toMatch(new RegExp(`^v${minor}\\.\\d+$`))
    expect(VERSIONS.map(({ minor }) => Number(minor.slice(2)))).toEqual(
      VERSIONS.map(({ minor }) => Number(minor.slice(2))).sort((a, b) => a - b),
    )
  })

  test('is the newest unless another is asked for', () => {
    expect(chooseKubernetes(undefined, NOON).version.release).toBe(newest)
    for (const version of VERSIONS) expect(chooseKubernetes(version.minor, NOON).version).toBe(version)
  })

  test('by date is the newest and the oldest in turn, for a whole day of UTC, and says which', () => {
    const on = (time: string) => chooseKubernetes('by-date', new Date(time))
    const [first, second] = [on('2026-11-21T00:00:00Z'), on('2026-11-22T00:00:00Z')]
    expect([first, second].map(({ version }) => version.release).sort()).toEqual([oldest, newest].sort())
    expect(on('2026-11-21T23:59:59Z')).toEqual(first)
    expect(on('2026-11-23T08:00:00Z').version).toBe(first.version)
    // A run in each week has both in turn, too.
    expect(on('2026-11-28T00:00:00Z').version).toBe(second.version)
    for (const { version, sentence } of [first, second]) {
      expect(sentence).toContain(version.release)
      expect(sentence).toContain('by date')
      expect(sentence).toContain(version.release === oldest ? 'oldest' : 'newest')
    }
  })

  test.each(['1.12', 'newest', 'v1.36.3', ''])('anything else (%j) is a sentence with the list', (asked) => {
    expect(() => chooseKubernetes(asked, NOON)).toThrow(UsageError)
    expect(() => chooseKubernetes(asked, NOON)).toThrow(
      `takes ${VERSIONS.map(({ minor }) => minor).join(', ')} or by-date`,
    )
  })

  test.each([[['--kubernetes', '1.33', 'drain.test']], [['drain.test', '--kubernetes=1.33']]])(
    'the flag is taken out of %j, and the others are passed on',
    (args) => {
      const { version, others } = takeKubernetes(args, NOON)
      expect(version.minor).toBe('1.33')
      expect(others).toEqual(['drain.test'])
    },
  )

  test('without the flag all arguments are passed on', () => {
    expect(takeKubernetes(['-t', 'P06'], NOON)).toMatchObject({ others: ['-t', 'P06'] })
    expect(() => takeKubernetes(['--kubernetes'], NOON)).toThrow(UsageError)
  })
})
