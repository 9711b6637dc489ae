import type {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
} from '../../../model/kubernetes/objects.ts'
import { resourceValue } from '../../../model/kubernetes/quantity.ts'
import { matchesSelector } from '../../../model/kubernetes/selector.ts'
import type { SimNode, SimPod } from '../../cluster/simulated-cluster.ts'
import { podsOn, type State } from '../../state/state.ts'
import type { Filter, FilterFailure } from '../filter.ts'
import { nodeSelectorMatches, ZONE_LABELS } from './node.ts'

const unresolvable = (reason: string): FilterFailure => ({ reasons: [reason], resolvable: false })
const AFFINITY = unresolvable("node(s) didn't match PersistentVolume's node affinity")
const NO_VOLUME = unresolvable("node(s) didn't find available persistent volumes to bind")
const NO_ZONE = unresolvable('node(s) had no available volume zone')
const FULL: FilterFailure = { reasons: ['node(s) exceed max volume count'], resolvable: true }
const IN_USE: FilterFailure = {
  reasons: [
    'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  ],
  resolvable: true,
}
const NO_PROVISIONER = 'kubernetes.io/no-provisioner'

/**
 * Names of the claims that a pod mounts. The claim of an ephemeral volume is made with the pod, so a replacement
 * that has a new name gets a new one.
 */
const claimNames = ({ spec }: SimPod): readonly string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim == null ? [] : [persistentVolumeClaim.claimName],
  )

interface Claims {
  readonly found: readonly PersistentVolumeClaim[]
  readonly nowhere?: string
  readonly uncertain?: string
}

function claimsOf(state: State, pod: SimPod): Claims | undefined {
  const names = claimNames(pod)
  if (names.length === 0) return undefined
  const { cluster } = state.simulated
  if (!cluster.wasRead('persistentvolumeclaims', pod.namespace))
    return {
      found: [],
      uncertain: `it uses PersistentVolumeClaim "${names[0]}", and persistent volume claims were not read`,
    }
  const found: PersistentVolumeClaim[] = []
  for (const name of names) {
    const claim = cluster.find('persistentvolumeclaims', pod.namespace, name)
    if (claim === undefined) return { found, nowhere: `persistentvolumeclaim "${name}" not found` }
    if (claim.metadata.deletionTimestamp != null)
      return { found, nowhere: `persistentvolumeclaim "${name}" is being deleted` }
    if (claim.status?.phase === 'Lost')
      return { found, nowhere: `persistentvolumeclaim "${name}" bound to non-existent persistentvolume` }
    found.push(claim)
  }
  return { found }
}

const volumeOf = (state: State, claim: PersistentVolumeClaim): PersistentVolume | undefined =>
  claim.spec?.volumeName
    ? state.simulated.cluster.find('persistentvolumes', undefined, claim.spec.volumeName)
    : undefined

/** spec/drain.md R7d. */
export const volumeRestrictions: Filter = (state, pod) => {
  const exclusive = (claimsOf(state, pod)?.found ?? [])
    .filter(({ spec }) => spec?.accessModes?.includes('ReadWriteOncePod'))
    .map(({ metadata }) => metadata.name)
  if (exclusive.length === 0) return undefined
  const uses = (other: SimPod) =>
    other !== pod &&
    other.namespace === pod.namespace &&
    claimNames(other).some((name) => exclusive.includes(name))
  const users = state.simulated.nodes.filter(({ index }) => [...podsOn(state, index)].some(uses))
  if (users.length === 0) return undefined
  return {
    check: (node) => (users.includes(node) ? IN_USE : { ...IN_USE, resolvable: false }),
  }
}

/** spec/drain.md R7c: volumes of CSI drivers, where the node publishes a limit. */
export const nodeVolumeLimits: Filter = (state, pod) => {
  const wanted = volumesByDriver(state, pod)
  if (wanted.size === 0) return undefined
  return {
    check: (node) => {
      const csiNode = state.simulated.cluster.find('csinodes', undefined, node.name)
      for (const { name, allocatable } of csiNode?.spec?.drivers ?? []) {
        const mine = wanted.get(name)
        if (mine === undefined || allocatable?.count == null) continue
        const handles = new Set(mine)
        for (const other of podsOn(state, node.index))
          for (const handle of volumesByDriver(state, other).get(name) ?? []) handles.add(handle)
        if (handles.size > allocatable.count) return FULL
      }
      return undefined
    },
  }
}

function volumesByDriver(state: State, pod: SimPod): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  if (claimNames(pod).length === 0) return found
  for (const claim of claimsOf(state, pod)?.found ?? []) {
    const volume = volumeOf(state, claim)
    const storageClass = classOf(state, claim)
    const driver = volume?.spec?.csi?.driver ?? (volume === undefined ? storageClass?.provisioner : undefined)
    if (driver === undefined) continue
    const handle = volume?.spec?.csi?.volumeHandle ?? `${pod.namespace}/${claim.metadata.name}`
    found.set(driver, [...(found.get(driver) ?? []), handle])
  }
  return found
}

const classOf = (state: State, claim: PersistentVolumeClaim): StorageClass | undefined =>
  claim.spec?.storageClassName
    ? state.simulated.cluster.find('storageclasses', undefined, claim.spec.storageClassName)
    : undefined

/** spec/drain.md R7: bound volumes by their node affinity, unbound ones by what could be bound or provisioned. */
export const volumeBinding: Filter = (state, pod) => {
  const claims = claimsOf(state, pod)
  if (claims === undefined) return undefined
  if (claims.nowhere !== undefined) return { nowhere: claims.nowhere }
  if (claims.uncertain !== undefined) return { uncertain: claims.uncertain }
  const checks: ((node: SimNode) => FilterFailure | undefined)[] = []
  let uncertain: string | undefined
  for (const claim of claims.found) {
    const answer = claim.spec?.volumeName ? boundClaim(state, claim) : unboundClaim(state, claim)
    if (answer.nowhere !== undefined) return { nowhere: answer.nowhere }
    if (answer.check !== undefined) checks.push(answer.check)
    uncertain ??= answer.uncertain
  }
  return {
    check: (node) => {
      for (const check of checks) {
        const failure = check(node)
        if (failure !== undefined) return failure
      }
      return undefined
    },
    ...(uncertain === undefined ? {} : { uncertain }),
  }
}

type ClaimAnswer = NonNullable<ReturnType<Filter>>

function boundClaim(state: State, claim: PersistentVolumeClaim): ClaimAnswer {
  const volume = volumeOf(state, claim)
  if (volume === undefined)
    return state.simulated.cluster.wasRead('persistentvolumes')
      ? { nowhere: `persistentvolume "${claim.spec?.volumeName}" not found` }
      : {
          uncertain: `it uses PersistentVolume "${claim.spec?.volumeName}", and persistent volumes were not read`,
        }
  const required = volume.spec?.nodeAffinity?.required
  return required == null
    ? {}
    : { check: (node) => (nodeSelectorMatches(required, node) ? undefined : AFFINITY) }
}

function unboundClaim(state: State, claim: PersistentVolumeClaim): ClaimAnswer {
  const storageClass = classOf(state, claim)
  if (storageClass === undefined && claim.spec?.storageClassName)
    return state.simulated.cluster.wasRead('storageclasses')
      ? { nowhere: `storageclass.storage.k8s.io "${claim.spec.storageClassName}" not found` }
      : { uncertain: `its claim "${claim.metadata.name}" is not bound, and storage classes were not read` }
  if (storageClass?.volumeBindingMode !== 'WaitForFirstConsumer')
    return { nowhere: 'pod has unbound immediate PersistentVolumeClaims' }
  const selected = claim.metadata.annotations?.['volume.kubernetes.io/selected-node']
  const volumes = state.simulated.cluster.objects.persistentvolumes.filter((volume) =>
    couldBind(volume, claim),
  )
  const provisioned = storageClass.provisioner !== NO_PROVISIONER
  const topologies = storageClass.allowedTopologies ?? []
  const allowed = (node: SimNode) =>
    topologies.length === 0 ||
    topologies.some(({ matchLabelExpressions }) =>
      (matchLabelExpressions ?? []).every(({ key, values }) => values.includes(node.labels[key] ?? '')),
    )
  const fits = (volume: PersistentVolume, node: SimNode) =>
    volume.spec?.nodeAffinity?.required == null ||
    nodeSelectorMatches(volume.spec.nodeAffinity.required, node)
  return {
    check: (node) => {
      if (selected !== undefined && selected !== node.name) return NO_VOLUME
      if (volumes.some((volume) => fits(volume, node)) || (provisioned && allowed(node))) return undefined
      return NO_VOLUME
    },
  }
}

function couldBind({ spec, status, metadata }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const labels = metadata.labels ?? {}
  const wanted = claim.spec?.resources?.requests?.['storage']
  const size = spec?.capacity?.['storage']
  const selector = claim.spec?.selector
  return (
    status?.phase === 'Available' &&
    (spec?.storageClassName ?? '') === (claim.spec?.storageClassName ?? '') &&
    (claim.spec?.accessModes ?? []).every((mode) => spec?.accessModes?.includes(mode)) &&
    (wanted === undefined ||
      (size !== undefined && resourceValue('storage', size) >= resourceValue('storage', wanted))) &&
    (selector == null || matchesSelector(selector, labels))
  )
}

/** spec/drain.md R7b: zone and region labels of a bound volume; several values are joined by `__`. */
export const volumeZone: Filter = (state, pod) => {
  const labelled = (claimsOf(state, pod)?.found ?? []).flatMap((claim) => {
    const labels = volumeOf(state, claim)?.metadata.labels ?? {}
    return ZONE_LABELS.flatMap((key) =>
      labels[key] === undefined ? [] : [{ key, values: labels[key].split('__') }],
    )
  })
  if (labelled.length === 0) return undefined
  return {
    check: (node) => {
      if (!ZONE_LABELS.some((key) => Object.hasOwn(node.labels, key))) return undefined
      return labelled.every(({ key, values }) => values.includes(zoneOf(node, key) ?? ''))
        ? undefined
        : NO_ZONE
    },
  }
}

/** A node's zone or region under the label that the volume uses, or under its other name. */
const zoneOf = (node: SimNode, key: string): string | undefined =>
  node.labels[key] ??
  node.labels[
    key.startsWith('failure-domain.beta.')
      ? key.replace('failure-domain.beta.', 'topology.')
      : key.replace('topology.', 'failure-domain.beta.')
  ]
