import type { LabelSelector, PodSpec } from '../../model/kubernetes/objects.ts'
import { type Labels, matchesSelector } from '../../model/kubernetes/selector.ts'

/** A required (anti-)affinity term with its namespaces resolved. */
export interface AffinityTerm {
  /** Equal for equal terms. */
  readonly key: string
  readonly namespaces: ReadonlySet<string> | 'all'
  readonly selector: LabelSelector | undefined
  readonly topologyKey: string
}

/** A hard topology spread constraint (`DoNotSchedule`). */
export interface SpreadConstraint {
  readonly key: string
  readonly namespace: string
  readonly selector: LabelSelector | undefined
  readonly topologyKey: string
  readonly maxSkew: number
  readonly minDomains: number
  readonly honorsAffinity: boolean
  readonly honorsTaints: boolean
}

export interface HostPort {
  readonly protocol: string
  readonly ip: string
  readonly port: number
}

/** Namespaces that a selector on namespace labels means. */
export type NamespacesMatching = (selector: LabelSelector) => ReadonlySet<string>

type WireTerm = {
  readonly labelSelector?: LabelSelector
  readonly namespaces?: readonly string[]
  readonly namespaceSelector?: LabelSelector
  readonly topologyKey: string
}

function podTerm(term: WireTerm, namespace: string, matching: NamespacesMatching): AffinityTerm {
  const selector = term.namespaceSelector
  const everywhere =
    selector != null &&
    Object.keys(selector.matchLabels ?? {}).length === 0 &&
    (selector.matchExpressions ?? []).length === 0
  const listed = term.namespaces ?? []
  const namespaces = everywhere
    ? 'all'
    : new Set(
        listed.length === 0 && selector == null
          ? [namespace]
          : [...listed, ...(selector == null ? [] : matching(selector))],
      )
  const scope = namespaces === 'all' ? '*' : [...namespaces].sort().join(',')
  return {
    key: `${scope}|${JSON.stringify(term.labelSelector ?? null)}|${term.topologyKey}`,
    namespaces,
    selector: term.labelSelector,
    topologyKey: term.topologyKey,
  }
}

/**
 * Whether a pod with this namespace and these labels is one that the term speaks of (docs/reference/scheduler.md#R8).
 */
export const termMatches = (term: AffinityTerm, namespace: string, labels: Labels): boolean =>
  (term.namespaces === 'all' || term.namespaces.has(namespace)) && matchesSelector(term.selector, labels)

const NONE: readonly never[] = []

export const requiredAffinity = (
  spec: PodSpec,
  namespace: string,
  matching: NamespacesMatching,
): readonly AffinityTerm[] =>
  spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.map((term) =>
    podTerm(term, namespace, matching),
  ) ?? NONE

export const requiredAntiAffinity = (
  spec: PodSpec,
  namespace: string,
  matching: NamespacesMatching,
): readonly AffinityTerm[] =>
  spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.map((term) =>
    podTerm(term, namespace, matching),
  ) ?? NONE

/** Hard constraints only; `matchLabelKeys` are merged into the selector where the API server has not done so. */
export function hardSpread(spec: PodSpec, namespace: string, labels: Labels): readonly SpreadConstraint[] {
  if (spec.topologySpreadConstraints === undefined) return NONE
  return spec.topologySpreadConstraints
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
    .map((constraint) => {
      const selector = withLabelKeys(constraint.labelSelector, constraint.matchLabelKeys ?? [], labels)
      return {
        key: `${namespace}|${JSON.stringify(selector ?? null)}`,
        namespace,
        selector,
        topologyKey: constraint.topologyKey,
        maxSkew: constraint.maxSkew,
        minDomains: constraint.minDomains ?? 1,
        honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
        honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
      }
    })
}

function withLabelKeys(
  selector: LabelSelector | undefined,
  keys: readonly string[],
  labels: Labels,
): LabelSelector | undefined {
  if (keys.length === 0 || selector === undefined) return selector
  const merged = keys.flatMap((key) =>
    labels[key] === undefined ? [] : [{ key, operator: 'In', values: [labels[key]] }],
  )
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...merged] }
}

/** Host ports of containers and sidecars, which is what NodePorts looks at (docs/reference/scheduler.md#R5). */
export const hostPorts = (spec: PodSpec): readonly HostPort[] => {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  const found = [...spec.containers, ...sidecars].flatMap(({ ports }) =>
    (ports ?? []).flatMap(({ hostPort, hostIP, protocol }) =>
      hostPort ? [{ port: hostPort, ip: hostIP || '0.0.0.0', protocol: protocol || 'TCP' }] : [],
    ),
  )
  return found.length === 0 ? NONE : found
}

export const portsConflict = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0')
