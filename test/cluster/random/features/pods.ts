import { type Draft, rackOf, SPREAD_KEYS, type Workload, type WorkloadFeature } from '../draft.ts'
import type { Random } from '../random.ts'

/** Workloads whose pods the scheduler places freely, again and again. */
const REPLICATED = ['Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController'] as const

const main = ({ pod }: Workload) => pod.containers[0] ?? { name: 'c', requests: {} }
const ownLabels = ({ name }: Workload) => ({ matchLabels: { app: name } })
const request = (workload: Workload, resource: string, amount: string): void => {
  main(workload).requests[resource] = amount
}
const anyNode = (draft: Draft, random: Random): string =>
  draft.nodes[random.whole(0, draft.nodes.length - 1)]?.name ?? ''

/** Labels that some pods of the case have: the workload's own, another one's, or a tier's. */
function someLabels(workload: Workload, random: Random, draft: Draft) {
  const other = draft.workloads[random.whole(0, draft.workloads.length - 1)] ?? workload
  return random.pick([
    ownLabels(workload),
    ownLabels(workload),
    ownLabels(other),
    { matchLabels: { tier: 'x' } },
    { matchExpressions: [{ key: 'tier', operator: random.pick(['Exists', 'DoesNotExist']) }] },
  ])
}

const term = (workload: Workload, random: Random, draft: Draft) => ({
  labelSelector: someLabels(workload, random, draft),
  topologyKey: random.pick([...SPREAD_KEYS, 'kubernetes.io/hostname', rackOf(draft)]),
})

export const RESOURCE_FEATURES: readonly WorkloadFeature[] = [
  {
    name: 'large requests',
    chance: 0.4,
    add: (workload, random) => {
      request(workload, 'cpu', random.pick(['300m', '500m', '700m', '1', '1500m']))
      return true
    },
  },
  {
    name: 'memory requests',
    chance: 0.12,
    add: (workload, random) => {
      request(workload, 'memory', random.pick(['256Mi', '300M', '600Mi', '1Gi']))
      return true
    },
  },
  {
    name: 'no requests',
    chance: 0.08,
    add: (workload) => {
      delete main(workload).requests['cpu']
      return true
    },
  },
  {
    name: 'extended resource wanted',
    chance: 0.12,
    add: (workload, _random, draft) => {
      if (draft.nodes.every(({ allocatable }) => allocatable['drain.test/gpu'] === undefined)) return false
      request(workload, 'drain.test/gpu', '1')
      return true
    },
  },
  {
    name: 'init container and sidecar',
    chance: 0.12,
    add: ({ pod }, random) => {
      if (random.chance(0.7))
        pod.initContainers.push({ name: 'init', requests: { cpu: random.pick(['350m', '800m']) } })
      if (random.chance(0.6)) {
        const sidecar = { name: 'sidecar', restartPolicy: 'Always', requests: { cpu: '200m' } }
        if (random.chance(0.5)) pod.initContainers.push(sidecar)
        else pod.initContainers.unshift(sidecar)
      }
      return pod.initContainers.length > 0
    },
  },
  {
    name: 'overhead',
    chance: 0.06,
    add: ({ pod }) => {
      pod['runtimeClassName'] = 'heavy'
      return true
    },
  },
  {
    name: 'pod-level resources',
    chance: 0.05,
    add: ({ pod }, random) => {
      // At least what the containers ask for together, or the API server refuses it.
      pod['resources'] = { requests: { cpu: random.pick(['1700m', '2']) } }
      return true
    },
  },
  {
    name: 'host port',
    chance: 0.1,
    add: (workload, random) => {
      const port = random.pick([7000, 7001])
      main(workload)['ports'] = [
        {
          containerPort: port,
          hostPort: port,
          ...(random.chance(0.3) ? { protocol: random.pick(['UDP', 'TCP']) } : {}),
          ...(random.chance(0.3) ? { hostIP: random.pick(['10.2.0.1', '10.2.0.2']) } : {}),
        },
      ]
      return true
    },
  },
]

export const PLACEMENT_FEATURES: readonly WorkloadFeature[] = [
  {
    name: 'node selector',
    chance: 0.14,
    add: ({ pod }, random, draft) => {
      if (random.chance(0.5)) pod.nodeSelector['kubernetes.io/hostname'] = anyNode(draft, random)
      else pod.nodeSelector['pool'] = random.pick(['blue', 'green'])
      return true
    },
  },
  {
    name: 'node affinity',
    chance: 0.14,
    add: ({ pod }, random, draft) => {
      const expressions = [
        { key: 'pool', operator: 'NotIn', values: ['blue'] },
        { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['za', 'zb'] },
        { key: 'number', operator: 'Gt', values: ['0'] },
        { key: 'number', operator: 'Lt', values: ['2'] },
        { key: 'topology.kubernetes.io/zone', operator: 'Exists' },
      ] as const
      const one = () => expressions[random.whole(0, expressions.length - 1)]
      for (let terms = random.whole(1, 2); terms > 0; terms--)
        pod.affinity.node.push({ matchExpressions: [one(), ...(random.chance(0.3) ? [one()] : [])] })
      if (random.chance(0.2))
        pod.affinity.node.push({
          matchFields: [{ key: 'metadata.name', operator: 'In', values: [anyNode(draft, random)] }],
        })
      return true
    },
  },
  {
    name: 'tolerations',
    chance: 0.2,
    add: ({ pod }, random) => {
      pod.tolerations.push(
        random.pick([
          { key: 'dedicated', operator: 'Exists' },
          { key: 'dedicated', value: 'x', effect: 'NoSchedule' },
          { key: 'dedicated', operator: 'Exists', effect: 'NoExecute' },
          { operator: 'Exists' },
          { key: 'node.kubernetes.io/unschedulable', operator: 'Exists' },
        ]),
      )
      return true
    },
  },
  {
    name: 'pod anti-affinity',
    chance: 0.16,
    kinds: [...REPLICATED, 'Pod', 'Job'],
    add: (workload, random, draft) => {
      workload.pod.affinity.anti.push(term(workload, random, draft))
      return true
    },
  },
  {
    name: 'pod affinity',
    chance: 0.1,
    kinds: [...REPLICATED, 'Pod', 'Job'],
    add: (workload, random, draft) => {
      workload.pod.affinity.pod.push(term(workload, random, draft))
      return true
    },
  },
  {
    name: 'topology spread',
    chance: 0.18,
    kinds: REPLICATED,
    add: (workload, random, draft) => {
      const keys = random.some([...SPREAD_KEYS, rackOf(draft)], 0.5)
      for (const topologyKey of keys)
        workload.pod.spread.push({
          maxSkew: random.whole(1, 2),
          topologyKey,
          whenUnsatisfiable: random.pick([
            'DoNotSchedule',
            'DoNotSchedule',
            'DoNotSchedule',
            'ScheduleAnyway',
          ]),
          labelSelector: random.chance(0.8) ? ownLabels(workload) : { matchLabels: { tier: 'x' } },
          ...(random.chance(0.3) ? { nodeTaintsPolicy: 'Honor' } : {}),
          ...(topologyKey === rackOf(draft) && random.chance(0.3) ? { nodeAffinityPolicy: 'Ignore' } : {}),
        })
      for (const one of workload.pod.spread)
        if (one['whenUnsatisfiable'] === 'DoNotSchedule' && random.chance(0.15))
          one['minDomains'] = random.whole(2, 3)
      return keys.length > 0
    },
  },
  {
    name: 'priority',
    chance: 0.3,
    add: ({ pod }, random) => {
      pod['priorityClassName'] = random.pick([
        'drain-test-high',
        'drain-test-high',
        'drain-test-low',
        'drain-test-nonpreempting',
      ])
      return true
    },
  },
]

export const LIFECYCLE_FEATURES: readonly WorkloadFeature[] = [
  {
    name: 'never Ready',
    chance: 0.09,
    add: ({ annotations }) => {
      annotations['test/ready'] = 'false'
      return true
    },
  },
  {
    name: 'never started',
    chance: 0.05,
    add: ({ annotations }) => {
      annotations['test/phase'] = 'Pending'
      return true
    },
  },
  {
    name: 'slow start',
    chance: 0.12,
    add: ({ annotations }, random) => {
      annotations['test/ready-after'] = `${random.whole(2, 6)}s`
      return true
    },
  },
  {
    name: 'finished',
    chance: 0.3,
    kinds: ['Pod', 'ScalableApp'],
    add: ({ annotations, pod }, random) => {
      annotations['test/phase'] = random.pick(['Succeeded', 'Failed'])
      pod['restartPolicy'] = 'Never'
      return true
    },
  },
  {
    name: 'mirror pod',
    chance: 0.2,
    kinds: ['Pod'],
    add: ({ annotations }) => {
      annotations['kubernetes.io/config.mirror'] = 'x'
      return true
    },
  },
  {
    name: 'emptyDir',
    chance: 0.15,
    add: ({ pod }, random) => {
      pod.volumes.push({ name: 'scratch', emptyDir: random.chance(0.3) ? { medium: 'Memory' } : {} })
      return true
    },
  },
  {
    name: 'finalizer',
    chance: 0.04,
    add: ({ finalizers }) => {
      finalizers.push('drain.test/keep')
      return true
    },
  },
  {
    name: 'long grace period',
    chance: 0.1,
    add: ({ pod }, random) => {
      pod['terminationGracePeriodSeconds'] = random.pick([0, 30, 3600])
      return true
    },
  },
]
