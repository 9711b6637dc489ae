import { UserError } from '../model/errors.ts'
import { KINDS } from '../model/kubernetes/kinds.ts'
import type { Pod } from '../model/kubernetes/objects.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import { type Selection, selectWorkloads } from '../model/snapshot/selection.ts'
import type { Fact } from './facts/facts.ts'
import { type SubjectReference, subjectKey } from './facts/subject.ts'
import type { Candidate } from './incidents/candidate.ts'

/** What was asked for. */
export interface Scope {
  covers(candidate: Candidate): boolean
  /** For the count of events. */
  coversFact(fact: Fact): boolean
}

/**
 * The part of the cluster that options mean: a namespace, or named objects with all that belongs to them, or what is
 * on a node. The nodes of the pods belong to it in each case, because their trouble is the pods' trouble.
 * @throws UserError where a named object, or the node, does not exist and nothing tells of it
 */
export function scopeOf(cluster: Cluster, selection: Selection, node: string | undefined): Scope {
  if (node !== undefined) requireNode(cluster, node)
  const narrow = selection.targets.length > 0 || selection.selector.length > 0
  const { targets, remembered } = withoutGone(cluster, selection)
  const onlyGone = remembered.size > 0 && targets.length === 0
  const chosen = onlyGone ? [] : selectWorkloads(cluster, { ...selection, targets })
  const direct = new Set([...(narrow ? namedKeys(cluster, selection) : []), ...remembered])
  const users = cluster
    .workloads()
    .filter(({ pods }) => pods.some((pod) => claimKeys(pod).some((key) => direct.has(key))))
  const onNode = (pod: Pod) => node === undefined || pod.spec?.nodeName === node
  const workloads = [...new Set([...chosen, ...users])].filter(
    ({ pods }) => node === undefined || pods.some(onNode),
  )
  const pods = workloads.flatMap((workload) => workload.pods.filter(onNode))
  const keys = new Set([
    ...direct,
    ...workloads.map(subjectKey),
    ...pods.flatMap((pod) => [podKey(pod), ...claimKeys(pod)]),
    ...pods.flatMap(({ spec }) => (spec?.nodeName ? [`Node//${spec.nodeName}`] : [])),
    ...scalersOf(cluster, new Set(workloads.map(subjectKey))),
  ])

  const inScope = (subject: SubjectReference, nodes: Iterable<string>): boolean => {
    if (node !== undefined && ![...nodes].includes(node)) return false
    if (keys.has(subjectKey(subject))) return true
    if (narrow) return false
    return selection.namespace === undefined || subject.namespace === selection.namespace
  }
  return {
    covers: ({ finding: { subject }, nodes, pods }) =>
      inScope(subject, nodes) || pods.some((pod) => remembered.has(subjectKey({ kind: 'Pod', ...pod }))),
    coversFact: ({ subject, node: where, occurrence: { regarding } }) =>
      inScope(subject, where === undefined ? [] : [where]) || remembered.has(subjectKey(regarding)),
  }
}

/** A node that is gone is known by its events, and by pods that still name it. */
function requireNode(cluster: Cluster, name: string): void {
  const isKnown =
    !cluster.wasRead('nodes') ||
    cluster.node(name) !== undefined ||
    cluster.podsOnNode(name).length > 0 ||
    cluster
      .occurrences()
      .some(({ regarding, host }) => host === name || (regarding.kind === 'Node' && regarding.name === name))
  if (!isKnown) throw new UserError(`nodes "${name}" not found`, 'List what is there with: kubectl get nodes')
}

/** Named objects that are gone, of which events still tell, and the other targets. */
function withoutGone(cluster: Cluster, { targets, namespace }: Selection) {
  const remembered = new Set<string>()
  const others = targets.filter(({ resource, name }) => {
    if (name === undefined || cluster.objects[resource].some(({ metadata }) => metadata.name === name))
      return true
    const about = cluster
      .occurrences()
      .filter(
        ({ regarding }) =>
          regarding.kind === KINDS[resource].kind &&
          regarding.name === name &&
          (namespace === undefined || !KINDS[resource].namespaced || regarding.namespace === namespace),
      )
    for (const { regarding } of about)
      remembered.add(`${regarding.kind}/${regarding.namespace ?? ''}/${name}`)
    return about.length === 0
  })
  return { targets: others, remembered }
}

const podKey = ({ metadata }: Pod): string => `Pod/${metadata.namespace ?? ''}/${metadata.name}`

const claimKeys = ({ metadata, spec }: Pod): readonly string[] =>
  (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim
      ? [`PersistentVolumeClaim/${metadata.namespace ?? ''}/${persistentVolumeClaim.claimName}`]
      : [],
  )

/** Objects that were named and are no workloads: a Service, a claim, a node. */
function namedKeys(cluster: Cluster, { targets, namespace }: Selection): Set<string> {
  const keys = new Set<string>()
  for (const { resource, name } of targets)
    for (const { metadata, kind } of cluster.objects[resource]) {
      if (resource === 'events' || (name !== undefined && metadata.name !== name)) continue
      if (KINDS[resource].namespaced && namespace !== undefined && metadata.namespace !== namespace) continue
      keys.add(`${kind}/${metadata.namespace ?? ''}/${metadata.name}`)
    }
  return keys
}

const scalersOf = (cluster: Cluster, subjects: ReadonlySet<string>): readonly string[] =>
  cluster.objects.horizontalpodautoscalers.flatMap(({ metadata, spec }) => {
    const target = spec?.scaleTargetRef
    return target !== undefined && subjects.has(`${target.kind}/${metadata.namespace ?? ''}/${target.name}`)
      ? [`HorizontalPodAutoscaler/${metadata.namespace ?? ''}/${metadata.name}`]
      : []
  })
