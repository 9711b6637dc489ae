import type { KubeObject, Pod } from '../model/kubernetes/objects.ts'
import { picker } from './cluster/pick.ts'
import { type PodPath, pathsOf } from './cluster/pod-fields.ts'
import { FOLLOW_READS } from './follow/replacements.ts'
import { KUBECTL_READS } from './policy/kubectl-filters.ts'
import { DURATION_READS } from './report/node-time.ts'
import { RULE_READS } from './simulation/equivalence.ts'

/** What every object is found by. */
const INDEX_READS: readonly PodPath[] = [
  'apiVersion',
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.ownerReferences',
  'spec.nodeName',
]

/** All fields of pods that anything in a plan reads. */
export const READ_PATHS: ReadonlySet<string> = new Set([
  ...INDEX_READS,
  ...pathsOf([...RULE_READS, ...DURATION_READS]),
  ...KUBECTL_READS,
  ...FOLLOW_READS,
])

const pickRead = picker(READ_PATHS)

/**
 * Takes from pods what no plan reads, which is most of them: what is left is what those who read pods declare. What
 * pods have in common, being of one template, they then share. For large clusters, where all pods are in memory at once.
 */
export function fieldProjection(): (object: KubeObject) => KubeObject {
  const share = sharing()
  return (object) => (object.kind === 'Pod' ? sharingFields(pickRead(object) as Pod, share) : object)
}

type Share = <T>(value: T) => T

/** The first of all values that are alike. */
function sharing(): Share {
  const known = new Map<string, unknown>()
  return <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value
    const key = JSON.stringify(value)
    const first = known.get(key)
    if (first !== undefined) return first as T
    known.set(key, value)
    return value
  }
}

const sharingFields = ({ metadata, spec, ...rest }: Pod, share: Share): Pod => ({
  ...rest,
  metadata: withShared(metadata, share),
  ...(spec === undefined ? {} : { spec: withShared(spec, share) }),
})

const withShared = <T extends object>(fields: T, share: Share): T =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, share(value)])) as T
