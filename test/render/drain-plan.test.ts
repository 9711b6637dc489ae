import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { drainPlan } from '../../src/drain/plan.ts'
import { drainPlanNames, drainPlanText } from '../../src/render/drain/plan.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import {
  ABC,
  apart,
  budget,
  clusterOfParts,
  daemonSet,
  deployment,
  NO_FLAGS,
  node,
  pinnedTo,
  planFor,
  pod,
} from '../helpers/drain-builders.ts'

const text = (plan: ReturnType<typeof planFor>, width?: number, wide = false) =>
  drainPlanText(plan, { style: width === undefined ? PLAIN : { ...PLAIN, width }, wide, noHeaders: false })

const blocked = () =>
  planFor(
    [...ABC, ...deployment('w', { on: ['a'] }), ...daemonSet('ds', ['a']), budget('p', { minAvailable: 1 })],
    'a',
    {
      ignoreDaemonsets: true,
    },
  )

describe('a drain plan for people', () => {
  test('says what blocks, what to do, and who is concerned', () => {
    expect(text(blocked())).toMatchInlineSnapshot(`
"a  Blocks: kubectl drain does not finish
  1 pod stays; left alone: 1 DaemonSet pod
  PDB ns/p: 1 of 1 healthy, needs 1: 0 evictions allowed, and waiting does not help (ns/w-0)

What to do (one of these is enough)
  1. [low risk, simulated] Scale Deployment ns/w from 1 to 2, and drain when the new pod is Ready; afterwards back to 1
     kubectl cordon a && kubectl scale deployment/w -n ns --replicas=2
     undo: kubectl scale deployment/w -n ns --replicas=1
  2. [disruptive: may cost an outage, simulated] Lower minAvailable of PDB ns/p from 1 to 0 while the node drains
     kubectl patch pdb p -n ns --type merge -p '{"spec":{"minAvailable":0}}'
     undo: kubectl patch pdb p -n ns --type merge -p '{"spec":{"minAvailable":1}}'

NAMESPACE   OWNER          PODS   OUTCOME   REPLACEMENT   WHY
ns          ReplicaSet/w   w-0    Remains   <none>        Cannot evict pod as it would violate the pod's disruption budget. The disruption budget p needs 1 healthy pods and has 1 currently

Planned as kubectl 1.36 does it, the newest that is known; the version of the server is not.
"
`)
  })

  test('fits 80 columns, but for commands', () => {
    const lines = text(blocked(), 80)
      .split('\n')
      .filter((line) => !/^(undo: )?kubectl /.test(line.trim()))
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  test('DaemonSet pods are one line, and listed in the wide form', () => {
    expect(text(blocked())).toContain('left alone: 1 DaemonSet pod')
    expect(text(blocked())).not.toContain('ds-a')
    expect(text(blocked(), undefined, true)).toContain('ds-a')
  })

  test('says what it costs: outages first, and what no PDB protects', () => {
    const service = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'ns' },
      spec: { selector: { app: name } },
    })
    const single = deployment('single', { on: ['a'] })
    const plan = planFor(
      [...ABC, ...single, service('single'), ...deployment('pair', { on: ['a', 'b'] }), service('pair')],
      'a',
    )
    const cost = text(plan).split('What it costs')[1]?.split('\n\n')[0]
    expect(cost).toMatch(/^ {2}time: /m)
    expect(cost).toMatch(
      /Service ns\/single has no ready backend while a drains\n {2}Service ns\/pair goes down to 1 of 2 ready backends/,
    )
    expect(cost).toContain('Deployment ns/single has one replica on a and no PDB')
    expect(text(planFor([...ABC], 'a'))).not.toContain('Service')
  })

  test('waves are named in the order of the drain, and by -o name', () => {
    const plan = planFor(
      [
        node('a'),
        node('b'),
        ...deployment('w', { on: ['a', 'b'], spec: apart('w') }),
        budget('p', { minAvailable: 1 }),
      ],
      ['a', 'b'],
    )
    expect(text(plan)).toMatch(
      /^Both nodes drain in 2 waves, nothing to change\. .* With one command for all, 1 would not/,
    )
    expect(text(plan)).toMatch(
      /^Waves \(uncordoned again before the next wave\)\n {2}1\. a \(1 pod, .*\n.*\n {2}2\. b \(1 pod/m,
    )
    expect(drainPlanNames(plan)).toEqual(['node/a', 'node/b'])
    expect(drainPlanNames(blocked())).toEqual([])
  })

  test('nodes that fare alike are told once, the worst first; -o wide names every pod', () => {
    const names = Array.from({ length: 30 }, (_, index) => `n${index + 10}`)
    const plan = planFor(
      [
        ...names.map((name) => node(name)),
        node('spare'),
        ...names.flatMap((name) => deployment(`w-${name}`, { on: [name] })),
        ...deployment('w', { on: ['n39'] }),
        budget('p', { minAvailable: 1 }),
      ],
      names,
    )
    const lines = text(plan, 120).split('\n')
    expect(lines[0]).toBe(
      '29 of 30 nodes drain in 1 wave, nothing to change. 1 needs a change: n39 (PDB ns/p).',
    )
    expect(lines.length).toBeLessThan(25)
    const wide = text(plan, 400, true)
    expect(wide.split('\n').filter((line) => line.includes('Drains: '))).toEqual([
      expect.stringContaining('Drains: kubectl drain ends, and every replacement finds a place'),
    ])
    expect(wide).toMatch(/^n39 {2}Blocks/m)
    expect(wide).toContain('w-n25-0')
  })

  test('of many waves the budgets are drawn in the wide form only', () => {
    const names = Array.from({ length: 8 }, (_, index) => `n${index}`)
    const plan = drainPlan(
      clusterOfParts([
        ...names.map((name) => node(name, { zone: 'z' })),
        node('spare'),
        ...deployment('w', { on: names }),
        budget('p', { maxUnavailable: 1 }),
      ]),
      names,
      NO_FLAGS,
      { mode: 'Rolling', onePerZone: true },
    )
    const [first, , title, ...rest] = text(plan, 80).split('\n')
    expect(first).toBe('All 8 nodes drain in 8 waves, nothing to change.')
    expect(`${title} ${rest[0]}`).toContain('at most one node of a zone at a')
    expect(
      text(plan, 80)
        .split('\n')
        .every((line) => line.length <= 80),
    ).toBe(true)
    expect(text(plan, 80)).not.toContain('healthy')
    expect(text(plan, 80, true)).toContain('ns/p  ███████████│▒  8 → 7 → 8 healthy, 7 needed')
  })

  test('waves are drawn: how far each budget goes down, and what comes back', () => {
    const plan = planFor(
      [...ABC, ...deployment('w', { on: ['a', 'a', 'b', 'b'] }), budget('p', { minAvailable: 2 })],
      ['a', 'b'],
    )
    expect(text(plan, 80)).toContain('ns/p  ██████│▒▒▒▒▒▒  4 → 2 → 4 healthy, 2 needed')
    const ascii = drainPlanText(plan, {
      style: { ...PLAIN, width: 80, ascii: true },
      wide: false,
      noHeaders: false,
    })
    expect(ascii).toContain('ns/p  ######|++++++  4 -> 2 -> 4 healthy, 2 needed')
    expect(ascii).toMatch(/^[\u0000-\u007f]*$/)
  })

  test('the fewest changes that are enough together are told once, before what else could be done', () => {
    const guarded = (name: string, on: string) => [
      ...deployment(name, { on: [on] }),
      budget(`p-${name}`, { maxUnavailable: 0 }, { app: name }),
    ]
    const plan = planFor([...ABC, ...guarded('v', 'a'), ...guarded('w', 'b')], ['a', 'b'])
    const text = drainPlanText(plan, { style: PLAIN, wide: true, noHeaders: false })
    expect(text).toContain('These 2 changes together make it drain, in 1 wave:')
    for (const { command = '' } of plan.remedy?.fixes ?? []) expect(text.split(command)).toHaveLength(2)
  })

  test('nothing selected', () => {
    expect(text(planFor(ABC, []))).toBe('No nodes found.\n')
  })

  test('no text of the cluster reaches the terminal raw', () => {
    fc.assert(
      fc.property(fc.string(), (evil) => {
        const tricky = `\u001b[31m${evil}\u202e\r`
        const plan = planFor(
          [
            ...ABC,
            ...deployment(`w${tricky}`, { on: ['a'], spec: pinnedTo('a') }),
            pod(`x${tricky}`, {
              on: 'a',
              finalizers: [tricky],
              owner: { apiVersion: 'example.com/v1', kind: `K${tricky}`, name: tricky },
            }),
            budget(`p${tricky}`, { minAvailable: 1 }, { app: `w${tricky}` }),
          ],
          'a',
        )
        for (const wide of [true, false])
          expect(text(plan, 100, wide)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
      }),
      { numRuns: 15 },
    )
  })
})
