import type { Feature } from '../draft.ts'

const REPLICATED = ['Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController']

export const POD_CHANGE_FEATURES: readonly Feature[] = [
  {
    // Of two or more: how a replacement will do is judged by its siblings.
    name: 'one pod became unready',
    chance: 0.15,
    add: (draft, random) => {
      const candidates = draft.workloads.filter(
        ({ kind, replicas, annotations }) =>
          REPLICATED.includes(kind) && replicas > 1 && Object.keys(annotations).length === 0,
      )
      const chosen = random.some(candidates, 0.7)
      for (const { name, replicas } of chosen)
        draft.podChanges.push({ type: 'Unready', workload: name, index: random.whole(0, replicas - 1) })
      return chosen.length > 0
    },
  },
  {
    name: 'rollout that is stuck',
    chance: 0.12,
    add: (draft, random) => {
      const candidates = draft.workloads.filter(
        ({ kind, annotations }) => kind === 'Deployment' && Object.keys(annotations).length === 0,
      )
      const chosen = random.some(candidates, 0.5)
      for (const { name } of chosen) draft.podChanges.push({ type: 'RolledOut', workload: name, index: 0 })
      return chosen.length > 0
    },
  },
  {
    name: 'terminating pod',
    chance: 0.5,
    add: (draft, random) => {
      const candidates = draft.workloads.filter(({ finalizers }) => finalizers.length > 0)
      const chosen = random.some(candidates, 0.5)
      for (const { name } of chosen) draft.podChanges.push({ type: 'Deleted', workload: name, index: 0 })
      return chosen.length > 0
    },
  },
]
