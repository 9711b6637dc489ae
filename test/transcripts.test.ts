import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { examplesOf, refreshed, run } from './helpers/transcript.ts'

const ROOT = join(import.meta.dirname, '..')
const UPDATE = process.env['UPDATE_TRANSCRIPTS'] === '1'
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
  ...readdirSync(join(ROOT, 'test', 'transcripts')).map((name) => `test/transcripts/${name}`),
]

// What the pages show is what the commands print. After a change that is meant: UPDATE_TRANSCRIPTS=1 npm test -- transcripts
describe.each(PAGES)('%s', (page) => {
  const path = join(ROOT, page)
  const examples = examplesOf(readFileSync(path, 'utf8'))
  if (UPDATE) writeFileSync(path, refreshed(readFileSync(path, 'utf8')))
  if (examples.length === 0) test('has no example to run', () => expect(examples).toEqual([]))
  else
    test.each(examples)('$ $command', (example) => {
      if (!UPDATE) expect(run(example)).toBe(example.output)
    })
})
