import { describe, expect, test } from '@jest/globals'
import { evictionErrorMessage } from '../../src/drain/disruption/eviction.ts'
import type { DrainPlanDocument } from '../../src/drain/document.ts'
import type { Pod, PodDisruptionBudget } from '../../src/model/kubernetes/objects.ts'
import { tryEviction } from './harness/evict.ts'
import { API, createIn, freshNamespace, get, kubectl } from './harness/kubectl.ts'
import { addNodes, remove, waitUntilStable } from './harness/nodes.ts'
import { barePod, budget, controlled, deployment, part, template, unready } from './harness/objects.ts'
import { eventually } from './harness/processes.ts'

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

describe('what the API server and the disruption controller say of disrupted pods', () => {
  const status = (namespace: string) =>
    `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/p/status`
  const patched = (namespace: string, change: object) => API.patch(status(namespace), { status: change })
  const now = () => new Date().toISOString().replace(/\.\d+Z/, 'Z')

  test('P36 too many of them are a 403 in the singular; a negative number is never stored', async () => {
    const namespace = await freshNamespace('p36')
    const node = `${namespace}-a`
    try {
      await addNodes([node])
      createIn(namespace, deployment(2), budget({ maxUnavailable: 1 }))
      await waitUntilStable(namespace, 2)
      await expect(patched(namespace, { disruptionsAllowed: -1 })).rejects.toThrow('422')
      const [pod] = get<Pod>('pods', namespace)
      const many = Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`x${index}`, now()]))
      // The controller takes out at once what is no pod: one of some tries comes before it.
      const refused = await eventually('an eviction between patch and controller', async () => {
        await patched(namespace, { disruptedPods: many })
        const answer = await tryEviction(namespace, pod?.metadata.name ?? '')
        return answer.code === 403 ? answer : undefined
      })
      expect(refused.message).toBe(evictionErrorMessage({ code: 'too-many-disrupted-pods', budget: 'p' }))
    } finally {
      remove(namespace, [node])
    }
  })

  test('B7 a pod that was let go and is still there counts as gone', async () => {
    const namespace = await freshNamespace('b7')
    const node = `${namespace}-a`
    try {
      await addNodes([node])
      createIn(namespace, deployment(2), budget({ maxUnavailable: 1 }))
      await waitUntilStable(namespace, 2)
      const [pod] = get<Pod>('pods', namespace)
      await patched(namespace, { disruptedPods: { [pod?.metadata.name ?? '']: now() } })
      const { status: counted } = await eventually('the controller to count again', () =>
        get<PodDisruptionBudget>('pdb', namespace).find((one) => one.status?.currentHealthy === 1),
      )
      expect(counted?.disruptionsAllowed).toBe(0)
      expect(Object.keys(counted?.disruptedPods ?? {})).toEqual([pod?.metadata.name])
      const drained = (...flags: string[]) =>
        JSON.parse(kubectl(['drain-plan', node, '-o', 'json', ...flags]).stdout) as DrainPlanDocument
      expect(drained('--timeout=20s').assumptions.join()).toContain(`${namespace}/p had evictions`)
    } finally {
      remove(namespace, [node])
    }
  })
})

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
