import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { makeWorld, type Slot, type World } from './world.ts'

/** Ctrl-C on a terminal, at any time: the cursor is there again, and the shell gets the code that it expects. */

let world: World
beforeAll(async () => {
  world = await makeWorld('interrupt')
}, 120_000)
afterAll(() => world?.close())

interface Interrupted {
  readonly code: number
  readonly text: string
}

/** Runs a plugin on a terminal of its own and presses Ctrl-C after some milliseconds; again where it has not yet begun. */
function interrupted(argv: readonly string[], milliseconds: number): Promise<Interrupted> {
  const [plugin = '', ...args] = argv
  const installed = process.env['PLUGINS']
  const program =
    installed === undefined
      ? [process.execPath, '--disable-warning=ExperimentalWarning', 'src/main.ts', plugin]
      : [join(installed, `kubectl-${plugin.replaceAll('-', '_')}`)]
  // `stty` gives the terminal a size; without one there is no spinner.
  const line = `stty cols 100 rows 30; exec ${[...program, ...args].join(' ')}`
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      TERM: 'xterm',
      SHELL: '/bin/sh',
      KUBECONFIG: world.slots[0]?.kubeconfig,
    },
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.stdin.on('error', () => {})
    const presses = [milliseconds, ...[5000, 10_000, 15_000].map((later) => milliseconds + later)].map(
      (time) => setTimeout(() => child.stdin.write('\u0003'), time),
    )
    const kill = setTimeout(() => child.kill('SIGKILL'), milliseconds + 25_000)
    child.on('close', (code) => {
      for (const timer of [...presses, kill]) clearTimeout(timer)
      resolve({ code: code ?? -1, text })
    })
  })
}

const TIMES = [0, 50, 100, 200, 300, 400, 600, 800, 1200, 2000]

test.each([
  ['drain-plan', 'never answers'],
  ['probe-check', 'never answers'],
  ['explain-events', 'never answers'],
  ['probe-check', 'answers'],
  ['drain-plan', 'watch'],
  ['probe-check', 'watch'],
  ['explain-events', 'watch'],
] as const)(
  '%s, when the server %s',
  async (plugin, mode) => {
    const { proxy } = world.slots[0] as Slot
    if (mode === 'never answers') proxy.misbehave({ answer: () => {} })
    const command = world.commands.find((one) => one.plugin === plugin)
    const argv = (command?.argv ?? []).slice(0, -4)
    const wrong: string[] = []
    for (const time of TIMES) {
      const watch = mode === 'watch' ? ['--watch', '--watch-interval=1s'] : []
      const { code, text } = await interrupted([...argv, ...watch], time)
      const hidden = text.lastIndexOf('\u001b[?25l')
      if (hidden >= 0 && text.indexOf('\u001b[?25h', hidden) < 0) wrong.push(`${time} ms: hides the cursor`)
      if (text.lastIndexOf('\u001b[?1049h') > text.lastIndexOf('\u001b[?1049l'))
        wrong.push(`${time} ms: leaves the other screen on`)
      if (/\n\s+at .*:\d+:\d+|mistake in kubectl/.test(text)) wrong.push(`${time} ms: ${text}`)
      // 1: it was done before. A watch ends with the code of its last report.
      if (![130, 1, ...(mode === 'watch' ? [0] : [])].includes(code))
        wrong.push(`${time} ms: exit code ${code}: ${text}`)
    }
    proxy.misbehave(undefined)
    expect(wrong).toEqual([])
  },
  200_000,
)
