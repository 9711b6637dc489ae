import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { drainPlan } from '../../src/drain/plan.ts'
import { drainMarkdown } from '../../src/render/drain/markdown.ts'
import { drainRunbook } from '../../src/render/drain/runbook/runbook.ts'
import {
  ABC,
  apart,
  budget,
  clusterOfParts,
  deployment,
  NO_FLAGS,
  node,
  pinnedTo,
  planFor,
  pod,
} from '../helpers/drain-builders.ts'

const NONE = { drain: [], cluster: [] }

const bash = (script: string, ...flags: readonly string[]) =>
  spawnSync('bash', [...flags], { input: script, encoding: 'utf8' })

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

interface Rehearsal {
  /** What any new plan says. */
  readonly planSays?: 0 | 1
  readonly args?: readonly string[]
  /** A pattern of the shell for the calls of kubectl that fail. */
  readonly fails?: string
}

/** Runs a script with a kubectl that only writes down how it was called; then, in the same place, another time. */
function rehearse(script: string, rehearsal: Rehearsal = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-'))
  folders.push(folder)
  const run = (text: string, { planSays = 0, args = [], fails = '' }: Rehearsal) => {
    const says = fails === '' ? '' : `${fails}) return 1 ;;`
    const kubectl = `kubectl() { printf '%s ' "$@"; echo; case "$*" in drain-plan*) return ${planSays} ;; ${says} esac; }`
    const result = spawnSync('bash', ['-s', '--', ...args], {
      input: `cd '${folder}'\n${kubectl}\nsleep() { :; }\n${text}`,
      encoding: 'utf8',
    })
    return { ...result, calls: result.stdout.trim().split(/ *\n/) }
  }
  return { ...run(script, rehearsal), again: (text = script, then: Rehearsal = {}) => run(text, then) }
}

const DRAINED = (node: string, ...flags: readonly string[]) => [
  [`drain-plan ${node}`, ...flags].join(' '),
  `cordon ${node}`,
  [`drain ${node}`, ...flags].join(' '),
  `node ${node} is drained; nothing is done to it`,
  `uncordon ${node}`,
  `wait node/${node} --for=condition=Ready --timeout=10m`,
]

describe('a runbook', () => {
  const inWaves = () =>
    planFor(
      [
        node('a'),
        node('b'),
        ...deployment('w', { on: ['a', 'b'], spec: apart('w') }),
        budget('p', { minAvailable: 1 }),
      ],
      ['a', 'b'],
    )
  const WAIT = ['get pdb/p -n ns', 'wait pdb/p -n ns --for=condition=DisruptionAllowed --timeout=10m']
  const waves = () => drainRunbook(inWaves(), { drain: ['--ignore-daemonsets'], cluster: [] })

  test('goes wave by wave, with the checks, the work on each node, and its way back', () => {
    const { status, calls } = rehearse(waves())
    expect(calls).toEqual([
      '== wave 1 of 2: a',
      ...WAIT,
      ...DRAINED('a', '--ignore-daemonsets'),
      '== wave 2 of 2: b',
      ...WAIT,
      ...DRAINED('b', '--ignore-daemonsets'),
      '== done',
    ])
    expect(status).toBe(0)
  })

  test('goes on where it stopped, and does not work on a node twice', () => {
    const { status, stderr, again } = rehearse(waves(), { fails: '"uncordon a"*' })
    expect(status).toBe(1)
    expect(stderr).toContain('run it again to go on')
    const { status: end, calls } = again()
    expect(end).toBe(0)
    expect(calls).not.toContain('node a is drained; nothing is done to it')
    expect(calls.slice(-8)).toEqual(
      [...WAIT, ...DRAINED('b', '--ignore-daemonsets')].slice(-7).concat('== done'),
    )
    const late = rehearse(waves(), { fails: '"drain b"*' })
    expect(late.again().calls.slice(0, 2)).toEqual(['== wave 1 of 2: a: done before', '== wave 2 of 2: b'])
  })

  test('begins anew once it has come to its end', () => {
    const { again } = rehearse(waves())
    expect(again().calls).toContain('drain a --ignore-daemonsets')
  })

  test('takes no argument but --undo', () => {
    const { status, stderr, calls } = rehearse(waves(), { args: ['--undoo'] })
    expect([status, stderr, calls]).toEqual([2, 'takes --undo, or nothing\n', ['']])
  })

  const [object, ...others] = deployment('w', { on: ['a'] })
  const complete = [{ ...object, status: { readyReplicas: 1 } }, ...others]
  const blocked = () => planFor([...ABC, complete, budget('p', { maxUnavailable: 0 })], 'a', { force: true })
  const PATCH = `patch pdb p -n ns --type merge -p {"spec":{"minAvailable":null,"maxUnavailable":1}}`
  const BACK = `patch pdb p -n ns --type merge -p {"spec":{"minAvailable":null,"maxUnavailable":0}}`

  test('stops before a node that does not drain, until a change is accepted, which it then puts back', () => {
    const script = drainRunbook(blocked(), { drain: ['--force'], cluster: [] })
    expect(script).toContain('# AS THINGS ARE, a DOES NOT DRAIN.')
    const refused = rehearse(script, { planSays: 1 })
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('does not drain: accept changes')
    expect(refused.stdout).not.toMatch(/^drain a/m)
    const accepted = script.replace("changes=''", 'changes=1')
    expect(accepted).not.toBe(script)
    const { status, calls } = rehearse(accepted)
    expect(status).toBe(0)
    expect(calls).toEqual([
      '== changes',
      PATCH,
      '== wave 1 of 1: a',
      ...DRAINED('a', '--force'),
      '== wait until the workloads are complete',
      'rollout status deployment/w -n ns --timeout=10m',
      '== put back what was changed',
      BACK,
      '== done',
    ])
  })

  test('takes a change that is accepted after it has stopped for want of one', () => {
    const script = drainRunbook(blocked(), { drain: ['--force'], cluster: [] })
    const { status: first, again } = rehearse(script, { planSays: 1 })
    expect(first).toBe(1)
    const { status, calls } = again(script.replace("changes=''", 'changes=1'))
    expect([status, calls.slice(0, 2)]).toEqual([0, ['== changes', PATCH]])
  })

  test('puts back with --undo what it has changed before it was stopped, and nothing else', () => {
    const script = drainRunbook(blocked(), { drain: ['--force'], cluster: [] }).replace(
      "changes=''",
      'changes=1',
    )
    const undo = { args: ['--undo'] }
    expect(rehearse(script, undo).calls).toEqual(['uncordon a'])
    const { status, again } = rehearse(script, { fails: '"drain a"*' })
    expect(status).toBe(1)
    expect(again(script, undo).calls).toEqual([BACK, 'uncordon a'])
  })

  test('a change for one node cordons no other, and in the end none is cordoned', () => {
    const nodes = [node('a'), node('b'), node('c'), node('d')]
    const guarded = [...deployment('w', { on: ['b'] }), budget('p', { minAvailable: 1 })]
    const plan = planFor([...nodes, ...deployment('v', { on: ['a', 'c'] }), ...guarded], ['a', 'b', 'c'])
    const { calls } = rehearse(drainRunbook(plan, NONE))
    expect(calls).toContain('scale deployment/w -n ns --replicas=2')
    const shut = new Set<string>()
    for (const call of calls) {
      const [verb, ...names] = call.split(' ')
      if (verb === 'cordon') for (const name of names) shut.add(name)
      if (verb === 'uncordon') for (const name of names) shut.delete(name)
    }
    expect([...shut]).toEqual([])
    expect(calls[calls.indexOf('scale deployment/w -n ns --replicas=2') - 1]).toBe('cordon b')
  })

  test('flags that a refusal asks for are accepted like any other change', () => {
    const plan = planFor([...ABC, pod('bare', { on: 'a' })], 'a')
    const script = drainRunbook(plan, NONE)
    expect(rehearse(script, { planSays: 1 }).status).toBe(1)
    const { calls } = rehearse(script.replace("changes=''", 'changes=1'))
    expect(calls).toContain('drain-plan a --force')
    expect(calls).toContain('drain a --force')
  })

  test('the fewest changes that are enough together come first, and the drain after them', () => {
    const guarded = (name: string, on: string) => [
      ...deployment(name, { on: [on] }),
      budget(`p-${name}`, { maxUnavailable: 0 }, { app: name }),
    ]
    const plan = planFor([...ABC, ...guarded('v', 'a'), ...guarded('w', 'b')], ['a', 'b'])
    const script = drainRunbook(plan, NONE)
    const heads = script.split('\n').filter((line) => line.startsWith('# Change '))
    expect(plan.remedy?.fixes).toHaveLength(2)
    expect(heads.slice(0, 2).every((line) => line.includes('; simulated)'))).toBe(true)
    expect(heads.slice(2).some((line) => line.includes('; simulated)'))).toBe(false)
    const { calls } = rehearse(script.replace("changes=''", "changes='1 2'"))
    expect(calls.filter((line) => line.startsWith('drain '))).toEqual(
      plan.remedy?.waves.map((nodes) => `drain ${nodes.join(' ')}`),
    )
    expect(drainMarkdown(plan, { drain: [], cluster: [] })).toContain('## The fewest changes')
  })

  test('nodes that go for good are all cordoned first, and none comes back', () => {
    const plan = drainPlan(clusterOfParts([ABC, deployment('w', { on: ['a', 'b'] })]), ['a', 'b'], NO_FLAGS, {
      mode: 'Removed',
    })
    const { calls } = rehearse(drainRunbook(plan, NONE))
    expect(calls.filter((line) => /^(cordon|uncordon)/.test(line))).toEqual(['cordon a b'])
    expect(calls).toContain('node b is drained, and can be taken away')
  })

  test('carries the cluster into every command, behind the name of a plugin', () => {
    const script = drainRunbook(blocked(), { drain: [], cluster: ['--context=my prod'] })
    const calls = script.split('\n').filter((line) => /\bkubectl (?!drain-plan for|\d)/.test(line))
    expect(calls.filter((line) => !line.includes("'--context=my prod'"))).toEqual([])
    expect(script).toContain("until kubectl drain-plan a '--context=my prod'; do")
  })

  test('no text of the cluster leaves its comment, its word or its code block', () => {
    fc.assert(
      fc.property(fc.string(), (evil) => {
        const tricky = `'; touch broken #\n$(touch broken)\`touch broken\`\r\u2028|${evil}`
        const plan = planFor(
          [
            ...ABC,
            ...deployment(`w${tricky}`, { on: ['a'], spec: pinnedTo('a') }),
            budget(`p${tricky}`, { minAvailable: 1 }, { app: `w${tricky}` }),
            budget('other', { minAvailable: 0 }, { app: `w${tricky}` }),
          ],
          'a',
        )
        const script = drainRunbook(plan, NONE)
        const { status } = bash(script, '-n')
        expect(status).toBe(0)
        // A kubectl that prints nothing: whatever else the script runs is the cluster's doing.
        const run = bash(
          `touch() { echo BROKEN; }\nsleep() { :; }\nkubectl() { :; }\nPROGRESS=$(mktemp)\n${script.replace(/^changes=.*$/m, "changes='1 2 3 4 5 6'")}`,
        )
        expect(run.stdout).not.toContain('BROKEN')
        const markdown = drainMarkdown(plan, NONE).replace(/^(```+)sh\n[\s\S]*?\n\1$/gm, '')
        expect(markdown).not.toMatch(/<(?!br>)/)
        expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u2028]/)
      }),
      { numRuns: 15 },
    )
  })
})

test('a ticket names verdicts, what is in the way, fixes, waves and assumptions', () => {
  const plan = planFor(
    [...ABC, ...deployment('w', { on: ['a'] }), budget('p', { minAvailable: 1 })],
    ['a', 'b'],
  )
  const text = drainMarkdown(plan, { drain: ['--force'], cluster: [] })
  expect(text.match(/^#.*$/gm)).toEqual([
    '# Drain of `a` and `b`',
    '## Verdicts',
    '## What is in the way',
    '## Fixes',
    '## Waves',
    '## PDBs to mend',
    '## Pods that need a look',
    '## Assumptions',
  ])
  expect(text).toContain('| `ns/p` | 1 / 1 | 1 / 1 |')
  expect(text).toContain('```sh\nkubectl cordon a && kubectl scale deployment/w -n ns --replicas=2\n```')
  expect(text).toContain('`kubectl drain a b --force`')
})
