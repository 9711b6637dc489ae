import { UserError } from '../../model/errors.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { type Labels, meetsAll, type Requirement } from '../../model/kubernetes/selector.ts'
import { meantOrListed, noneWithLabels } from '../../model/snapshot/not-found.ts'
import type { Snapshot } from '../../model/snapshot/snapshot.ts'

interface NodeSelection {
  readonly selector?: readonly Requirement[] | undefined
  readonly 'all-nodes': boolean
  readonly by?: string | undefined
  readonly 'pod-selector'?: readonly Requirement[] | undefined
}

const labelsOf = ({ metadata }: KubeObject): Labels => metadata.labels ?? {}

/**
 * The names of the nodes that are meant: those that were named, else those with the labels.
 * @throws UserError where no node has the labels, there is none at all, none of them has the label of `--by`, or no pod
 * of the cluster those of `--pod-selector`
 */
export function nodesMeant(
  flags: NodeSelection,
  named: readonly string[],
  { objects, gaps }: Snapshot,
): readonly string[] {
  const wasRead = (resource: 'nodes' | 'pods') => !gaps.some((gap) => gap.resource === resource)
  if (wasRead('pods')) requirePods(flags['pod-selector'] ?? [], objects.pods)
  if (!wasRead('nodes')) return named
  const nodes =
    named.length > 0
      ? objects.nodes.filter(({ metadata }) => named.includes(metadata.name))
      : nodesWith(flags.selector ?? [], objects.nodes)
  if (flags.by !== undefined && nodes.length > 0) requireKey(flags.by, nodes.map(labelsOf))
  return named.length > 0 ? named : nodes.map(({ metadata }) => metadata.name)
}

function nodesWith<Node extends KubeObject>(
  selector: readonly Requirement[],
  all: readonly Node[],
): readonly Node[] {
  if (all.length === 0) throw new UserError('there are no nodes', 'See for yourself: kubectl get nodes')
  const nodes = all.filter((node) => meetsAll(labelsOf(node), selector))
  if (nodes.length === 0) throw noneWithLabels('node', selector, all.map(labelsOf))
  return nodes
}

function requireKey(key: string, labels: readonly Labels[]): void {
  if (labels.some((one) => Object.hasOwn(one, key))) return
  const keys = [...new Set(labels.flatMap((one) => Object.keys(one)))]
  throw new UserError(
    `invalid argument "${key}" for --by: none of the nodes has such a label`,
    meantOrListed(key, keys, 'Their labels are'),
  )
}

/** A selector that no pod anywhere has would make an empty drain of every node, which always ends well. */
function requirePods(selector: readonly Requirement[], pods: readonly KubeObject[]): void {
  const labels = pods.map(labelsOf)
  const isMet = labels.some((one) => meetsAll(one, selector))
  if (selector.length > 0 && pods.length > 0 && !isMet) throw noneWithLabels('pod', selector, labels)
}
