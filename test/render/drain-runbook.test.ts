import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { drainMarkdown } from '../../src/render/drain/markdown.ts'
import { drainRunbook } from '../../src/render/drain/runbook/runbook.ts'
import { ABC, apart, budget, deployment, node, pinnedTo, planFor, pod } from '../helpers/drain-builders.ts'

const NONE = { drain: [], cluster: [] }

const bash = (script: string, ...flags: readonly string[]) =>
  spawnSync('bash', [...flags], { input: script, encoding: 'utf8' })

/** Runs a script with a kubectl that only writes down how it was called, and says `no` to any new plan. */
const rehearse = (script: string, planSays: 0 | 1) =>
  bash(
    `kubectl() { printf '%s ' "$@"; echo; [ "$1" != drain-plan ] || return ${planSays}; }\nsleep() { :; }\n${script}`,
  )

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

  test('goes wave by wave, with the checks, and uncordons in between', () => {
    const { status, stdout } = rehearse(
      drainRunbook(inWaves(), { drain: ['--ignore-daemonsets'], cluster: [] }),
      1,
    )
    expect(stdout.trim().split(/ *\n/)).toEqual([
      'get pdb/p -n ns',
      'wait pdb/p -n ns --for=condition=DisruptionAllowed --timeout=10m',
      'cordon a',
      'drain a --ignore-daemonsets',
      'node a is drained; nothing is done to it',
      'uncordon a',
      'wait node/a --for=condition=Ready --timeout=10m',
      'get pdb/p -n ns',
      'wait pdb/p -n ns --for=condition=DisruptionAllowed --timeout=10m',
      'cordon b',
      'drain b --ignore-daemonsets',
    ])
    expect(status).toBe(0)
  })

  const blocked = () =>
    planFor([...ABC, ...deployment('w', { on: ['a'] }), budget('p', { maxUnavailable: 0 })], 'a', {
      force: true,
    })

  test('stops before a node that does not drain, until a fix makes the plan say that it does', () => {
    const script = drainRunbook(blocked(), { drain: ['--force'], cluster: [] })
    expect(script).toContain('# AS THINGS ARE, a DOES NOT DRAIN.')
    const refused = rehearse(script, 1)
    expect(refused.status).toBe(1)
    expect(refused.stdout).not.toMatch(/^drain a/m)
    const fixed = script.replace(/^# (kubectl patch pdb .*)$/m, '$1')
    expect(fixed).not.toBe(script)
    const done = rehearse(fixed, 0)
    expect(done.status).toBe(0)
    expect(done.stdout).toMatch(/^patch pdb p .*\ndrain-plan a --force \ndrain a --force $/m)
  })

  test('what disturbs is commented out; flags that a refusal asks for are to be uncommented', () => {
    const plan = planFor([...ABC, pod('bare', { on: 'a' })], 'a')
    const script = drainRunbook(plan, NONE)
    expect(script).toContain('\n# extra=--force; tries=60\n')
    expect(rehearse(script, 1).status).toBe(1)
    const { stdout } = rehearse(script.replace('# extra=', 'extra='), 0)
    expect(stdout).toContain('drain-plan a --force \ndrain a --force \n')
  })

  test('the fewest changes that are enough together come first, and the drain after them', () => {
    const guarded = (name: string, on: string) => [
      ...deployment(name, { on: [on] }),
      budget(`p-${name}`, { maxUnavailable: 0 }, { app: name }),
    ]
    const plan = planFor([...ABC, ...guarded('v', 'a'), ...guarded('w', 'b')], ['a', 'b'])
    const lines = drainRunbook(plan, { drain: [], cluster: [] }).split('\n')
    const heads = lines.filter((line) => line.startsWith('# Fix '))
    expect(plan.remedy?.fixes).toHaveLength(2)
    expect(heads.slice(0, 2).every((line) => line.includes('proven'))).toBe(true)
    expect(heads.slice(2).some((line) => line.includes('proven'))).toBe(false)
    expect(lines.filter((line) => line.startsWith('kubectl drain '))).toEqual(
      plan.remedy?.waves.map((nodes) => `kubectl drain ${nodes.join(' ')}`),
    )
    expect(drainMarkdown(plan, { drain: [], cluster: [] })).toContain('## The fewest changes')
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
          `touch() { echo BROKEN; }\nsleep() { :; }\nkubectl() { [ "$1" != drain-plan ]; }\n${script.replace(/^# (kubectl .*)$/gm, '$1')}`,
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
  expect(text).toContain('```sh\nkubectl cordon a b && kubectl scale deployment/w -n ns --replicas=2\n```')
  expect(text).toContain('`kubectl drain a b --force`')
})
