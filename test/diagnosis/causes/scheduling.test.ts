import { describe, expect, test } from '@jest/globals'
import { parseUnschedulable } from '../../../src/diagnosis/messages/scheduling.ts'
import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import { ago, condition, node, pod } from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'

const pending = (message: string, spec = {}, reason = 'Unschedulable') =>
  pod({
    spec: { nodeName: undefined, ...spec },
    status: {
      phase: 'Pending',
      startTime: undefined,
      containerStatuses: undefined,
      conditions: [condition('PodScheduled', { status: 'False', reason, message })],
    },
  })

describe('a pod that is not scheduled', () => {
  test.each([
    [
      '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
      'unschedulable-resources Certain',
    ],
    ['0/3 nodes are available: 3 Too many pods.', 'unschedulable-resources Certain'],
    [
      '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient memory. preemption: not eligible due to preemptionPolicy=Never.',
      'unschedulable-resources Likely',
    ],
    // The taint of the control plane is not to be tolerated, though more nodes have it.
    [
      '0/4 nodes are available: 1 Insufficient memory, 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.',
      'unschedulable-resources Likely',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
      'unschedulable-affinity Certain',
    ],
    [
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match pod anti-affinity rules.",
      'unschedulable-affinity Likely',
    ],
    [
      '0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}.',
      'unschedulable-taints Certain',
    ],
    ['0/3 nodes are available: 3 node(s) had untolerated taint(s).', 'unschedulable-taints Certain'],
    ['0/3 nodes are available: 3 node(s) were unschedulable.', 'unschedulable-taints Certain'],
    [
      "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.",
      'unschedulable-ports Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label).",
      'unschedulable-spread Certain',
    ],
    ['0/3 nodes are available: 3 node(s) had volume node affinity conflict.', 'unschedulable-volume Certain'],
    [
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      'pvc-unbound Certain',
    ],
    ['0/3 nodes are available: 3 something nobody has seen before.', 'unschedulable Certain'],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity].",
      'unschedulable-affinity Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin NodeAffinity.",
      'unschedulable-affinity Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity VolumeBinding] simultaneously.",
      'unschedulable-volume Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodePorts].",
      'unschedulable-ports Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [PodTopologySpread].",
      'unschedulable-spread Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [TaintToleration].",
      'unschedulable-taints Certain',
    ],
    // The pod of a DaemonSet is meant for one node, and what keeps it off that one is the reason.
    [
      "0/27 nodes are available: 1 Insufficient cpu, 26 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/27 nodes are available: 1 No preemption victims found for incoming pod, 26 Preemption is not helpful for scheduling.",
      'unschedulable-resources Likely',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't match Pod's required features.",
      'unschedulable-affinity Certain',
    ],
    ['0/3 nodes are available: 3 cannot allocate all claims.', 'unschedulable Certain'],
    ['no nodes available to schedule pods', 'unschedulable Certain'],
  ])('%s', (message, expected) => {
    expect(roots(found([pending(message), node()]))).toEqual([`Error ${expected}`])
  })

  test('taints without a name are looked up on the nodes', () => {
    const message = '0/4 nodes are available: 1 Insufficient memory, 3 node(s) had untolerated taint(s).'
    const tainted = (key: string) => node({ spec: { taints: [{ key, effect: 'NoSchedule' }] } })
    expect(roots(found([pending(message), tainted('node-role.kubernetes.io/control-plane')]))).toEqual([
      'Error unschedulable-resources Likely',
    ])
    expect(roots(found([pending(message), tainted('dedicated')]))).toEqual([
      'Error unschedulable-taints Likely',
    ])
  })

  test('each reason keeps its number of nodes, and what preemption says is left out', () => {
    expect(
      parseUnschedulable(
        "0/5 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 4 Insufficient cpu. preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.",
      ).reasons.map(({ nodes, text }) => [nodes, text]),
    ).toEqual([
      [1, "node(s) didn't match Pod's node affinity/selector"],
      [4, 'Insufficient cpu'],
    ])
  })

  test('the claim and its class are named', () => {
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace: 'shop', name: 'data' },
      spec: { storageClassName: 'fast' },
      status: { phase: 'Pending' },
    }
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
    const message = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'
    const [finding] = found([pending(message, { volumes }), claim as unknown as KubeObject])
    expect(finding?.summary).toContain('"data" is not bound; StorageClass "fast" does not exist')
    const [absent] = found([
      pending('0/1 nodes are available: persistentvolumeclaim "data" not found.', { volumes }),
    ])
    expect(absent?.summary).toContain('"data" does not exist')
  })

  test('a gate holds it back, and no event tells', () => {
    const gated = pending('', { schedulingGates: [{ name: 'example.com/wait' }] }, 'SchedulingGated')
    expect(roots(found([gated]))).toEqual(['Warning scheduling-gated Certain'])
  })

  test('a pod that was only just made has no condition and no finding', () => {
    const made = (seconds: number) =>
      pod({
        metadata: { creationTimestamp: ago(seconds) },
        spec: { nodeName: undefined },
        status: { phase: 'Pending', startTime: undefined, conditions: [], containerStatuses: [] },
      })
    expect(found([made(10)])).toEqual([])
    // No scheduler has looked at it.
    expect(roots(found([made(600)]))).toEqual(['Error not-started-unexplained Likely'])
  })
})

test('the only node is not counted once more behind the reason', () => {
  const summaryOf = (message: string) => found([pending(message)])[0]?.summary
  expect(summaryOf('0/1 nodes are available: 1 Insufficient cpu.')).toBe(
    'pod is not scheduled on the only node: Insufficient cpu',
  )
  expect(summaryOf('0/3 nodes are available: 1 Too many pods, 2 Insufficient cpu.')).toContain(
    'on any of 3 nodes: Insufficient cpu (2 nodes)',
  )
})
