import { expect, test } from '@jest/globals'
import { complete } from '../../src/commands/complete.ts'
import { plugin } from '../helpers/plugin.ts'

const helpAt = async (name: string, columns: number) =>
  (await plugin(name, ['--help'], { env: { OCLIF_COLUMNS: `${columns}` } })).stdout

const words = (text: string) => text.split(/\s+/)

test.each(['probe_check', 'drain_plan', 'explain_events'])(
  'the help of %s breaks no word at any width',
  async (name) => {
    const [narrow, medium, wide] = await Promise.all([40, 60, 160].map((columns) => helpAt(name, columns)))
    expect(words(narrow ?? '')).toEqual(words(wide ?? ''))
    expect(words(medium ?? '')).toEqual(words(wide ?? ''))
    expect(medium).not.toContain('FLAG DESCRIPTIONS')
    // Examples are lines to copy, and stay whole.
    const texts = (medium ?? '').split('\n').filter((line) => !/^ {2}(#|.*kubectl)/.test(line))
    expect(texts.filter((line) => line.length > 60)).toEqual([])
  },
)

/** What completion prints for this command line, with nothing but files to ask. */
const completed = (...argv: string[]) =>
  new Promise<readonly string[]>((resolve) => {
    const running = {
      env: {},
      exit: () => {},
      stdout: { write: (text: string) => resolve(text.split('\n').slice(0, -2)) },
    } as unknown as NodeJS.Process
    void complete(argv[0] ?? '', argv.slice(1), running)
  })

test('completion knows what the files of -f hold', async () => {
  const files = ['-f', 'examples/shop']
  expect(await completed('drain-plan', ...files, 'node-')).toEqual(['node-1', 'node-2', 'node-3', 'node-4'])
  expect(await completed('probe-check', ...files, 'svc/')).toEqual(['svc/storefront', 'svc/web'])
  expect(await completed('probe-check', ...files, '-n', '')).toEqual(['shop'])
  expect(await completed('drain-plan', ...files, '--by', 'kubernetes.io/h')).toEqual([
    'kubernetes.io/hostname',
  ])
  expect(await completed('probe-check', '-f', 'no/such/file', 'svc/')).toEqual([])
})
