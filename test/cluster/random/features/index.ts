import type { Draft, Feature, Workload, WorkloadFeature } from '../draft.ts'
import type { Random } from '../random.ts'
import { BUDGET_FEATURES } from './budgets.ts'
import { FLAG_FEATURES } from './flags.ts'
import { addNodes, CORDON_FEATURES, chooseDrain, NODE_FEATURES } from './nodes.ts'
import { POD_CHANGE_FEATURES } from './pod-changes.ts'
import { LIFECYCLE_FEATURES, PLACEMENT_FEATURES, RESOURCE_FEATURES } from './pods.ts'
import { QUOTA_FEATURES } from './quotas.ts'
import { addRace, RACE_EVERY } from './races.ts'
import { VOLUME_FEATURES } from './volumes.ts'
import { addWorkloads } from './workloads.ts'

type Step = (draft: Draft, random: Random) => void

/** How a cluster comes about, in this order. Later steps look at what earlier ones made. */
export const stepsOf = (index: number): readonly Step[] =>
  index % RACE_EVERY === RACE_EVERY - 1 ? [addRace] : STEPS

const STEPS: readonly Step[] = [
  addNodes,
  some(NODE_FEATURES),
  chooseDrain,
  some(CORDON_FEATURES),
  addWorkloads,
  someOfEach([...RESOURCE_FEATURES, ...PLACEMENT_FEATURES, ...LIFECYCLE_FEATURES, ...VOLUME_FEATURES]),
  some(BUDGET_FEATURES),
  some(POD_CHANGE_FEATURES),
  some(QUOTA_FEATURES),
  some(FLAG_FEATURES),
]

function some(features: readonly Feature[]) {
  return (draft: Draft, random: Random): void => {
    for (const { name, chance, add } of features)
      if (random.chance(chance) && add(draft, random) !== false) draft.features.add(name)
  }
}

function someOfEach(features: readonly WorkloadFeature[]) {
  const applies = ({ kind }: Workload, { kinds }: WorkloadFeature) => kinds?.includes(kind) ?? true
  return (draft: Draft, random: Random): void => {
    for (const workload of draft.workloads)
      for (const feature of features)
        if (
          random.chance(feature.chance) &&
          applies(workload, feature) &&
          feature.add(workload, random, draft) !== false
        )
          draft.features.add(feature.name)
  }
}
