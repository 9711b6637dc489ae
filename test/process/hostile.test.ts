import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { folderWith } from '../helpers/folder.ts'
import { plugin, ROOT } from '../helpers/plugin.ts'

const recording = (kind: 'failures' | 'drains', name: string): string =>
  readFileSync(join(ROOT, 'test', 'corpus', kind, name, 'snapshot.json'), 'utf8')

/** Calls of kubectl that a script makes, with a stub in its place. */
function callsOf(script: string): readonly (readonly string[])[] {
  const stub = `kubectl() { for word in "$@"; do printf 'word%s\\0' "$word"; done; printf 'end\\0'; }; sleep() { :; }`
  const { stdout } = spawnSync('bash', { input: `${stub}\n${script}`, encoding: 'utf8' })
  return stdout
    .split('end\0')
    .slice(0, -1)
    .map((one) => one.split('\0').flatMap((word) => (word.startsWith('word') ? [word.slice(4)] : [])))
}

describe('printed commands', () => {
  test('a runbook and a ticket repeat the flags as they were typed', async () => {
    const folder = folderWith({ 'snapshot.json': recording('drains', '2000') })
    const typed = ['--ignore-daemonsets', '--force=true', '--delete-emptydir-data', '--timeout', '45s']
    const context = `it's "my" $(touch pwned) cluster`
    const args = ['c2000-n1', '-f', folder, ...typed, '--context', context]
    const { stdout } = await plugin('drain_plan', [...args, '-o', 'runbook'])
    const drain = callsOf(stdout).find((words) => words.includes('drain') && words.includes('c2000-n1'))
    const flags = ['--ignore-daemonsets', '--force', '--delete-emptydir-data', '--timeout=45s']
    expect(drain).toEqual([`--context=${context}`, 'drain', 'c2000-n1', ...flags])
    const ticket = await plugin('drain_plan', [...args, '-o', 'markdown'])
    expect(ticket.stdout).toContain(`\`kubectl drain c2000-n1 ${flags.join(' ')}\``)
  }, 60_000)

  test.each([
    '--server=http://127.0.0.1:1',
    '-A',
    '$(touch pwned)',
    "'; touch pwned; '",
    'a\u202eb',
    'x\ntouch pwned',
  ])(
    'no command names a pod %j, and nothing of it runs',
    async (name) => {
      const text = JSON.stringify(JSON.parse(recording('failures', 'wrong-port')), (_, value: unknown) =>
        value === 'web' || value === 'app' ? name : value,
      )
      const folder = folderWith({ 'snapshot.json': text })
      for (const [command, format] of [
        ['probe_check', 'json'],
        ['explain_events', 'json'],
        ['probe_check', 'patch'],
      ] as const) {
        const { code, stdout, stderr } = await plugin(command, ['-f', folder, '-A', '-o', format])
        expect({ code, stderr }).toEqual({ code: 1, stderr: format === 'patch' ? expect.any(String) : '' })
        const commands = [...stdout.matchAll(/"command": (".*")/g)].map(
          ([, one = '']) => JSON.parse(one) as string,
        )
        const calls = callsOf(format === 'patch' ? stdout : commands.join('\n'))
        expect(calls.flat().filter((word) => word.includes(name) && !word.startsWith('{'))).toEqual([])
      }
    },
    60_000,
  )
})
