import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { list } from 'tar'
import { archive } from '../../scripts/release/archive.ts'

const work = mkdtempSync(join(tmpdir(), 'archive-test-'))
afterAll(() => rmSync(work, { recursive: true }))

/** The same files, as another day, another umask and another order of writing leave them. */
function folder(name: string, mode: number, day: number): string {
  const path = join(work, name)
  mkdirSync(path)
  for (const file of day % 2 === 0 ? ['program', 'LICENSE'] : ['LICENSE', 'program']) {
    writeFileSync(join(path, file), `the contents of ${file}`)
    chmodSync(join(path, file), file === 'program' ? mode | 0o100 : mode)
    utimesSync(join(path, file), day, day)
  }
  return path
}

test('an archive is the same bytes whenever and wherever it is made, and its program can be started', () => {
  const archives = [folder('a', 0o644, 1), folder('b', 0o664, 86_400)].map((path) => {
    archive(path, ['program', 'LICENSE'], `${path}.tar.gz`)
    return `${path}.tar.gz`
  })
  const [first, second] = archives.map((file) => readFileSync(file))
  expect(first?.equals(second as Buffer)).toBe(true)
  const entries: [string, number | undefined][] = []
  list({
    file: archives[0] as string,
    sync: true,
    onReadEntry: ({ path, mode }) => entries.push([path, mode]),
  })
  expect(entries.map(([path]) => path)).toEqual(['program', 'LICENSE'])
  expect((entries[0]?.[1] ?? 0) & 0o100).toBe(0o100)
})
