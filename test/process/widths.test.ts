import { describe, expect, jest, test } from '@jest/globals'
import stringWidth from 'string-width'
import { saveSnapshot } from '../../src/kube/recording/save.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { NOW, node, override, snapshotOf } from '../helpers/builders.ts'
import { folderWith } from '../helpers/folder.ts'
import { plugin, ROOT } from '../helpers/plugin.ts'
import { httpProbe, unhealthy, unready } from '../helpers/probes.ts'
import { onTerminal } from '../helpers/pty.ts'

jest.setTimeout(60_000)

const WIDTHS = [60, 80, 120, 200]

/** Names as long as they may be, a word that is wider than most terminals, and a script without blanks. */
function longNames(): string {
  const folder = folderWith()
  const name = `payments-${'reconciliation-'.repeat(3)}worker`
  const nodeName = `ip-10-0-0-1.${'eu-central-1.compute.'.repeat(3)}internal`
  const pod = (suffix: string) =>
    override(
      unready({
        image: `registry.example.com/${'team/'.repeat(20)}app:1.0`,
        readinessProbe: httpProbe({ path: `/${'health/'.repeat(25)}ready` }),
        livenessProbe: {
          exec: { command: ['sh', '-c', `check --token-file=/run/${'x'.repeat(40)} --deep`] },
        },
      }),
      { metadata: { name: `${name}-${suffix}`, uid: suffix, labels: { app: name } }, spec: { nodeName } },
    )
  const said = (suffix: string, words: string) =>
    override(unhealthy(words), {
      metadata: { name: `${suffix}-${words.length}` },
      involvedObject: { name: `${name}-${suffix}`, uid: suffix },
    })
  const objects = [
    ...['a', 'b'].flatMap((suffix) => [
      pod(suffix),
      said(suffix, `Readiness probe failed: HTTP probe failed with statuscode: 503`),
      said(
        suffix,
        `Liveness probe failed: 无法连接数据库，请检查连接池是否已经耗尽。${'无法连接。'.repeat(20)}`,
      ),
    ]),
    override(node(), { metadata: { name: nodeName, uid: 'n1' } }),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { namespace: 'shop', name: `${name}-budget`, generation: 1 },
      ...{
        spec: { minAvailable: 2, selector: { matchLabels: { app: name } } },
        status: {
          observedGeneration: 1,
          currentHealthy: 0,
          desiredHealthy: 2,
          expectedPods: 2,
          disruptionsAllowed: 0,
        },
      },
    } as KubeObject,
  ]
  saveSnapshot(folder, snapshotOf(objects, { serverVersion: 'v1.36.3' }))
  return folder
}

const LONG = longNames()
const SHOP = 'examples/shop'
const POOL = 'test/corpus/drains/1075/snapshot.json'
const CALLS: readonly (readonly [string, ...string[]])[] = [
  ['probe_check', '-f', SHOP],
  ['probe_check', '-f', SHOP, '-o', 'wide'],
  ['probe_check', 'deploy/orders', '-f', SHOP],
  ['probe_check', '-R', '-f', 'test/fixtures/repositories/kustomize'],
  ['probe_check', '-f', LONG, `--now=${NOW}`],
  ['probe_check', '-f', LONG, `--now=${NOW}`, '-o', 'wide'],
  ['explain_events', '-f', SHOP, '--no-timeline'],
  ['explain_events', '-f', SHOP, '--no-timeline', '--all', '-o', 'wide'],
  ['explain_events', '-f', LONG, '--no-timeline', `--now=${NOW}`],
  ['drain_plan', 'node-2', '-f', SHOP],
  ['drain_plan', 'node-1', 'node-2', '-f', SHOP, '-o', 'wide'],
  ['drain_plan', '--all-nodes', '-f', SHOP],
  ['drain_plan', 'c1075-n0', 'c1075-n1', 'c1075-n2', '-f', POOL, '--ignore-daemonsets'],
  ['drain_plan', 'c1075-n0', 'c1075-n1', '-f', POOL, '-o', 'wide', '--force'],
  ['drain_plan', '--all-nodes', '-f', POOL],
  ['drain_plan', '--all-nodes', '-f', LONG, `--now=${NOW}`],
]

/** They are printed whole, so that they can be copied: a terminal breaks them, and gives them back as one line. */
const isCommand = (line: string): boolean => /^\s*(?:undo: )?kubectl [a-z]/.test(line)
/** A name that is wider than the terminal stands alone in its line. */
const isOneWord = (line: string): boolean => !/\s/.test(line.trim())

const DRAWN = /[─┴━░▒█×▲╍│]/
const SPACELESS = /\p{Script=Han}/u
/** Drawings have another scale at each width, and what is cut ends with dots. */
const isOfTheWidth = (word: string): boolean =>
  DRAWN.test(word) || SPACELESS.test(word) || /…|^\d+[smh]\d*s?$|^now$/.test(word)

const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '')

/** The lines of the highest row of a table: those below its first begin with blanks. */
function highestRow(lines: readonly string[]): number {
  let [highest, height, inTable] = [0, 0, false]
  for (const line of lines) {
    if (/^[A-Z]+(?: [A-Z]+)?(?: {2,}[A-Z]+(?: [A-Z]+)?)+$/.test(line)) [inTable, height] = [true, 0]
    else if (line === '') inTable = false
    else if (inTable) height = line.startsWith(' ') ? height + 1 : 1
    if (inTable) highest = Math.max(highest, height)
  }
  return highest
}

describe('on a real terminal', () => {
  describe.each(CALLS.map((call) => [call.join(' ').replace(LONG, 'LONG'), call] as const))(
    '%s',
    (_, [name, ...words]) => {
      test('nothing is wider than it, and no word is broken', async () => {
        const piped = await plugin(name, words, { cwd: ROOT })
        // On a terminal the lines of a summary may be longer.
        const wide = await plugin(name, [...words, '-o', 'wide'], { cwd: ROOT })
        const whole = new Set(
          wordsOf(
            [piped.stdout, piped.stderr, wide.stdout, 'Not shown at this width: (see -o wide).'].join('\n'),
          ),
        )
        const titles = new Set(['HANDLER', 'TIMING', 'LAST', 'MESSAGE', 'RESTARTS'])
        for (const columns of WIDTHS) {
          const text = await onTerminal(name, words, columns)
          const lines = text.split('\n')
          const tooWide = lines.filter((line) => stringWidth(line) > columns)
          expect({
            columns,
            tooWide: tooWide.filter((line) => !isCommand(line) && !isOneWord(line)),
          }).toEqual({
            columns,
            tooWide: [],
          })
          const broken = wordsOf(text).filter(
            (word) => !whole.has(word) && !isOfTheWidth(word) && !titles.has(word.replace(/,$/, '')),
          )
          expect({ columns, broken }).toEqual({ columns, broken: [] })
          expect({ columns, height: highestRow(lines) }).toEqual({
            columns,
            height: Math.min(8, highestRow(lines)),
          })
        }
      })
    },
  )
})
