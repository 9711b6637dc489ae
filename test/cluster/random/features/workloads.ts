import { type Draft, type Fields, newWorkload, type Workload, type WorkloadKind } from '../draft.ts'
import type { Random } from '../random.ts'

interface Kind {
  readonly kind: WorkloadKind
  /** How often it is chosen, compared with the others. */
  readonly weight: number
  readonly most: number
  readonly finish?: (workload: Workload, random: Random, draft: Draft) => void
}

/** Custom resources and bare pods are as many as they are; only the others are made again. */
const KINDS: readonly Kind[] = [
  { kind: 'Deployment', weight: 18, most: 4 },
  { kind: 'ReplicaSet', weight: 4, most: 3 },
  {
    kind: 'StatefulSet',
    weight: 10,
    most: 3,
    finish: ({ spec }, random) => {
      spec['serviceName'] = 'none'
      if (random.chance(0.4)) spec['podManagementPolicy'] = 'Parallel'
      if (random.chance(0.15)) spec['ordinals'] = { start: random.whole(1, 3) }
    },
  },
  { kind: 'ReplicationController', weight: 4, most: 3 },
  { kind: 'Job', weight: 4, most: 3, finish: (workload, random) => job(workload, random) },
  { kind: 'DaemonSet', weight: 4, most: 1 },
  { kind: 'Pod', weight: 4, most: 2 },
  { kind: 'ScalableApp', weight: 2, most: 3, finish: (_, __, draft) => custom(draft) },
  { kind: 'PlainApp', weight: 1, most: 2, finish: (_, __, draft) => custom(draft) },
]

const custom = (draft: Draft) => {
  draft.mayBeUnknown = true
}

function job({ spec, pod, replicas }: Workload, random: Random): void {
  pod['restartPolicy'] = 'Never'
  spec['parallelism'] = replicas
  spec['completions'] = replicas + random.whole(0, 1)
  spec['backoffLimit'] = random.pick([0, 1, 2, 6])
  if (random.chance(0.25)) spec['podReplacementPolicy'] = 'Failed'
  if (random.chance(0.2))
    spec['podFailurePolicy'] = {
      rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] satisfies Fields[],
    }
}

/** More than kubectl evicts at once (docs/reference/kubectl-drain.md#E1). */
const many = (kind: WorkloadKind, random: Random): number | undefined =>
  kind === 'Deployment' && random.chance(0.05) ? random.whole(8, 13) : undefined

/** One to five workloads. */
export function addWorkloads(draft: Draft, random: Random): void {
  const tickets = KINDS.flatMap((kind) => Array.from({ length: kind.weight }, () => kind)) as [
    Kind,
    ...Kind[],
  ]
  const count = random.pick([1, 2, 2, 3, 3, 4, 5])
  for (let index = 0; index < count; index++) {
    const kind = random.pick(tickets)
    const replicas = random.whole(1, kind.most)
    const workload = newWorkload(draft, kind.kind, many(kind.kind, random) ?? replicas)
    if (random.chance(0.6)) workload.labels['tier'] = random.pick(['x', 'x', 'y'])
    kind.finish?.(workload, random, draft)
    draft.workloads.push(workload)
    draft.features.add(kind.kind)
  }
}
