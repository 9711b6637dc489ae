import { dirname } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { files, sourceOf } from './sources.ts'

const MOST_LINES = 300
const MOST_FILES = 15

describe('sizes', () => {
  test('no file is too long to read in one go', () => {
    const long = files
      .map((file) => ({ file, lines: sourceOf(file).trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > MOST_LINES)
      .map(({ file, lines }) => `src/${file} has ${lines} lines: split it by theme`)
    expect(long).toEqual([])
  })

  test('no folder has more files than one can look over', () => {
    const counts = new Map<string, number>()
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
    const full = [...counts]
      .filter(([, count]) => count > MOST_FILES)
      .map(([folder, count]) => `src/${folder} has ${count} files: give a part of them a folder and a name`)
    expect(full).toEqual([])
  })
})
