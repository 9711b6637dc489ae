import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  argvOf,
  commandLine,
  inContainer,
  inNamespace,
  jsonWord,
  nameWord,
  typeAndName,
} from '../../src/model/command/command.ts'
import { isObjectName } from '../../src/model/command/names.ts'
import { commandsIn } from '../fuzz/shell.ts'
import { HOSTILE_TEXTS } from '../fuzz/vocabulary.ts'

/** The shells of this machine: people paste into these. */
const SHELLS = ['sh', 'bash', 'dash', 'zsh'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0)

/** What a stub of kubectl is called with, command by command. */
function argvsIn(shell: string, commands: readonly string[]): readonly (readonly string[])[] {
  const stub = `kubectl() { for word in "$@"; do printf 'word%s\\0' "$word"; done; printf 'end\\0'; }`
  const { stdout, stderr } = spawnSync(shell, { input: [stub, ...commands, ''].join('\n'), encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout
    .split('end\0')
    .slice(0, -1)
    .map((one) =>
      one
        .split('\0')
        .slice(0, -1)
        .map((word) => word.slice('word'.length)),
    )
}

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(...HOSTILE_TEXTS.filter((text) => text.length < 100)),
  fc.string({ unit: fc.constantFrom(...`'"\\$\`!*?~=#&|;<>(){}[]\n %^,-a`), maxLength: 12 }),
)

describe.each(SHELLS)('%s', (shell) => {
  test('takes a command that is printed for exactly the words that are meant', () => {
    const lines = fc
      .sample(fc.array(word, { maxLength: 5 }), { numRuns: 1500, seed: 20261121 })
      .map((words) => ({ words, line: commandLine(['kubectl', ...words]) }))
    const printed = lines.filter(({ line }) => line !== undefined)
    expect(printed.length).toBeGreaterThan(500)
    expect(
      argvsIn(
        shell,
        printed.map(({ line }) => line ?? ''),
      ),
    ).toEqual(printed.map(({ words }) => words))
    // What the fuzzer judges by agrees with the shell.
    for (const { words, line } of printed) expect(commandsIn(line ?? '')).toEqual([['kubectl', ...words]])
  })
})

test('a word with a character that a terminal obeys or hides makes no command', () => {
  for (const text of ['\u001b[2J', 'a\rb', 'a\tb', '\u0000', '\u009b', 'a\u202eb', 'a\u200bb', '\ud800'])
    expect(commandLine(['kubectl', 'exec', 'pod/web', '--', text])).toBeUndefined()
})

test('JSON in a command hides nothing, and is the same when it is parsed', () => {
  const value = { name: 'a\u202e\u009b\u200b\nb' }
  expect(commandLine(['kubectl', '-p', jsonWord(value)])).toBeDefined()
  expect(JSON.parse(jsonWord(value))).toEqual(value)
})

describe('names of objects', () => {
  test.each([
    ['Pod', 'web-1', true],
    ['Pod', 'web.example.com', true],
    ['Pod', 'a'.repeat(253), true],
    ['Pod', 'a'.repeat(254), false],
    ['Pod', '-A', false],
    ['Pod', '--server=http://127.0.0.1:1', false],
    ['Pod', 'Web', false],
    ['Pod', 'web-', false],
    ['Pod', 'web\n', false],
    ['Pod', '', false],
    ['Pod', '<unknown>', false],
    ['Node', 'ip-10-0-0-1.ec2.internal', true],
    ['Namespace', 'a.b', false],
    ['Namespace', 'a'.repeat(64), false],
    ['Service', 'web', true],
    ['Container', 'app', true],
    ['Container', '-c', false],
    ['ClusterRole', 'system:node', true],
    ['Widget', '-w', false],
    ['Widget', 'a/b', false],
  ])('%s %j: %p', (kind, name, expected) => expect(isObjectName(kind, name)).toBe(expected))

  test('are never taken for flags', () => {
    fc.assert(
      fc.property(word, word, word, (name, namespace, container) => {
        const words = [typeAndName('Pod', name), ...inNamespace(namespace), ...inContainer(container)]
        const argv = argvOf(['kubectl', 'logs', ...words, nameWord('Node', name)])
        const own = argv?.filter((one) => one.startsWith('-'))
        expect(own ?? ['-n', '-c']).toEqual(['-n', '-c'])
      }),
      { seed: 20261121 },
    )
  })

  test('a kind that is none makes no command', () => {
    expect(commandLine(['kubectl', 'describe', typeAndName('--server=x', 'web')])).toBeUndefined()
  })
})
