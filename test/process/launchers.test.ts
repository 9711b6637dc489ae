import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import packageJson from '../../package.json' with { type: 'json' }
import { folderWith } from '../helpers/folder.ts'

const BIN = join(import.meta.dirname, '..', '..', 'bin')
const NAMES = Object.keys(packageJson.bin)
const plugins = NAMES.filter((name) => name.startsWith('kubectl-'))
const completions = NAMES.filter((name) => name.startsWith('kubectl_complete-'))

const run = (file: string, args: readonly string[], path = process.env['PATH']) =>
  spawnSync(file, args, { encoding: 'utf8', env: { PATH: path } })

describe('the files of a clone that kubectl finds on PATH', () => {
  test('have the names of those of the npm package', () => {
    expect(readdirSync(BIN).filter((name) => name !== 'launch.sh')).toEqual([...NAMES].sort())
  })

  test.each(plugins)('%s runs the source, also by a link to a link', (name) => {
    const folder = folderWith()
    symlinkSync(join(BIN, name), join(folder, 'link'))
    symlinkSync('link', join(folder, name))
    const { status, stdout, stderr } = run(join(folder, name), ['--version'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe(`kubectl-rollout-safety ${packageJson.version} (node ${process.version})\n`)
  })

  test.each(completions)('%s completes', (name) => {
    const { status, stdout } = run(join(BIN, name), ['--kubeco'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^--kubeconfig\t/)
  })
})

describe('without the Node of npm ci', () => {
  /** A launcher of a clone that was not installed, on a PATH with what it needs and with these programs. */
  function uninstalled(programs: Readonly<Record<string, string>>) {
    const path = folderWith(programs)
    for (const tool of ['sh', 'dirname', 'readlink']) {
      const { stdout } = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' })
      symlinkSync(stdout.trim(), join(path, tool))
    }
    const clone = folderWith()
    cpSync(BIN, join(clone, 'bin'), { recursive: true })
    return { path, file: join(clone, 'bin', 'kubectl-drain_plan') }
  }

  test('and without another it says what is missing', () => {
    const { path, file } = uninstalled({})
    const { status, stderr } = run(file, [], path)
    expect(stderr).toBe(
      'error: kubectl drain-plan needs Node.js 22.19 or newer, and there is no node on PATH\n',
    )
    expect(status).toBe(2)
  })

  test('one that is too old is refused', () => {
    const { path, file } = uninstalled({ node: '#!/bin/sh\n[ "$1" = --version ] && echo v20.1.0; exit 1' })
    const { status, stderr } = run(file, [], path)
    expect(stderr).toBe(
      `error: kubectl drain-plan needs Node.js 22.19 or newer, but ${join(path, 'node')} is v20.1.0\n`,
    )
    expect(status).toBe(2)
  })

  test('one on PATH that can run the source is used', () => {
    const { path, file } = uninstalled({ node: '#!/bin/sh\n[ "$1" = -e ] || echo "$@"' })
    const { status, stdout } = run(file, ['worker-1'], path)
    expect(stdout).toMatch(/\/src\/main\.ts drain-plan worker-1\n$/)
    expect(status).toBe(0)
  })
})
