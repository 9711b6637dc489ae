import { UserError } from '../errors.ts'
import { KINDS, RESOURCES, type Resource, resourceNamed } from '../kubernetes/kinds.ts'
import type { KubeObject } from '../kubernetes/objects.ts'
import { TEMPLATE_PATHS } from '../kubernetes/pod-template.ts'
import { type Labels, meetsAll, type Requirement } from '../kubernetes/selector.ts'
import { nearest } from '../text/nearest.ts'
import type { Cluster } from './cluster.ts'
import { isFollowed, leadsTo } from './followed.ts'
import { noneWithLabels, notFound } from './not-found.ts'
import type { Workload } from './workload.ts'

/** One TYPE/NAME of the command line; without a name, every object of the type. */
export interface Target {
  readonly resource: Resource
  readonly name?: string
}

/** What the user asked to look at. */
export interface Selection {
  /** Undefined means all namespaces. */
  readonly namespace?: string
  /** Empty means everything. */
  readonly targets: readonly Target[]
  /** `-l`, on the labels of workloads or of their pods. */
  readonly selector: readonly Requirement[]
}

/**
 * Reads positional arguments as kubectl does: `TYPE/NAME ...`, `TYPE NAME ...`, `TYPE`, `TYPE,TYPE`.
 * @throws UserError for an unknown type, or for both forms mixed
 */
export function parseTargets(words: readonly string[]): readonly Target[] {
  if (words.length === 0) return []
  const slashed = words.filter((word) => word.includes('/'))
  if (slashed.length > 0) {
    const bare = words.find((word) => !word.includes('/'))
    if (bare !== undefined)
      throw new UserError(
        `"${bare}" has no type: there is no need to mix "TYPE NAME" and "TYPE/NAME"`,
        'Give each argument as TYPE/NAME, for example deploy/web.',
      )
    return words.map((word) => {
      const [type = '', name = '', ...more] = word.split('/')
      if (type === '' || name === '' || more.length > 0)
        throw new UserError(`"${word}" is not of the form TYPE/NAME`, 'For example: deploy/web.')
      return { resource: knownType(type), name }
    })
  }
  const [types = '', ...names] = words
  const resources = types.split(',').map(knownType)
  return resources.flatMap((resource) =>
    names.length === 0 ? [{ resource }] : names.map((name) => ({ resource, name })),
  )
}

function knownType(word: string): Resource {
  const resource = resourceNamed(word)
  if (resource !== undefined) return resource
  const words = RESOURCES.flatMap((name) => [name, KINDS[name].kind.toLowerCase(), ...KINDS[name].shortNames])
  const guess = nearest(word.toLowerCase(), words)
  throw new UserError(
    `the resource type "${word}" is not known to this command`,
    guess === undefined
      ? 'Types are named as in kubectl, for example pod, deploy, sts, ds, job, node.'
      : `Did you mean "${guess}"?`,
  )
}

/**
 * The workloads a selection means: named directly, through one of their pods, ReplicaSets or Jobs, through the node that
 * their pods run on, or through what leads to their pods (a Service, a budget, a claim). Sorted as `cluster.workloads()`.
 * @throws UserError where a named object is not in the snapshot (as kubectl's NotFound), where it is not known because
 * its kind was not read, and where there are workloads but none has the labels
 */
export function selectWorkloads(cluster: Cluster, selection: Selection): readonly Workload[] {
  const { targets, selector, namespace } = selection
  for (const target of targets) if (target.name !== undefined) requireObject(cluster, target, namespace)
  const named = namedWorkloads(cluster, { targets, namespace })
  if (selector.length === 0) return named
  const chosen = named.filter((workload) => labelsOf(workload).some((labels) => meetsAll(labels, selector)))
  if (chosen.length === 0 && named.length > 0)
    throw noneWithLabels(
      namespace === undefined ? 'workload' : `workload in namespace "${namespace}"`,
      selector,
      named.flatMap(labelsOf),
    )
  return chosen
}

/** Of the workload and of each of its pods; of a manifest, which has none, those that its pods will have. */
const labelsOf = ({ object, pods, template }: Workload): readonly Labels[] => [
  object?.metadata.labels ?? {},
  ...pods.map(({ metadata }) => metadata.labels ?? {}),
  ...(pods.length === 0 ? [template?.metadata?.labels ?? {}] : []),
]

/** The workloads that the targets mean, as far as they are there; without targets all of the namespace. */
export function namedWorkloads(
  cluster: Cluster,
  { targets, namespace }: { readonly targets: readonly Target[]; readonly namespace?: string | undefined },
): readonly Workload[] {
  const workloads = cluster
    .workloads()
    .filter((workload) => namespace === undefined || workload.namespace === namespace)
  return targets.length === 0
    ? workloads
    : workloads.filter((workload) => targets.some((target) => belongsTo(cluster, workload, target)))
}

/** @throws UserError where the object is not there, or may be there and leads nowhere because it was not read */
function requireObject(cluster: Cluster, target: Target, namespace: string | undefined): void {
  const { resource, name = '' } = target
  const exists = cluster.objects[resource].some(
    ({ metadata }: KubeObject) =>
      metadata.name === name &&
      (namespace === undefined || !KINDS[resource].namespaced || metadata.namespace === namespace),
  )
  if (exists || namedWorkloads(cluster, { targets: [target], namespace }).length > 0) return
  if (cluster.wasRead(resource, namespace)) throw notFound(cluster, { resource, name }, namespace)
  const gap = cluster.gaps.find((one) => one.resource === resource)
  throw new UserError(
    `${resource} "${name}" is not known: ${resource} could not be read${gap === undefined ? '' : ` (${gap.message})`}`,
    'Name it by something that was read, such as one of its pods.',
  )
}

/**
 * That something was named which is there and has no probes.
 * @throws UserError for a kind that leads to no pods, and for an object whose selector or reference no workload meetsAll
 */
export function requirePods(cluster: Cluster, { targets, namespace }: Selection): void {
  for (const target of targets) {
    const { resource, name } = target
    if (namedWorkloads(cluster, { targets: [target], namespace }).length > 0) continue
    if (isFollowed(resource) && name !== undefined)
      throw new UserError(
        `${resource} "${name}" leads to no workload`,
        'No workload that was read is what it selects or refers to.',
      )
    if (!isFollowed(resource) && resource !== 'nodes' && !Object.hasOwn(TEMPLATE_PATHS, KINDS[resource].kind))
      throw new UserError(
        `${resource} have no probes and lead to no pods`,
        'Name a workload, a pod, a node, or what selects pods, such as a Service.',
      )
  }
}

function belongsTo(cluster: Cluster, workload: Workload, { resource, name }: Target): boolean {
  const { kind } = KINDS[resource]
  if (workload.kind === kind && (name === undefined || workload.name === name)) return true
  if (resource === 'pods')
    return workload.pods.some((pod) => name === undefined || pod.metadata.name === name)
  if (resource === 'nodes')
    return workload.pods.some(
      (pod) => pod.spec?.nodeName !== undefined && (name ?? pod.spec.nodeName) === pod.spec.nodeName,
    )
  if (isFollowed(resource))
    return cluster.objects[resource].some(
      (object: KubeObject) =>
        (name === undefined || object.metadata.name === name) && leadsTo(resource, object, workload),
    )
  return workload.pods.some((pod) =>
    pod.metadata.ownerReferences?.some(
      (reference) =>
        reference.kind === kind &&
        (name === undefined || reference.name === name) &&
        cluster.owner(pod.metadata.namespace, reference) !== undefined,
    ),
  )
}
