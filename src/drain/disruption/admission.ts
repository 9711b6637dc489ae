import type { Pod } from '../../model/kubernetes/objects.ts'
import { matchesMap } from '../../model/kubernetes/selector.ts'
import { type KnownReviewer, REVIEWERS, type ReviewerCode } from '../../model/managers/reviewers.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { isPodReady } from '../../model/snapshot/ready.ts'
import { derived } from '../cluster/derived.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import { matchesEviction, mayMatchEvictions, type RequestMatch } from './request-rules.ts'

/** What decides who is asked about the eviction of a pod. */
export const ADMISSION_READS: readonly PodField[] = ['namespace', 'name', 'labels']

/** A webhook or a policy that the API server asks about evictions (docs/reference/eviction.md#admission). */
export interface Reviewer {
  readonly kind:
    | 'MutatingWebhookConfiguration'
    | 'ValidatingWebhookConfiguration'
    | 'ValidatingAdmissionPolicy'
  /** Of the configuration, or the policy. */
  readonly name: string
  /** Of the webhook in it. */
  readonly webhook?: string
  /** What happens where it can't be asked, or fails. */
  readonly failurePolicy: 'Fail' | 'Ignore'
  /** `namespace/name` of the Service that is asked. */
  readonly service?: string
  /** Whether that has a Ready pod; of other addresses nobody knows. */
  readonly backends: 'Ready' | 'None' | 'NotKnown'
  /** Whether expressions decide in addition, which are not evaluated. */
  readonly conditional: boolean
  readonly known?: KnownReviewer
  /** All of these have to match. */
  readonly matches: readonly RequestMatch[]
}

const policyOf = (text: string | undefined): Reviewer['failurePolicy'] =>
  text === 'Ignore' ? 'Ignore' : 'Fail'

/** Those that can be asked about the eviction of some pod, in the order of their kinds and names. */
export const evictionReviewers = derived((cluster: Cluster): readonly Reviewer[] =>
  [
    ...cluster.objects.mutatingwebhookconfigurations.flatMap((one) =>
      webhooksOf(cluster, 'MutatingWebhookConfiguration', one),
    ),
    ...cluster.objects.validatingwebhookconfigurations.flatMap((one) =>
      webhooksOf(cluster, 'ValidatingWebhookConfiguration', one),
    ),
    ...policies(cluster),
  ].filter(({ matches }) => matches.every(mayMatchEvictions)),
)

type Configuration = Cluster['objects']['validatingwebhookconfigurations'][number]

function webhooksOf(
  cluster: Cluster,
  kind: Reviewer['kind'],
  { metadata, webhooks = [] }: Pick<Configuration, 'metadata' | 'webhooks'>,
): readonly Reviewer[] {
  return webhooks.map(
    ({ name, clientConfig, failurePolicy, matchConditions, rules, namespaceSelector, objectSelector }) => {
      const service = clientConfig?.service
      const known = REVIEWERS.find(({ webhook }) => webhook === name)
      return {
        kind,
        name: metadata.name,
        webhook: name,
        failurePolicy: policyOf(failurePolicy),
        ...(service == null ? {} : { service: `${service.namespace}/${service.name}` }),
        backends: service == null ? 'NotKnown' : backendsOf(cluster, service.namespace, service.name),
        conditional: (matchConditions ?? []).length > 0,
        ...(known === undefined ? {} : { known }),
        matches: [
          {
            ...(rules === undefined ? {} : { rules }),
            ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
            ...(objectSelector === undefined ? {} : { objectSelector }),
          },
        ],
      }
    },
  )
}

/** Whether a Service leads to a Ready pod, by the state of the pods at the start. */
function backendsOf(cluster: Cluster, namespace: string, name: string): Reviewer['backends'] {
  const service = cluster.find('services', namespace, name)
  if (service === undefined) return cluster.wasRead('services', namespace) ? 'None' : 'NotKnown'
  const { selector, publishNotReadyAddresses } = service.spec ?? {}
  if (selector == null || Object.keys(selector).length === 0 || publishNotReadyAddresses) return 'NotKnown'
  const isReady = (pod: Pod) => pod.metadata.deletionTimestamp == null && isPodReady(pod)
  return cluster.podsIn(namespace).some((pod) => isReady(pod) && matchesMap(selector, pod.metadata.labels))
    ? 'Ready'
    : 'None'
}

interface Resources {
  readonly resourceRules?: RequestMatch['rules']
  readonly excludeResourceRules?: RequestMatch['exclude']
  readonly namespaceSelector?: RequestMatch['namespaceSelector']
  readonly objectSelector?: RequestMatch['objectSelector']
}

/** Every request, of the kinds that a policy is about. */
const ANY_RULE: RequestMatch['rules'] = [
  { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] },
]

const matchOf = (resources: Resources | undefined, without: RequestMatch['rules']): RequestMatch => {
  const { resourceRules, excludeResourceRules, namespaceSelector, objectSelector } = resources ?? {}
  const rules = resourceRules === undefined || resourceRules.length === 0 ? without : resourceRules
  return {
    ...(rules === undefined ? {} : { rules }),
    ...(excludeResourceRules === undefined ? {} : { exclude: excludeResourceRules }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    ...(objectSelector === undefined ? {} : { objectSelector }),
  }
}

/** A policy refuses nothing without a binding that says `Deny`. */
const policies = (cluster: Cluster): readonly Reviewer[] =>
  cluster.objects.validatingadmissionpolicies.flatMap(({ metadata, spec }) => {
    const own = matchOf(spec?.matchConstraints, undefined)
    const reviewer = (...matches: readonly RequestMatch[]): Reviewer => ({
      kind: 'ValidatingAdmissionPolicy',
      name: metadata.name,
      failurePolicy: policyOf(spec?.failurePolicy),
      backends: 'NotKnown',
      conditional: (spec?.matchConditions ?? []).length > 0,
      matches,
    })
    if (!cluster.wasRead('validatingadmissionpolicybindings')) return [reviewer(own)]
    return cluster.objects.validatingadmissionpolicybindings
      .filter(
        (binding) =>
          binding.spec?.policyName === metadata.name &&
          binding.spec.validationActions?.includes('Deny') === true,
      )
      .map((binding) => reviewer(own, matchOf(binding.spec?.matchResources, ANY_RULE)))
  })

/** What is asked about, of a pod. */
interface Evicted {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** Those that are asked about the eviction of this pod, and that may refuse it. */
export const reviewersOf = (cluster: Cluster, pod: Evicted): readonly Reviewer[] =>
  evictionReviewers(cluster).filter(
    (reviewer) =>
      mayRefuse(reviewer, pod.labels) &&
      reviewer.matches.every((match) => matchesEviction(match, cluster, pod)),
  )

/** One that can't be reached refuses everything, or nothing; of one that is known it is known what it refuses. */
function mayRefuse({ backends, failurePolicy, known }: Reviewer, labels: Evicted['labels']): boolean {
  if (backends === 'None') return failurePolicy === 'Fail'
  return known === undefined || known.about(labels)
}

/** Whether a webhook that is known is, or for all that was read may be, asked about this pod. */
export const mayBeReviewedBy = (cluster: Cluster, pod: Evicted, code: ReviewerCode): boolean =>
  !cluster.wasRead('validatingwebhookconfigurations') ||
  reviewersOf(cluster, pod).some(({ known }) => known?.code === code)
