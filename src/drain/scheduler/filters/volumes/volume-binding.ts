import type {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
} from '../../../../model/kubernetes/objects.ts'
import { resourceValue } from '../../../../model/kubernetes/quantity.ts'
import { matchesSelector } from '../../../../model/kubernetes/selector.ts'
import type { SimNode } from '../../../cluster/simulated-cluster.ts'
import type { State } from '../../../state/state.ts'
import { type Filter, type FilterAnswer, type NodeCheck, unresolvable } from '../../filter.ts'
import { nodeSelectorMatches } from '../../node-selector.ts'
import { CLAIM_READS, claimsOf, classOf, type UnusableClaim, volumeOf } from '../../volumes.ts'

type Reason =
  | { readonly code: 'VolumeNodeAffinityConflict' }
  | { readonly code: 'NoVolumeToBind' }
  | { readonly code: 'UnboundImmediateClaim' }
  | { readonly code: 'VolumeNotFound'; readonly volume: string }
  | { readonly code: 'StorageClassNotFound'; readonly storageClass: string }
  | { readonly code: UnusableClaim['code']; readonly claim: string }

const AFFINITY = unresolvable({ code: 'VolumeNodeAffinityConflict' } as const)
const NO_VOLUME = unresolvable({ code: 'NoVolumeToBind' } as const)
const NO_PROVISIONER = 'kubernetes.io/no-provisioner'

/**
 * docs/reference/scheduler.md#R7: bound volumes by their node affinity, unbound ones by what could be bound or
 * provisioned.
 */
export const volumeBinding: Filter<Reason> = {
  name: 'VolumeBinding',
  reads: CLAIM_READS,
  scope: 'Node',
  words: {
    VolumeNodeAffinityConflict: "node(s) didn't match PersistentVolume's node affinity",
    NoVolumeToBind: "node(s) didn't find available persistent volumes to bind",
    UnboundImmediateClaim: 'pod has unbound immediate PersistentVolumeClaims',
    VolumeNotFound: ({ volume }) => `persistentvolume "${volume}" not found`,
    StorageClassNotFound: ({ storageClass }) => `storageclass.storage.k8s.io "${storageClass}" not found`,
    ClaimNotFound: ({ claim }) => `persistentvolumeclaim "${claim}" not found`,
    ClaimBeingDeleted: ({ claim }) => `persistentvolumeclaim "${claim}" is being deleted`,
    ClaimLost: ({ claim }) => `persistentvolumeclaim "${claim}" bound to non-existent persistentvolume`,
  },
  filter: (state, pod) => {
    const claims = claimsOf(state, pod)
    if (claims === undefined) return undefined
    const { nowhere, uncertain: unread } = claims
    if (nowhere !== undefined) return { nowhere }
    if (unread !== undefined) return { uncertain: unread }
    const checks: NodeCheck<Reason>[] = []
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
  },
}

function boundClaim(state: State, claim: PersistentVolumeClaim): FilterAnswer<Reason> {
  const name = claim.spec?.volumeName ?? ''
  const volume = volumeOf(state, claim)
  if (volume === undefined)
    return state.simulated.cluster.wasRead('persistentvolumes')
      ? { nowhere: { code: 'VolumeNotFound', volume: name } }
      : { uncertain: `it uses PersistentVolume "${name}", and persistent volumes were not read` }
  const required = volume.spec?.nodeAffinity?.required
  return required == null
    ? {}
    : { check: (node) => (nodeSelectorMatches(required, node) ? undefined : AFFINITY) }
}

function unboundClaim(state: State, claim: PersistentVolumeClaim): FilterAnswer<Reason> {
  const storageClass = classOf(state, claim)
  if (storageClass === undefined && claim.spec?.storageClassName)
    return state.simulated.cluster.wasRead('storageclasses')
      ? { nowhere: { code: 'StorageClassNotFound', storageClass: claim.spec.storageClassName } }
      : { uncertain: `its claim "${claim.metadata.name}" is not bound, and storage classes were not read` }
  if (storageClass?.volumeBindingMode !== 'WaitForFirstConsumer')
    return { nowhere: { code: 'UnboundImmediateClaim' } }
  const selected = claim.metadata.annotations?.['volume.kubernetes.io/selected-node']
  const volumes = state.simulated.cluster.objects.persistentvolumes.filter((volume) =>
    couldBind(volume, claim),
  )
  return {
    check: (node) => {
      if (selected !== undefined && selected !== node.name) return NO_VOLUME
      const isFound = volumes.some((volume) => isWithinReach(volume, node)) || provisions(storageClass, node)
      return isFound ? undefined : NO_VOLUME
    },
  }
}

const isWithinReach = ({ spec }: PersistentVolume, node: SimNode): boolean =>
  spec?.nodeAffinity?.required == null || nodeSelectorMatches(spec.nodeAffinity.required, node)

/** Whether a new volume can be made for a pod on this node. */
function provisions({ provisioner, allowedTopologies = [] }: StorageClass, { labels }: SimNode): boolean {
  if (provisioner === NO_PROVISIONER) return false
  return (
    allowedTopologies.length === 0 ||
    allowedTopologies.some(({ matchLabelExpressions }) =>
      (matchLabelExpressions ?? []).every(({ key, values }) => values.includes(labels[key] ?? '')),
    )
  )
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
