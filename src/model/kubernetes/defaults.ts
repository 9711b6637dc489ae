import { absent, type Defaulter, each, inOrder, inside, path, when, within, zero } from './defaulter.ts'
import { type Fields, isFields, own, withoutNulls } from './fields.ts'
import type { KubeObject } from './objects.ts'
import { claimSpec, pod, podSpec } from './pod-defaults.ts'
import { TEMPLATE_PATHS } from './pod-template.ts'

const labelsOf = (value: unknown): Fields | undefined => {
  const labels = isFields(value) && isFields(value['metadata']) ? value['metadata']['labels'] : undefined
  return isFields(labels) ? labels : undefined
}

/** ReplicationControllers and Jobs without labels take those of their template. */
const labelsFromTemplate: Defaulter = (value) => {
  const labels = labelsOf((value['spec'] as Fields | undefined)?.['template'])
  const own = labelsOf(value)
  return labels === undefined || (own !== undefined && Object.keys(own).length > 0)
    ? value
    : inside('metadata', (metadata) => ({ ...metadata, labels }))(value)
}

const selectorFromTemplate = inside('spec', (spec) => {
  const labels = labelsOf(spec['template'])
  const selector = spec['selector']
  const empty = !isFields(selector) || Object.keys(selector).length === 0
  return labels !== undefined && empty ? { ...spec, selector: labels } : spec
})

const podFailurePolicy = inside(
  'podFailurePolicy',
  each('rules', each('onPodConditions', zero({ status: 'True' }))),
)

const job = inOrder(
  when((spec) => !('completions' in spec) && !('parallelism' in spec), absent({ completions: 1 })),
  (spec) =>
    absent({
      parallelism: 1,
      backoffLimit: 'backoffLimitPerIndex' in spec ? 2 ** 31 - 1 : 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'podFailurePolicy' in spec ? 'Failed' : 'TerminatingOrFailed',
      manualSelector: false,
    })(spec),
)

const isRolling = (strategy: Fields): boolean => strategy['type'] === 'RollingUpdate'

/** `rollingUpdate` is made where the type is not given only: unlike in a Deployment or DaemonSet. */
const statefulSetStrategy = inOrder(
  when((strategy) => !strategy['type'], absent({ rollingUpdate: {} })),
  zero({ type: 'RollingUpdate' }),
  when(isRolling, inside('rollingUpdate', absent({ partition: 0 }))),
)

const claim = inOrder(inside('spec', claimSpec), within('status', zero({ phase: 'Pending' })))

const isExternal = (spec: Fields): boolean => {
  const addresses = spec['externalIPs']
  return (
    ['LoadBalancer', 'NodePort'].includes(`${spec['type']}`) ||
    (spec['type'] === 'ClusterIP' && Array.isArray(addresses) && addresses.length > 0)
  )
}

const service = inOrder(
  zero({ sessionAffinity: 'None', type: 'ClusterIP' }),
  when(
    (spec) => spec['sessionAffinity'] === 'None',
    ({ sessionAffinityConfig: _, ...spec }) => spec,
  ),
  when(
    (spec) => spec['sessionAffinity'] === 'ClientIP',
    within('sessionAffinityConfig', within('clientIP', absent({ timeoutSeconds: 10800 }))),
  ),
  each('ports', (port) => zero({ protocol: 'TCP', targetPort: port['port'] })(port)),
  when(isExternal, zero({ externalTrafficPolicy: 'Cluster' })),
  when((spec) => spec['type'] !== 'ExternalName', absent({ internalTrafficPolicy: 'Cluster' })),
  when((spec) => spec['type'] === 'LoadBalancer', absent({ allocateLoadBalancerNodePorts: true })),
)

/**
 * By kind, on top of the pod template. Source: Kubernetes 1.36 `pkg/apis/{core,apps,batch}/v1/defaults.go`.
 */
const KIND_DEFAULTS: Readonly<Record<string, Defaulter>> = {
  CronJob: inside(
    'spec',
    inOrder(
      zero({ concurrencyPolicy: 'Allow' }),
      absent({ suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 }),
      path(['jobTemplate', 'spec'], podFailurePolicy),
    ),
  ),
  DaemonSet: inside(
    'spec',
    inOrder(
      absent({ revisionHistoryLimit: 10 }),
      within(
        'updateStrategy',
        inOrder(
          zero({ type: 'RollingUpdate' }),
          when(isRolling, within('rollingUpdate', absent({ maxUnavailable: 1, maxSurge: 0 }))),
        ),
      ),
    ),
  ),
  Deployment: inside(
    'spec',
    inOrder(
      absent({ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
      within(
        'strategy',
        inOrder(
          zero({ type: 'RollingUpdate' }),
          when(isRolling, within('rollingUpdate', absent({ maxUnavailable: '25%', maxSurge: '25%' }))),
        ),
      ),
    ),
  ),
  Job: inOrder(inside('spec', inOrder(job, podFailurePolicy)), labelsFromTemplate),
  PersistentVolumeClaim: claim,
  Pod: pod,
  ReplicaSet: inside('spec', absent({ replicas: 1 })),
  ReplicationController: inOrder(
    inside('spec', absent({ replicas: 1 })),
    selectorFromTemplate,
    labelsFromTemplate,
  ),
  Service: inside('spec', service),
  StatefulSet: inside(
    'spec',
    inOrder(
      zero({ podManagementPolicy: 'OrderedReady' }),
      absent({ replicas: 1, revisionHistoryLimit: 10 }),
      within('updateStrategy', statefulSetStrategy),
      within('persistentVolumeClaimRetentionPolicy', zero({ whenDeleted: 'Retain', whenScaled: 'Retain' })),
      each('volumeClaimTemplates', inOrder(zero({ apiVersion: 'v1', kind: 'PersistentVolumeClaim' }), claim)),
    ),
  ),
}

/**
 * A manifest with the defaults that the API server fills in when it is applied, so that an analysis sees what would
 * run. An object that came from a server (it has a uid or a resourceVersion) is returned as it is, and so is the
 * namespace, which the caller knows. Pure and idempotent.
 */
export function applyDefaults<T extends KubeObject>(object: T): T {
  if (object.metadata.uid || object.metadata.resourceVersion) return object
  const template = own(TEMPLATE_PATHS, object.kind)
  const steps = [
    ...(template === undefined
      ? []
      : [path(template, inOrder(absent({ metadata: {} }), inside('spec', podSpec)))]),
    own(KIND_DEFAULTS, object.kind) ?? ((value: Fields) => value),
  ]
  return inOrder(...steps)(withoutNulls(object) as Fields) as unknown as T
}
