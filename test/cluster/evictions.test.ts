import { describe, expect, test } from '@jest/globals'
import type { DrainPlanDocument } from '../../src/drain/document.ts'
import type { Pod } from '../../src/model/kubernetes/objects.ts'
import { tryEviction } from './harness/evict.ts'
import { createIn, freshNamespace, get, kubectl } from './harness/kubectl.ts'
import { addNodes, remove, waitUntilStable } from './harness/nodes.ts'
import { barePod, budget, controlled, deployment, part, template, unready } from './harness/objects.ts'

interface Refusal {
  readonly id: string
  readonly title: string
  readonly objects: readonly object[]
  readonly pods: number
  readonly verdict: string
}

const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'w' },
  spec: { template: template({ spec: { restartPolicy: 'Never' } }) },
}
const quota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'q' },
  spec: { hard: { pods: '3' } },
}

/** Budgets that refuse: cases with a real drain that would take minutes, or say too little. */
const CASES: readonly Refusal[] = [
  {
    id: 'P03',
    title: 'minAvailable 99% of 7',
    objects: [deployment(7), budget({ minAvailable: '99%' })],
    pods: 7,
    verdict: 'Blocks',
  },
  {
    id: 'P10',
    title: 'an unready pod with minAvailable 0',
    objects: [deployment(1, unready), budget({ minAvailable: 0 })],
    pods: 1,
    verdict: 'Blocks',
  },
  {
    id: 'P11',
    title: 'one of three unready: it may go, the others may not',
    objects: [part('bad', 1, unready), part('good', 2), budget({ maxUnavailable: 1 })],
    pods: 3,
    verdict: 'Blocks',
  },
  {
    id: 'P12',
    title: 'two of three unready',
    objects: [part('bad', 2, unready), part('good', 1), budget({ maxUnavailable: 1 })],
    pods: 3,
    verdict: 'Blocks',
  },
  {
    id: 'P17',
    title: 'a budget without numbers',
    objects: [deployment(1), budget({})],
    pods: 1,
    verdict: 'Blocks',
  },
  {
    id: 'P19',
    title: 'a selector that matches everything',
    objects: [deployment(1), budget({ maxUnavailable: 0, selector: {} })],
    pods: 1,
    verdict: 'Blocks',
  },
  {
    id: 'P19b',
    title: 'a selector that matches everything, over a pod without labels',
    objects: [barePod('bare', {}, {}), budget({ maxUnavailable: 0, selector: {} })],
    pods: 1,
    verdict: 'Blocks',
  },
  {
    id: 'P20',
    title: 'pods without a controller have no number to take a percentage of',
    objects: [barePod('one'), barePod('two'), budget({ minAvailable: '50%' })],
    pods: 2,
    verdict: 'Blocks',
  },
  {
    id: 'P22',
    title: 'the pod of a Job, which has no scale',
    objects: [job, budget({ maxUnavailable: 1 })],
    pods: 1,
    verdict: 'Blocks',
  },
  {
    id: 'P26',
    title: 'a controller of a kind that nobody knows',
    objects: [controlled(barePod('one'), 'example.com/v1', 'Widget'), budget({ maxUnavailable: 1 })],
    pods: 1,
    verdict: 'Blocks',
  },
  {
    id: 'P28',
    title: 'a quota keeps two of five replicas away',
    objects: [quota, deployment(5), budget({ maxUnavailable: 1 })],
    pods: 3,
    verdict: 'Blocks',
  },
  {
    id: 'P14',
    title: 'two budgets on one pod',
    objects: [deployment(2), budget({ maxUnavailable: 1 }), budget({ maxUnavailable: 2 }, 'q')],
    pods: 2,
    verdict: 'Fails',
  },
]

describe('a plan gives the reason for which the API server refuses the eviction', () => {
  test.each(CASES)('$id $title', async ({ id, objects, pods, verdict }) => {
    const namespace = await freshNamespace(id.toLowerCase())
    const node = `${namespace}-a`
    try {
      await addNodes([node])
      createIn(namespace, ...objects)
      await waitUntilStable(namespace, pods)
      const answers = await Promise.all(
        get<Pod>('pods', namespace).map(({ metadata }) => tryEviction(namespace, metadata.name)),
      )
      const refused = answers.filter(({ code }) => code >= 400)
      const causes = new Set(refused.flatMap((answer) => answer.causes))
      const texts = refused.map((answer) => [answer.message, ...answer.causes].join(' '))

      const { stdout } = kubectl(['drain-plan', node, '--force', '-o', 'json'])
      const plan = JSON.parse(stdout) as DrainPlanDocument
      expect(plan.nodes.map((one) => one.verdict)).toEqual([verdict])
      expect([...new Set(refused.map(({ code }) => code))]).toEqual([verdict === 'Fails' ? 500 : 429])
      const remaining = plan.nodes.flatMap((one) => one.pods).filter(({ outcome }) => outcome === 'Remains')
      expect(remaining).toHaveLength(refused.length)
      for (const { reason } of remaining) expect(texts).toContain(reason)
      expect([...causes]).toEqual(plan.budgets.flatMap(({ refusal }) => refusal ?? []))
    } finally {
      remove(namespace, [node])
    }
  })
})
