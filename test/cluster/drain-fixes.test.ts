import { describe, expect, test } from '@jest/globals'
import type { DrainPlan } from '../../src/drain/types.ts'
import type { Deployment } from '../../src/model/kubernetes.ts'
import { createIn, freshNamespace, get, kubectl, mustKubectl, mustPaste } from './harness/kubectl.ts'
import { addNodes, quiesce, remove, setSchedulable } from './harness/nodes.ts'
import { budget, deployment } from './harness/objects.ts'
import { patchArgs } from './harness/patches.ts'
import { eventually } from './harness/processes.ts'

describe('a proven fix of a plan makes the real drain succeed', () => {
  test.each([
    ['one replica that must stay', 1, [budget({ minAvailable: 1 })]],
    ['no disruption allowed', 2, [budget({ maxUnavailable: 0 })]],
    ['two budgets on one pod', 2, [budget({ maxUnavailable: 1 }), budget({ maxUnavailable: 2 }, 'q')]],
  ] as const)('%s', async (_title, replicas, budgets) => {
    const namespace = await freshNamespace('fixes')
    const nodes = ['a', 'b'].map((letter) => `${namespace}-${letter}`)
    const [node = '', other = ''] = nodes
    try {
      await addNodes(nodes)
      await setSchedulable([other], false)
      createIn(namespace, ...budgets, deployment(replicas))
      await quiesce(namespace, replicas)
      await setSchedulable([other], true)
      const before = kubectl(['drain-plan', node, '-o', 'json'])
      expect(before.code).toBe(1)
      const { fixes } = JSON.parse(before.stdout) as DrainPlan
      const proven = fixes.filter((fix) => fix.proven)
      expect(proven).not.toEqual([])
      for (const { patch } of proven)
        if (patch !== undefined) mustKubectl([...patchArgs(patch), '--dry-run=server'])

      mustPaste(proven[0]?.command ?? 'false')
      const wanted = () => get<Deployment>('deployments', namespace)[0]?.spec?.replicas ?? replicas
      await quiesce(namespace, wanted())
      expect(kubectl(['drain-plan', node]).code).toBe(0)
      expect(kubectl(['drain', node, '--timeout=30s']).code).toBe(0)
      await eventually('the replacements to run', () =>
        get<Deployment>('deployments', namespace)[0]?.status?.readyReplicas === wanted() ? true : undefined,
      )
    } finally {
      remove(namespace, nodes)
    }
  })
})
