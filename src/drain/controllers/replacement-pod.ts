import type { Pod } from '../../model/kubernetes/objects.ts'
import { foreignOwner, operatorOfOwner } from '../../model/managers/operator.ts'
import { derived } from '../cluster/derived.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import { podRequests } from '../cluster/resources.ts'
import {
  ownerKey,
  type Readiness,
  type SimPod,
  type SimulatedCluster,
  schedulingFields,
  unboundLabels,
} from '../cluster/simulated-cluster.ts'
import { createPod, type State } from '../state/state.ts'

const firstsByName = derived((_origin: Pod) => new Map<string, SimPod>())

/** Made pods are numbered, so that equal runs make equal names; StatefulSet pods keep theirs. */
export function replacementPod(state: State, pod: SimPod, name: string): SimPod {
  const known = firstsByName(pod.origin)
  const first = known.get(name) ?? newReplacementPod(state, pod, name)
  known.set(name, first)
  return { ...first, sameAs: first }
}

function newReplacementPod(state: State, pod: SimPod, name: string): SimPod {
  const { nodeName: _nodeName, ...rest } = pod.origin.spec ?? { containers: [] }
  const volumes = rest.volumes?.map((volume) =>
    volume.persistentVolumeClaim?.claimName.endsWith(`-${pod.name}`)
      ? {
          ...volume,
          persistentVolumeClaim: {
            ...volume.persistentVolumeClaim,
            claimName: `${volume.persistentVolumeClaim.claimName.slice(0, -pod.name.length)}${name}`,
          },
        }
      : volume,
  )
  const spec = volumes === undefined ? rest : { ...rest, volumes }
  const renamed = Object.fromEntries(
    Object.entries(unboundLabels(pod.labels)).map(([key, value]) => [key, value === pod.name ? name : value]),
  )
  return {
    ...schedulingFields(spec, pod.namespace, renamed, state.simulated.namespacesMatching),
    namespace: pod.namespace,
    name,
    labels: renamed,
    ...(pod.owner === undefined ? {} : { owner: pod.owner }),
    requests: podRequests(spec),
    origin: pod.origin,
    created: true,
    replacesFailing: failing(state.simulated).has(pod.origin),
    finished: false,
    starting: false,
    ready: false,
    terminating: false,
  }
}

/** Whether the operator that owns a pod makes it again under its name, with the claims that it had. */
function keepsName({ owner }: SimPod): boolean {
  const foreign = foreignOwner(owner)
  return foreign !== undefined && operatorOfOwner(foreign)?.makesAgain === true
}

/** Makes the pod that takes the place of `pod`; it goes to the end of the queue. */
export function createReplacement(state: State, pod: SimPod): SimPod {
  const count =
    pod.owner === undefined ? 0 : (state.createdByOwner.get(ownerKey(pod.namespace, pod.owner))?.length ?? 0)
  const name = keepsName(pod) ? pod.name : `${pod.owner?.name ?? pod.name}-new-${count + 1}`
  const made = replacementPod(state, pod, name)
  createPod(state, made)
  return made
}

export const REPLACEMENT_READS = ['replacesFailing'] as const satisfies readonly PodField[]

/** The pods that are not Ready, and neither their start nor their node is the reason. */
const failing = derived(
  ({ pods, nodes }: SimulatedCluster) =>
    new Set(
      pods
        .filter(
          ({ boundTo, ready, starting, finished, terminating }) =>
            nodes[boundTo ?? -1]?.alive === true && !(ready || starting || finished || terminating),
        )
        .map(({ origin }) => origin),
    ),
)

const TEMPLATE_HASHES = ['pod-template-hash', 'controller-revision-hash']

const sameTemplate = (a: SimPod, b: SimPod): boolean =>
  TEMPLATE_HASHES.every((key) => a.labels[key] === b.labels[key])

const readinessByTemplate = derived((_byOwner: State['simulated']['byOwner']) => new Map<string, Readiness>())

/**
 * What a new pod of this template will become once it is bound: Ready, unless pods of the same template are bound
 * and none of them is (assumption A1 of docs/reference/order.md#O8).
 */
export function readiness(state: State, pod: SimPod): Readiness {
  const { byOwner } = state.simulated
  const known = readinessByTemplate(byOwner)
  const own = pod.owner === undefined ? `${pod.namespace}/${pod.name}` : ownerKey(pod.namespace, pod.owner)
  const key = [own, ...TEMPLATE_HASHES.map((hash) => pod.labels[hash] ?? '')].join('|')
  let result = known.get(key)
  if (result === undefined) {
    const siblings = (pod.owner === undefined ? [] : (byOwner.get(own) ?? [])).filter(
      (one) => one.boundTo !== undefined && !one.finished && !one.terminating && sameTemplate(one, pod),
    )
    if (siblings.length === 0 || siblings.some(({ ready }) => ready)) result = 'Ready'
    else result = siblings.every(({ starting }) => starting) ? 'Pending' : 'Unready'
    known.set(key, result)
  }
  return result
}
