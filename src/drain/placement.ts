import { compareText } from '../model/text.ts'
import { interPodAffinity } from './placement-affinity.ts'
import {
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  nodeUnschedulable,
  taintToleration,
} from './placement-node.ts'
import { topologySpread } from './placement-spread.ts'
import { nodeVolumeLimits, volumeBinding, volumeRestrictions, volumeZone } from './placement-volumes.ts'
import type { State } from './state.ts'
import type { SimNode, SimPod } from './world.ts'

/** Why a node does not take a pod. `resolvable`: removing other pods could help (preemption). */
export interface Failure {
  readonly reasons: readonly string[]
  readonly resolvable: boolean
}

/** What one plugin says about a pod; nothing where the pod does not concern it. */
export interface PluginAnswer {
  /** The pod fits nowhere, whatever the node. */
  readonly nowhere?: string
  readonly check?: (node: SimNode) => Failure | undefined
  /** Something that this plugin needs was not read; it then lets every node pass. */
  readonly uncertain?: string
}

export type Plugin = (state: State, pod: SimPod) => PluginAnswer | undefined

const otherScheduler: Plugin = (_state, pod) => {
  const name = pod.spec.schedulerName
  return name === undefined || name === '' || name === 'default-scheduler'
    ? undefined
    : { uncertain: `the scheduler "${name}" decides, not the default one` }
}

const schedulingGates: Plugin = (_state, pod) => {
  const gates = pod.spec.schedulingGates ?? []
  return gates.length === 0
    ? undefined
    : { nowhere: `waiting for scheduling gates: ${gates.map(({ name }) => name).join(', ')}` }
}

const dynamicResources: Plugin = (_state, pod) =>
  (pod.spec.resourceClaims ?? []).length === 0
    ? undefined
    : { uncertain: 'it needs resource claims (dynamic resource allocation), which are not simulated' }

/** The default profile's filters, in its order (spec/drain.md R1): a node reports its first failure only. */
const PLUGINS: readonly Plugin[] = [
  otherScheduler,
  schedulingGates,
  nodeUnschedulable,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  nodeVolumeLimits,
  volumeBinding,
  volumeZone,
  topologySpread,
  interPodAffinity,
  dynamicResources,
]

export interface Placement {
  /** Indexes of the nodes that take the pod. */
  readonly nodes: readonly number[]
  /** Nodes where only other pods are in the way. */
  readonly resolvable: readonly number[]
  /** The scheduler's message where no node takes it. */
  readonly message: string
  readonly uncertain?: string
}

/** `node` is a node that all plugins accept. Exported for preemption, which asks about changed states. */
export function placement(state: State, pod: SimPod, only?: readonly number[]): Placement {
  const answers = PLUGINS.flatMap((plugin) => plugin(state, pod) ?? [])
  const uncertain = answers.find((answer) => answer.uncertain !== undefined)?.uncertain
  const doubt = uncertain === undefined ? {} : { uncertain }
  const nowhere = answers.find((answer) => answer.nowhere !== undefined)?.nowhere
  const total = state.world.nodes.length
  if (nowhere !== undefined) return { nodes: [], resolvable: [], message: nowhere, ...doubt }
  const nodes: number[] = []
  const resolvable: number[] = []
  const counts = new Map<string, number>()
  for (const index of only ?? state.world.nodes.keys()) {
    const node = state.world.nodes[index]
    if (node === undefined) continue
    const failure = firstFailure(answers, node)
    if (failure === undefined) nodes.push(index)
    else {
      if (failure.resolvable) resolvable.push(index)
      for (const reason of failure.reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
    }
  }
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).sort(compareText)
  const message = `0/${total} nodes are available: ${reasons.join(', ') || 'no nodes'}.`
  return { nodes, resolvable, message, ...doubt }
}

function firstFailure(answers: readonly PluginAnswer[], node: SimNode): Failure | undefined {
  for (const { check } of answers) {
    const failure = check?.(node)
    if (failure !== undefined) return failure
  }
  return undefined
}
