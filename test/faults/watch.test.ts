import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { eventually } from '../cluster/harness/processes.ts'
import { LIST_FAULTS } from './faults.ts'
import type { Fault } from './kinds/fault.ts'
import { makeWorld, pathOf, type Slot, type World } from './world.ts'

/** A watch that goes on while a list is spoilt, and after it: it says so, and takes nothing for gone. */

let world: World
const running: ChildProcess[] = []
beforeAll(async () => {
  world = await makeWorld('watch')
}, 120_000)
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  world?.close()
})

/** One of each kind of trouble; all of them are tried on single reports. */
const NAMES = [
  'stops in the middle and keeps the connection',
  'cut by the length it gave',
  'cut where nothing tells the length',
  'reset before the head',
  '429',
  '500',
  '401',
  '403',
  '404',
  '410',
  'a login page',
  '{}',
  'null',
  'a refusal with status 200',
  'a list without items',
  'items without names',
  'a list of another kind',
  'calls itself compressed and is not',
  'no HTTP',
]
const FAULTS: readonly Fault[] = NAMES.map((name) => {
  const found = LIST_FAULTS.find((fault) => fault.name.replace(/ content-type.*/, '') === name)
  if (found === undefined) throw new Error(`there is no fault "${name}"`)
  return found
})

const CASES = [
  ['drain-plan', 'pods'],
  ['probe-check', 'pods'],
  ['explain-events', 'events'],
] as const

interface Watched {
  /** What was wrong during or after a fault. */
  readonly wrong: readonly string[]
  readonly first: string
  /** After Ctrl-C. */
  readonly code: number
}

/** Watches through all faults, one after the other. */
async function watched([plugin, resource]: (typeof CASES)[number], index: number): Promise<Watched> {
  const { proxy, kubeconfig } = world.slots[index] as Slot
  const held = world.commands[0]?.argv.find((word) => word.endsWith('-held')) ?? ''
  const scope = plugin === 'drain-plan' ? [held] : ['-n', world.namespace]
  const program = process.env['PLUGINS']
  const name = `kubectl-${plugin.replaceAll('-', '_')}`
  const args = [...scope, '--watch', '--watch-interval=1s', '--request-timeout=2s']
  const [file, argv] =
    program === undefined
      ? [process.execPath, ['--disable-warning=ExperimentalWarning', 'src/main.ts', plugin, ...args]]
      : [join(program, name), args]
  const child = spawn(file, argv, {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      NO_COLOR: '1',
      KUBECONFIG: kubeconfig,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let [stdout, stderr, code] = ['', '', undefined as number | undefined]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.on('close', (status) => {
    code = status ?? -1
  })
  const looks = () => proxy.asked().filter((one) => pathOf(resource).test(one)).length
  const look = async (count: number) => {
    const from = looks()
    await eventually(
      `${count} looks`,
      () => (code !== undefined || looks() >= from + count ? true : undefined),
      60,
    )
  }
  await eventually('the first lines', () => (stdout !== '' || code !== undefined ? true : undefined), 60)
  await look(2)
  const first = stdout
  const wrong: string[] = []
  for (const fault of FAULTS) {
    const [out, err] = [stdout.length, stderr.length]
    proxy.misbehave(fault, pathOf(resource))
    await look(2)
    // The second look has been answered when the third begins, or some requests have been tried again.
    await look(1)
    const during = { out: stdout.slice(out), err: stderr.slice(err) }
    proxy.misbehave(undefined)
    await look(3)
    const after = stdout.slice(out)
    if (code !== undefined) wrong.push(`${fault.name}: ended with ${code}: ${stderr.slice(err)}`)
    if (during.out === '' && during.err === '') wrong.push(`${fault.name}: says nothing`)
    if (/resolved|recovered|is gone|drained|complete/i.test(after)) wrong.push(`${fault.name}: ${after}`)
    if (/\n\s+at |mistake in kubectl/.test(stderr)) wrong.push(`${fault.name}: ${stderr}`)
    if (code !== undefined) break
  }
  child.kill('SIGINT')
  return { wrong, first, code: await eventually('the end after Ctrl-C', () => code, 30) }
}

// Most of the time they wait, so they run together.
test('all three commands, when one of their lists is spoilt for some looks', async () => {
  const all = await Promise.all(CASES.map(watched))
  expect(all.map(({ wrong }) => wrong)).toEqual([[], [], []])
  expect(all.every(({ first }) => first !== '')).toBe(true)
  // docs/reference/commands.md#watching
  expect(all.map(({ code }) => code)).toEqual([0, 1, 1])
}, 400_000)
