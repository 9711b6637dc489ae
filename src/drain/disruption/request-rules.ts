import type { LabelSelector } from '../../model/kubernetes/objects.ts'
import { meets, requirements } from '../../model/kubernetes/selector.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'

/** A rule of a webhook or a policy about the requests that it is asked about. */
interface RequestRule {
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  readonly operations?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly scope?: string
}

/** Which requests something is asked about, as far as labels and rules decide. */
export interface RequestMatch {
  readonly rules?: readonly RequestRule[]
  readonly exclude?: readonly RequestRule[]
  readonly namespaceSelector?: LabelSelector
  readonly objectSelector?: LabelSelector
}

/** The name of a pod, or undefined for one that has not been looked at: the rule may then name it. */
const matchesRule = (rule: RequestRule, pod: string | undefined): boolean =>
  has(rule.apiGroups, '') &&
  has(rule.apiVersions, 'v1') &&
  has(rule.operations, 'CREATE') &&
  (rule.scope === undefined || rule.scope === '*' || rule.scope === 'Namespaced') &&
  (rule.resources ?? []).some(namesEvictions) &&
  (pod === undefined || !rule.resourceNames?.length || rule.resourceNames.includes(pod))

const has = (items: readonly string[] | undefined, one: string): boolean =>
  items?.some((item) => item === '*' || item === one) ?? false

/** `pods/eviction`, and by wildcards; `*` alone means no subresource (docs/reference/eviction.md#admission). */
function namesEvictions(resource: string): boolean {
  const [name, subresource] = resource.split('/', 2)
  return (name === '*' || name === 'pods') && (subresource === '*' || subresource === 'eviction')
}

/** Whether evictions of any pod can match: an Eviction as kubectl sends it has no labels. */
export const mayMatchEvictions = ({ rules = [], objectSelector }: RequestMatch): boolean =>
  rules.some((rule) => matchesRule(rule, undefined)) &&
  requirements(objectSelector ?? {}).every((requirement) => meets({}, requirement))

/** Whether the eviction of this pod matches; also where that is not known. */
export const matchesEviction = (
  { rules = [], exclude = [], namespaceSelector }: RequestMatch,
  cluster: Cluster,
  pod: { readonly namespace: string; readonly name: string },
): boolean =>
  rules.some((rule) => matchesRule(rule, pod.name)) &&
  !exclude.some((rule) => matchesRule(rule, pod.name)) &&
  mayMatchNamespace(namespaceSelector, cluster, pod.namespace)

/** Every namespace has its name as a label; what else it has is known only where it was read. */
const NAME_LABEL = 'kubernetes.io/metadata.name'

function mayMatchNamespace(
  selector: LabelSelector | undefined,
  cluster: Cluster,
  namespace: string,
): boolean {
  const labels = cluster.find('namespaces', undefined, namespace)?.metadata.labels
  return requirements(selector ?? {}).every(
    (requirement) =>
      (labels === undefined && requirement.key !== NAME_LABEL) ||
      meets({ ...labels, [NAME_LABEL]: namespace }, requirement),
  )
}
