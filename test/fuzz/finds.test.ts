import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ROOT } from '../helpers/npm-package.ts'

const FINDS = join(import.meta.dirname, 'finds')

test('what the fuzzer once found is mended, and stays so', () => {
  const script = join(ROOT, 'scripts', 'fuzz.ts')
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, '--replay', FINDS],
    { encoding: 'utf8' },
  )
  const finds = readdirSync(FINDS).filter((name) => name.endsWith('.json'))
  expect(stderr).toBe('')
  expect(stdout.trimEnd().split('\n')).toEqual(finds.sort().map((name) => `ok ${name}`))
}, 120_000)
