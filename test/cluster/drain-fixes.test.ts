import { describe, expect, test } from '@jest/globals'
import type { DrainPlanDocument, FixDocument } from '../../src/drain/document.ts'
import { PROVABLE_FIXES } from '../../src/drain/types/fix.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { controllerOf } from '../../src/model/kubernetes/reference.ts'
import { FIX_CASES, type FixCase } from './drain-fix-cases.ts'
import { MIXED_FIX_CASES } from './drain-fix-cases-mixed.ts'
import { kubectlAsync, mustPasteAsync } from './harness/kubectl.ts'
import { outcomeOf } from './harness/outcome.ts'
import { patchArgs } from './harness/patches.ts'
import {
  addNodeLike,
  createScenario,
  removeScenario,
  type ScenarioCluster,
  waitUntilStable,
} from './harness/scenario.ts'
import { disagreements } from './random/judge.ts'

/** Long enough for a few of kubectl's five-second retries, and for the pods to go. */
const TIMEOUT = '--timeout=45s'

interface Trial {
  readonly fixCase: FixCase
  readonly id: string
  /** The proven fixes to apply, by their place in the plan. */
  readonly places: readonly number[]
}

const CASES: readonly FixCase[] = [...FIX_CASES, ...MIXED_FIX_CASES]

/** Every proven fix by itself on a fresh cluster of its case, or all those that are needed together on one. */
const TRIALS: readonly Trial[] = CASES.flatMap((fixCase, index) =>
  (fixCase.together
    ? [fixCase.fixes.map((_, place) => place)]
    : fixCase.fixes.map((_, place) => [place])
  ).map((places): Trial => ({ fixCase, id: `fix-${process.pid}-${index}-${places[0]}`, places })),
)

test('every kind of fix that can be proven is tried', () => {
  const tried = new Set(CASES.flatMap(({ fixes }) => fixes))
  expect(PROVABLE_FIXES.filter((code) => !tried.has(code))).toEqual([])
})

describe('a proven fix of a plan makes the real drain succeed', () => {
  test.concurrent.each(
    TRIALS.map((trial): [string, Trial] => [
      `${trial.fixCase.title}: ${trial.places.map((place) => trial.fixCase.fixes[place]).join(' and ')}`,
      trial,
    ]),
  )('%s', async (_title, { fixCase, id, places }) => {
    const cluster = await createScenario(fixCase, id)
    try {
      const args = [...(fixCase.drain ?? ['a']).map(cluster.node), ...(fixCase.flags ?? []), TIMEOUT]
      const { nodes, fixes } = await plan(args)
      expect(nodes.map(({ verdict }) => verdict)).toEqual(fixCase.verdicts)
      const proven = fixes.filter((fix) => fix.proven)
      if (proven.map(({ code }) => code).join() !== fixCase.fixes.join())
        // All of them, with the reasons, tell what went wrong.
        expect(fixes.map(({ code, unproven }) => [code, unproven])).toEqual(fixCase.fixes)
      expect(fixes.filter((fix) => fix.proven !== (fix.unproven === undefined))).toEqual([])
      expect(proven.map(({ together = false }) => together)).toEqual(
        fixCase.fixes.map(() => fixCase.together ?? false),
      )
      const chosen = proven.filter((_, place) => places.includes(place))
      await drainWith(cluster, fixCase, chosen, args)
    } finally {
      await removeScenario(cluster)
    }
  })
})

async function plan(args: readonly string[]): Promise<DrainPlanDocument> {
  const { code, stdout, stderr } = await kubectlAsync(['drain-plan', ...args, '-o', 'json'])
  if (stderr !== '') throw new Error(`drain-plan ${args.join(' ')} exits ${code}: ${stderr}`)
  return JSON.parse(stdout) as DrainPlanDocument
}

/** Seconds: the disruption controller counts a budget again this late where the machine is busy. */
const LATE_CONTROLLERS = 60

/** Applies the fixes as they are printed, plans again, drains, and compares what came with that plan. */
async function drainWith(
  cluster: ScenarioCluster,
  { drain = ['a'] }: FixCase,
  chosen: readonly FixDocument[],
  args: readonly string[],
): Promise<void> {
  const specs = await specsOf(cluster)
  for (const fix of chosen) if (fix.flags === undefined) await apply(cluster, fix)
  await waitUntilStable(cluster)
  const drainFix = chosen.find(({ flags }) => flags !== undefined)
  const planAgain = () => plan([...args, ...(drainFix?.flags ?? [])])
  const ready = performance.now() + LATE_CONTROLLERS * 1000
  let again = await planAgain()
  // An autoscaler takes its time until it looks at its bounds.
  while (again.nodes.some(({ verdict }) => verdict !== 'Drains') && performance.now() < ready) {
    await waitUntilStable(cluster)
    again = await planAgain()
  }
  expect(again.nodes.map(({ verdict, reasons }) => [verdict, ...reasons])).toEqual(
    drain.map(() => ['Drains']),
  )
  const before = await cluster.pods()

  if (drainFix === undefined) {
    const drained = await kubectlAsync(['drain', ...args])
    expect([drained.code, drained.stderr]).toEqual([0, expect.any(String)])
  } else await mustPasteAsync(drainFix.command ?? 'false')
  const look = async () => {
    await waitUntilStable(cluster)
    const outcome = outcomeOf(before, await cluster.pods(), drain.map(cluster.node), 0)
    const observed = { outcome, budgets: await cluster.budgets(), goneElsewhere: [] }
    return { disagreements: disagreements(again, before, observed), pending: outcome.pending }
  }
  const agrees = ({ disagreements: found, pending }: Awaited<ReturnType<typeof look>>) =>
    found.length + pending.length === 0
  const end = performance.now() + LATE_CONTROLLERS * 1000
  let seen = await look()
  while (!agrees(seen) && performance.now() < end) seen = await look()
  expect(seen).toEqual({ disagreements: [], pending: [] })

  for (const { code, undo } of chosen) {
    expect([code, undo !== undefined]).toEqual([code, CHANGES_OBJECTS.includes(code)])
    if (undo !== undefined) await mustPasteAsync(undo)
  }
  expect(await specsOf(cluster)).toEqual(specs)
}

/** Fixes that leave something behind in the cluster, which their undo takes away. */
const CHANGES_OBJECTS: readonly string[] = PROVABLE_FIXES.filter(
  (code) => code !== 'more-flags' && code !== 'add-node',
)

const KINDS = 'pdb,hpa,deployments,statefulsets,replicasets,replicationcontrollers'

/** The spec of all that a person has written, by kind and name; less the number of replicas that an autoscaler sets. */
async function specsOf({ id }: ScenarioCluster): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await kubectlAsync(['get', KINDS, '-n', id, '-o', 'json'])
  const { items } = JSON.parse(stdout) as { readonly items: readonly Written[] }
  const scaled = new Set(
    items.flatMap(({ spec: { scaleTargetRef: to } }) => (to ? `${to.kind} ${to.name}` : [])),
  )
  return Object.fromEntries(
    items
      .filter((object) => controllerOf(object) === undefined)
      .map(({ kind, metadata, spec: { replicas, ...spec } }) => {
        const key = `${kind} ${metadata.name}`
        return [key, scaled.has(key) ? spec : { ...spec, replicas }]
      }),
  )
}

interface Written extends KubeObject {
  readonly spec: {
    readonly replicas?: number
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string }
  }
}

async function apply(cluster: ScenarioCluster, { code, command, patch }: FixDocument): Promise<void> {
  if (patch !== undefined) {
    const tried = await kubectlAsync([...patchArgs(patch), '--dry-run=server'])
    expect([tried.code, tried.stderr]).toEqual([0, ''])
  }
  if (code === 'add-node') await addNodeLike(cluster, cluster.node('a'))
  else await mustPasteAsync(command ?? 'false')
}
