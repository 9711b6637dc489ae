import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, jest, test } from '@jest/globals'
import { apiServer } from '../helpers/apiserver.ts'
import { folderWith } from '../helpers/folder.ts'
import { PLUGINS, plugin } from '../helpers/plugin.ts'

jest.setTimeout(30_000)

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'shop')

describe('a plugin as a process', () => {
  test('ends quietly when the reader of its output goes away', () => {
    const line = `"${join(PLUGINS, 'kubectl-probe_check')}" -f "${EXAMPLE}" -o json | head -c 20`
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' })
    expect(stdout).toHaveLength(20)
    expect(stderr).toBe('')
  })

  test('writes all of a long report into a pipe', async () => {
    const { stdout } = await plugin('explain_events', ['-f', EXAMPLE, '--all', '-o', 'json'])
    expect((JSON.parse(stdout) as { kind: string }).kind).toBe('EventReport')
    expect(stdout.length).toBeGreaterThan(1 << 16)
  })

  test('ends on Ctrl-C while it waits for the server, with the code that shells expect', async () => {
    let asked = () => {}
    const waiting = new Promise<void>((resolve) => {
      asked = resolve
    })
    const { url } = await apiServer(() => {
      asked()
      return new Promise(() => {})
    })
    const { code, stdout, stderr } = await plugin('probe_check', [`--server=${url}`], {
      meanwhile: (child) => void waiting.then(() => child.kill('SIGINT')),
    })
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: '' })
  })

  test('does not take settings from the folder that it is called in', async () => {
    const cwd = folderWith({
      '.env': 'KUBECONFIG=/planted\nDEBUG=1\n',
      'bunfig.toml': 'preload = ["./planted.ts"]\n',
      'planted.ts': 'console.log("planted")\n',
    })
    const { stdout, stderr } = await plugin('probe_check', [], { cwd })
    expect(stdout).toBe('')
    expect(stderr).toContain('No kubeconfig was found')
  })
})
