import { resourceOf } from '../../model/kubernetes/kinds.ts'
import type { Job, Pod, StatefulSet } from '../../model/kubernetes/objects.ts'
import { podRequests } from '../cluster/resources.ts'
import {
  ownerKey,
  type Readiness,
  type SimPod,
  schedulingFields,
  unboundLabels,
} from '../cluster/simulated-cluster.ts'
import { createPod, deletePod, isTerminating, type State, startTermination } from '../state/state.ts'
import { quotaRefusal } from './quota.ts'

/** Whether a controller makes a new pod for one that goes, and when (spec/drain.md R0). */
export type ReplacementDecision =
  | { readonly type: 'AtOnce' }
  | { readonly type: 'WhenGone' }
  | { readonly type: 'None'; readonly why: string; readonly lost: boolean }
  /** The owner is of a kind that is not known here. */
  | { readonly type: 'Unknown'; readonly why: string }

/** The pods of a controller that exist now, made ones included. */
export const podsOfOwner = (state: State, pod: SimPod): readonly SimPod[] => {
  if (pod.owner === undefined) return []
  const key = ownerKey(pod.namespace, pod.owner)
  return [...(state.simulated.byOwner.get(key) ?? []), ...(state.createdByOwner.get(key) ?? [])].filter(
    (one) => !state.deleted.has(one),
  )
}

const activePods = (state: State, pod: SimPod): readonly SimPod[] =>
  podsOfOwner(state, pod).filter((one) => !one.finished && !isTerminating(state, one))

/** What the owner does about a pod that is being deleted; asked when the pod is leaving already. */
export function replacementDecision(state: State, pod: SimPod): ReplacementDecision {
  const { owner, namespace } = pod
  const { cluster } = state.simulated
  if (owner === undefined) return { type: 'None', why: 'no controller makes it again', lost: !pod.finished }
  if (cluster.find('namespaces', undefined, namespace)?.status?.phase === 'Terminating')
    return { type: 'None', why: `namespace ${namespace} is being deleted`, lost: false }
  const resource = resourceOf(owner.apiVersion, owner.kind)
  const object = cluster.owner(namespace, owner)
  const missing = resource !== undefined && object === undefined && cluster.wasRead(resource, namespace)
  if (missing || object?.metadata.deletionTimestamp != null)
    return {
      type: 'None',
      why: `${owner.kind} ${owner.name} ${missing ? 'does not exist' : 'is being deleted'}`,
      lost: missing && !pod.finished,
    }
  switch (resource) {
    case 'replicasets':
    case 'replicationcontrollers': {
      if (pod.finished) return { type: 'None', why: 'it had finished', lost: false }
      const wanted = (object as { spec?: { replicas?: number } } | undefined)?.spec?.replicas ?? 1
      return object === undefined || activePods(state, pod).length < wanted
        ? { type: 'AtOnce' }
        : { type: 'None', why: `${owner.kind} ${owner.name} wants only ${wanted}`, lost: false }
    }
    case 'statefulsets':
      return { type: 'WhenGone' }
    case 'daemonsets':
      return object === undefined
        ? { type: 'None', why: `DaemonSet ${owner.name} was not read`, lost: false }
        : { type: 'WhenGone' }
    case 'jobs':
      return jobReplacementDecision(state, pod, object as Job | undefined)
    default:
      return { type: 'Unknown', why: `${owner.kind} ${owner.name} decides whether it is made again` }
  }
}

/** A terminating pod counts as a failure of its Job (spec/drain.md R0). */
function jobReplacementDecision(state: State, pod: SimPod, job: Job | undefined): ReplacementDecision {
  if (pod.finished) return { type: 'None', why: 'it had finished', lost: false }
  if (job === undefined) return { type: 'WhenGone' }
  const name = `Job ${job.metadata.name}`
  const over = job.status?.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  )
  if (over !== undefined || job.spec?.suspend)
    return { type: 'None', why: `${name} is over or suspended`, lost: false }
  const failed = (job.status?.failed ?? 0) + (state.jobFailures.get(job.metadata.uid ?? '') ?? 0)
  if (failed > (job.spec?.backoffLimit ?? 6))
    return {
      type: 'None',
      why: `${name} fails: its backoffLimit of ${job.spec?.backoffLimit ?? 6} is used up`,
      lost: true,
    }
  const parallelism = job.spec?.parallelism ?? 1
  const remaining = (job.spec?.completions ?? Number.POSITIVE_INFINITY) - (job.status?.succeeded ?? 0)
  if (activePods(state, pod).length >= Math.min(parallelism, remaining))
    return { type: 'None', why: `${name} needs no more pods`, lost: false }
  return job.spec?.podReplacementPolicy === 'Failed' ? { type: 'WhenGone' } : { type: 'AtOnce' }
}

const ignoresDisruption = (job: Job): boolean =>
  job.spec?.podFailurePolicy?.rules.some(
    ({ action, onPodConditions }) =>
      (action === 'Ignore' || action === 'FailIndex') &&
      onPodConditions?.some(({ type }) => type === 'DisruptionTarget'),
  ) ?? false

/** Whether the Job of a pod that is deleted waits before it makes another: for 10 s after a failure, then for longer. */
export function backsOff(state: State, pod: SimPod): boolean {
  if (pod.owner?.kind !== 'Job' || pod.finished) return false
  const job = state.simulated.cluster.owner(pod.namespace, pod.owner) as Job | undefined
  return job !== undefined && !ignoresDisruption(job)
}

/** Books the failure that the deletion of a running pod is to its Job; a Job that fails takes its pods along. */
export function bookJobFailure(state: State, pod: SimPod): void {
  if (pod.owner?.kind !== 'Job' || pod.finished) return
  const job = state.simulated.cluster.owner(pod.namespace, pod.owner) as Job | undefined
  if (job === undefined || ignoresDisruption(job)) return
  const key = job.metadata.uid ?? ''
  const failures = (state.jobFailures.get(key) ?? 0) + 1
  state.jobFailures.set(key, failures)
  if ((job.status?.failed ?? 0) + failures <= (job.spec?.backoffLimit ?? 6)) return
  for (const other of activePods(state, pod)) {
    startTermination(state, other)
    deletePod(state, other)
  }
}

const firsts = new WeakMap<Pod, Map<string, SimPod>>()

/** Made pods are numbered, so that equal runs make equal names; StatefulSet pods keep theirs. */
export function replacementPod(state: State, pod: SimPod, name: string): SimPod {
  const known = firsts.get(pod.origin) ?? new Map<string, SimPod>()
  firsts.set(pod.origin, known)
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
    finished: false,
    starting: false,
    ready: false,
    terminating: false,
  }
}

/** Makes the pod that takes the place of `pod`; it goes to the end of the queue. */
export function createReplacement(state: State, pod: SimPod): SimPod {
  const count =
    pod.owner === undefined ? 0 : (state.createdByOwner.get(ownerKey(pod.namespace, pod.owner))?.length ?? 0)
  const made = replacementPod(state, pod, `${pod.owner?.name ?? pod.name}-new-${count + 1}`)
  createPod(state, made)
  return made
}

const ordinalOf = (name: string): number => Number(/-(\d+)$/.exec(name)?.[1] ?? Number.NaN)

const isUp = (state: State, pod: SimPod): boolean =>
  !isTerminating(state, pod) &&
  (pod.boundTo !== undefined ? pod.ready : state.bound.has(pod) && readiness(state, pod) === 'Ready')

/**
 * Lets a StatefulSet make its missing pods: all of them with Parallel, else only the first one, and only while all
 * lower ordinals are up (spec/drain.md R0). Returns the pods it made.
 */
export function fillStatefulSet(state: State, member: SimPod): readonly SimPod[] {
  const set = state.simulated.cluster.owner(member.namespace, member.owner) as StatefulSet | undefined
  const known = new Map(podsOfOwner(state, member).map((pod) => [pod.name, pod]))
  const parallel = set?.spec?.podManagementPolicy === 'Parallel'
  const first = set?.spec?.ordinals?.start ?? 0
  const made: SimPod[] = []
  const add = (name: string) => {
    const before = [...state.deleted].find((pod) => pod.name === name && pod.namespace === member.namespace)
    const refusal = quotaRefusal(state, before ?? member)
    if (refusal !== undefined) {
      if (before !== undefined) state.replacements.set(before, { why: refusal, lost: true })
      return
    }
    const pod = replacementPod(state, before ?? member, name)
    createPod(state, pod)
    made.push(pod)
  }
  if (set === undefined) {
    if (!known.has(member.name)) add(member.name)
    return made
  }
  for (let ordinal = first; ordinal < first + (set.spec?.replicas ?? 1); ordinal++) {
    const name = `${set.metadata.name}-${ordinal}`
    const pod = known.get(name)
    if (pod === undefined) add(name)
    if (!parallel && (pod === undefined || !isUp(state, pod))) break
  }
  return made
}

/** Why an OrderedReady StatefulSet does not make this pod again: the lower ordinal that it waits for. */
export function waitsForOrdinal(state: State, member: SimPod): string | undefined {
  const lower = podsOfOwner(state, member)
    .filter((pod) => ordinalOf(pod.name) < ordinalOf(member.name) && !isUp(state, pod))
    .sort((a, b) => ordinalOf(a.name) - ordinalOf(b.name))[0]
  return lower?.name
}

const TEMPLATE_HASHES = ['pod-template-hash', 'controller-revision-hash']

const sameTemplate = (a: SimPod, b: SimPod): boolean =>
  TEMPLATE_HASHES.every((key) => a.labels[key] === b.labels[key])

const judged = new WeakMap<State['simulated']['byOwner'], Map<string, Readiness>>()

/**
 * What a new pod of this template will become once it is bound: Ready, unless pods of the same template are bound
 * and none of them is (assumption A1 of spec/drain.md O8).
 */
export function readiness(state: State, pod: SimPod): Readiness {
  const { byOwner } = state.simulated
  const known = judged.get(byOwner) ?? new Map<string, Readiness>()
  judged.set(byOwner, known)
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
