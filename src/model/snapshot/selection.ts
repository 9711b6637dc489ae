import { UserError } from '../errors.ts'
import { KINDS, RESOURCES, type Resource, resourceNamed } from '../kubernetes/kinds.ts'
import type { KubeObject } from '../kubernetes/objects.ts'
import { meets, type Requirement } from '../kubernetes/selector.ts'
import { nearest } from '../text/nearest.ts'
import type { Cluster } from './cluster.ts'
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
 * The workloads a selection means: named directly, through one of their pods, ReplicaSets or Jobs, or through the
 * node that their pods run on. Sorted as `cluster.workloads()`.
 * @throws UserError where a named object is not in the snapshot (as kubectl's NotFound)
 */
export function selectWorkloads(cluster: Cluster, selection: Selection): readonly Workload[] {
  const inNamespace = cluster
    .workloads()
    .filter(({ namespace }) => selection.namespace === undefined || namespace === selection.namespace)
  const named =
    selection.targets.length === 0
      ? inNamespace
      : namedWorkloads(cluster, inNamespace, selection.targets, selection.namespace)
  if (selection.selector.length === 0) return named
  const matches = (labels: Readonly<Record<string, string>> | undefined) =>
    selection.selector.every((requirement) => meets(labels ?? {}, requirement))
  return named.filter(
    ({ object, pods }) =>
      matches(object?.metadata.labels) || pods.some((pod) => matches(pod.metadata.labels)),
  )
}

function namedWorkloads(
  cluster: Cluster,
  workloads: readonly Workload[],
  targets: readonly Target[],
  namespace: string | undefined,
): readonly Workload[] {
  const chosen = new Set<Workload>()
  for (const target of targets) {
    const found = workloads.filter((workload) => belongsTo(cluster, workload, target))
    const exists = cluster.objects[target.resource].some((object: KubeObject) =>
      namespace !== undefined && KINDS[target.resource].namespaced
        ? object.metadata.namespace === namespace && object.metadata.name === target.name
        : object.metadata.name === target.name,
    )
    if (
      target.name !== undefined &&
      found.length === 0 &&
      !exists &&
      cluster.wasRead(target.resource, namespace)
    )
      throw new UserError(
        `${target.resource} "${target.name}" not found${namespace === undefined ? '' : ` in namespace "${namespace}"`}`,
        'List what is there with: kubectl get ' +
          target.resource +
          (namespace === undefined ? ' -A' : ` -n ${namespace}`),
      )
    for (const workload of found) chosen.add(workload)
  }
  return workloads.filter((workload) => chosen.has(workload))
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
  return workload.pods.some((pod) =>
    pod.metadata.ownerReferences?.some(
      (reference) =>
        reference.kind === kind &&
        (name === undefined || reference.name === name) &&
        cluster.owner(pod.metadata.namespace, reference) !== undefined,
    ),
  )
}
