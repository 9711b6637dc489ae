import { scaledValue } from '../../../model/kubernetes/intstr.ts'
import type {
  Deployment,
  HorizontalPodAutoscaler,
  PodDisruptionBudget,
  Service,
} from '../../../model/kubernetes/objects.ts'
import { scales } from '../../../model/kubernetes/reference.ts'
import { matchesSelector } from '../../../model/kubernetes/selector.ts'
import type { Evidence } from '../../../model/report/finding.ts'
import { listed } from '../../../model/text/words.ts'
import type { RuleSubject } from '../rule.ts'

/** Kinds whose pods go on and are replaced one by another. */
const SERVING: readonly string[] = [
  'DaemonSet',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]

/** The Services that send traffic to the pods of a workload that goes on; none where they were not read. */
export const servedBy = ({ workload, services = [] }: RuleSubject): readonly Service[] =>
  SERVING.includes(workload.kind) ? services : []

export const serviceNames = (services: readonly Service[]): string =>
  `${services.length === 1 ? 'Service' : 'Services'} ${listed(services.map(({ metadata }) => metadata.name))}`

export const selectorEvidence = (services: readonly Service[]): readonly Evidence[] =>
  services.map(({ metadata, spec }) => ({
    source: 'Spec',
    object: `Service ${metadata.namespace ?? ''}/${metadata.name}`,
    path: 'spec.selector',
    text: Object.entries(spec?.selector ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  }))

/** The spec of a Deployment; undefined for other kinds. */
export const deploymentSpec = ({ workload: { object, kind } }: RuleSubject): Deployment['spec'] =>
  kind === 'Deployment' ? (object as Deployment | undefined)?.spec : undefined

/** The autoscaler that scales this workload, where one was read. */
export const autoscalerOf = ({ cluster, workload }: RuleSubject): HorizontalPodAutoscaler | undefined =>
  cluster.objects.horizontalpodautoscalers.find((scaler) => scales(scaler, workload))

/** The pods that there are at least, by the object or its autoscaler; undefined where the kind has no number. */
export function fewestPods(subject: RuleSubject): number | undefined {
  const scaler = autoscalerOf(subject)
  return scaler === undefined ? subject.workload.replicas : (scaler.spec?.minReplicas ?? 1)
}

/** The budgets that count these pods; undefined where budgets were not read. */
export const budgetsOf = ({
  cluster,
  workload: { namespace },
  podInfo,
}: RuleSubject): readonly PodDisruptionBudget[] | undefined =>
  cluster.wasRead('poddisruptionbudgets', namespace)
    ? cluster.objects.poddisruptionbudgets.filter(
        ({ metadata, spec }) =>
          metadata.namespace === namespace && matchesSelector(spec?.selector, podInfo.pod.metadata.labels),
      )
    : undefined

/** How many pods a rollout of a Deployment may add and take away. */
export interface Steps {
  readonly surge: number
  readonly unavailable: number
  /** Both came to 0 by rounding, and the controller takes one away all the same. */
  readonly rounded: boolean
}

/**
 * The numbers that the deployment controller goes by: surge rounded up, unavailable rounded down, and one where both
 * come to nothing (pkg/controller/deployment/util ResolveFenceposts). Undefined for another strategy or kind.
 */
export function rolloutSteps(subject: RuleSubject, replicas: number): Steps | undefined {
  const rolling = deploymentSpec(subject)?.strategy?.rollingUpdate
  if (rolling?.maxUnavailable == null || rolling.maxSurge == null) return undefined
  const surge = scaledValue(rolling.maxSurge as number | string, replicas, 'up') ?? 0
  const unavailable = scaledValue(rolling.maxUnavailable as number | string, replicas, 'down') ?? 0
  const rounded = surge === 0 && unavailable === 0
  return { surge, unavailable: rounded ? 1 : unavailable, rounded }
}
