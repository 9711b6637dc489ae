import { describe, expect, test } from '@jest/globals'
import type { DrainPlanDocument } from '../../src/drain/document.ts'
import type { Pod } from '../../src/model/kubernetes/objects.ts'
import { type DrainOutcome, judgeDrain } from '../helpers/drain-judge.ts'
import { CASES, type DrainCase } from './drain-cases.ts'
import { createIn, freshNamespace, get, kubectl, mustKubectl } from './harness/kubectl.ts'
import { addNodes, remove, setSchedulable, waitUntilStable } from './harness/nodes.ts'
import { outcomeOf } from './harness/outcome.ts'

/** Long enough for a few of kubectl's five-second retries, and for the pods to go. */
const TIMEOUT = '14s'

describe('drain-plan says what kubectl drain then does', () => {
  test.each(CASES)('$id $title', async (drainCase) => {
    const namespace = await freshNamespace(drainCase.id.toLowerCase())
    const node = (letter: string) => `${namespace}-${letter}`
    const nodes = (drainCase.nodes ?? ['a', 'b', 'c']).map(node)
    try {
      await prepare(drainCase, namespace, nodes, node)
      const drained = (drainCase.drain ?? ['a']).map(node)
      const args = [...drained, ...(drainCase.flags ?? [])]

      const planned = kubectl(['drain-plan', ...args, '-o', 'json'])
      expect(planned.stderr).toBe('')
      const plan = JSON.parse(planned.stdout) as DrainPlanDocument
      expect(plan.nodes.map(({ verdict }) => verdict)).toEqual(drainCase.verdicts)

      const outcome = await drain(namespace, args, drained)
      expect(judgeDrain(plan, outcome).notes).toEqual([])
      expect(planned.code).toBe(outcome.exit)
    } finally {
      remove(namespace, nodes)
    }
  })
})

async function prepare(
  { placeOn, closed = [], tainted = [], objects, pods }: DrainCase,
  namespace: string,
  nodes: readonly string[],
  node: (letter: string) => string,
): Promise<void> {
  await addNodes(nodes)
  const open = placeOn?.map(node) ?? nodes
  const shut = nodes.filter((name) => !open.includes(name))
  await setSchedulable(shut, false)
  createIn(namespace, ...objects(node))
  await waitUntilStable(namespace, pods)
  await setSchedulable(
    shut.filter((name) => !closed.map(node).includes(name)),
    true,
  )
  for (const name of tainted.map(node)) mustKubectl(['taint', 'node', name, 'dedicated=others:NoSchedule'])
}

/** Runs the real drain and tells what came of it, in the form of the recordings. */
async function drain(
  namespace: string,
  args: readonly string[],
  nodes: readonly string[],
): Promise<DrainOutcome> {
  const before = get<Pod>('pods', namespace)
  const { code } = kubectl(['drain', ...args, `--timeout=${TIMEOUT}`], { seconds: 90 })
  // Replacements are scheduled within moments, or not at all.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  return outcomeOf(before, get<Pod>('pods', namespace), nodes, code)
}

test('an unknown node is named as kubectl names it', () => {
  const missing = kubectl(['drain-plan', 'no-such-node'])
  const real = kubectl(['drain', 'no-such-node'])
  expect(missing.code).toBe(2)
  expect(real.stderr).toContain('nodes "no-such-node" not found')
  expect(missing.stderr).toContain('nodes "no-such-node" not found')
  expect(mustKubectl(['get', 'nodes', '-o', 'name'])).not.toContain('no-such-node')
})
