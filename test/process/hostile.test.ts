import { spawn, spawnSync } from 'node:child_process'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { folderWith } from '../helpers/folder.ts'
import { ENVIRONMENT, PLUGINS, plugin, ROOT } from '../helpers/plugin.ts'

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

/** Runs a plugin with its standard output and standard error on these files. */
function withOutput(
  args: readonly string[],
  stdout: string,
  stderr: string,
): Promise<{ code: number | null; stderr: string }> {
  const [name = '', ...rest] = args
  const child = spawn(join(PLUGINS, `kubectl-${name}`), rest, {
    env: ENVIRONMENT,
    stdio: ['ignore', openSync(stdout, 'w'), stderr === 'pipe' ? 'pipe' : openSync(stderr, 'w')],
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr: said })))
}

test('an input that unpacks to more than 1 GiB is refused', async () => {
  const part = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20), { level: 1 })
  const folder = folderWith({ 'bomb.json.gz': Buffer.concat(Array.from({ length: 17 }, () => part)) })
  const { code, stderr } = await plugin('probe_check', ['-f', join(folder, 'bomb.json.gz')])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^error: .*bomb\.json\.gz holds more than 1 GiB\n/),
  })
}, 120_000)

const full = existsSync('/dev/full') ? describe : describe.skip

full('where nothing more can be written', () => {
  const SHOP = ['-f', join(ROOT, 'examples', 'shop')]
  const DRAIN = ['drain_plan', 'c2000-n1', '-f', join(ROOT, 'test', 'corpus', 'drains', '2000')]

  test.each([
    ...['json', 'yaml', 'wide', 'name', 'patch', 'sarif'].map((format) => [
      'probe_check',
      ...SHOP,
      '-o',
      format,
    ]),
    ...['json', 'markdown'].map((format) => ['explain_events', ...SHOP, '-o', format]),
    ...['json', 'runbook', 'markdown'].map((format) => [...DRAIN, '-o', format]),
    ['probe_check', '--help'],
    ['probe_check', '--version'],
    ['probe_check', '--explain', 'port-closed'],
  ])(
    '%s %s %s %s %s %s ends with 2 and a sentence',
    async (...args) => {
      const { code, stderr } = await withOutput(args, '/dev/full', 'pipe')
      expect(code).toBe(2)
      expect(stderr).toContain('error: the report could not be written: no space left on the device\n')
      expect(stderr).not.toMatch(/^\s+at /m)
    },
    60_000,
  )

  test('the exit code is 2 also where nobody can be told', async () => {
    // What was not read could not be said.
    expect((await withOutput(DRAIN, '/dev/null', '/dev/full')).code).toBe(2)
    expect((await withOutput(['probe_check', ...SHOP], '/dev/full', '/dev/full')).code).toBe(2)
    expect((await withOutput(['probe_check', '-f', '/nonexistent'], '/dev/null', '/dev/full')).code).toBe(2)
  }, 60_000)
})

test('a reader that goes away early is told nothing', async () => {
  const items = Array.from({ length: 2000 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `web-${index}`, namespace: 'shop' },
    spec: { containers: [{ name: 'app', image: 'a', livenessProbe: { tcpSocket: { port: 80 } } }] },
  }))
  const folder = folderWith({ 'pods.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) })
  const script = `"${join(PLUGINS, 'kubectl-probe_check')}" -A -f "${folder}" -o json | head -c 1; echo " \${PIPESTATUS[0]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { env: ENVIRONMENT, encoding: 'utf8' })
  expect({ stdout, stderr }).toEqual({ stdout: '{ 2\n', stderr: '' })
}, 60_000)

test('a pipe that a shell makes is read (-f <(helm template .))', () => {
  const folder = folderWith({ 'pods.json': recording('failures', 'wrong-port') })
  const script = `"${join(PLUGINS, 'kubectl-probe_check')}" -A -o name -f <(cat "${folder}/pods.json")`
  const { stdout, status } = spawnSync('bash', ['-c', script], { env: ENVIRONMENT, encoding: 'utf8' })
  expect({ stdout, status }).toEqual({ stdout: 'pod/web\n', status: 1 })
}, 60_000)

test('a folder that can not be made is named (--save)', async () => {
  const folder = folderWith({ file: '' })
  const { code, stderr } = await plugin('probe_check', [
    '-f',
    join(ROOT, 'examples', 'shop'),
    '--save',
    join(folder, 'file', 'x'),
  ])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^error: the folder .*file.x could not be made: ENOTDIR\n/),
  })
  if (!existsSync('/proc/self')) return
  const proc = await plugin('probe_check', ['-f', join(ROOT, 'examples', 'shop'), '--save', '/proc/x'])
  expect(proc.stderr).toMatch(/^error: the folder \/proc\/x could not be made: \w+\n/)
}, 60_000)
