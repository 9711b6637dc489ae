import type { KubeObject } from './kubernetes.ts'
import { TEMPLATE_PATHS } from './workload.ts'

/**
 * The defaults of the API server, as data. Source: Kubernetes 1.36 `pkg/apis/{core,apps,batch}/v1/defaults.go`,
 * `zz_generated.defaults.go` and `conversion.go`. What admission adds (service account, tolerations, priority,
 * LimitRanges) depends on the cluster and is left out, as are defaults of pod-level `resources`.
 */
type Fields = Readonly<Record<string, unknown>>
type Defaulter = (value: Fields) => Fields

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const inOrder =
  (...steps: readonly Defaulter[]): Defaulter =>
  (value) =>
    steps.reduce((result, step) => step(result), value)

/** Fields that are pointers in Go: only an absent one gets its default. */
const absent =
  (defaults: Fields): Defaulter =>
  (value) => ({ ...defaults, ...value })

/** Fields that are plain values in Go: '' and 0 count as absent, too. */
const zero =
  (defaults: Fields): Defaulter =>
  (value) => ({
    ...value,
    ...Object.fromEntries(
      Object.entries(defaults).map(([key, standard]) => [key, value[key] ? value[key] : standard]),
    ),
  })

/** Applies a defaulter to the object in this field, where there is one. */
const inside =
  (key: string, defaulter: Defaulter): Defaulter =>
  (value) => {
    const part = value[key]
    return isFields(part) ? { ...value, [key]: defaulter(part) } : value
  }

/** The same, for a struct that is always there: an absent one starts as `{}`. */
const within = (key: string, defaulter: Defaulter): Defaulter =>
  inOrder(absent({ [key]: {} }), inside(key, defaulter))

const path = (keys: readonly string[], defaulter: Defaulter): Defaulter =>
  keys.reduceRight((inner, key) => inside(key, inner), defaulter)

/** Applies a defaulter to each object of the list in this field. */
const each =
  (key: string, defaulter: Defaulter): Defaulter =>
  (value) => {
    const list = value[key]
    if (!Array.isArray(list)) return value
    return { ...value, [key]: list.map((item: unknown) => (isFields(item) ? defaulter(item) : item)) }
  }

const when =
  (condition: (value: Fields) => boolean, defaulter: Defaulter): Defaulter =>
  (value) =>
    condition(value) ? defaulter(value) : value

const httpGet = zero({ path: '/', scheme: 'HTTP' })

const probe = inOrder(
  zero({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
  inside('httpGet', httpGet),
  inside('grpc', absent({ service: '' })),
)

const fieldRef = inside('fieldRef', zero({ apiVersion: 'v1' }))

const container = inOrder(
  (value) => zero({ imagePullPolicy: imagePullPolicy(value['image']) })(value),
  zero({ terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }),
  absent({ resources: {} }),
  each('ports', zero({ protocol: 'TCP' })),
  each('env', inside('valueFrom', inOrder(fieldRef, inside('fileKeyRef', absent({ optional: false }))))),
  inside('startupProbe', probe),
  inside('readinessProbe', probe),
  inside('livenessProbe', probe),
  path(['lifecycle', 'postStart', 'httpGet'], httpGet),
  path(['lifecycle', 'preStop', 'httpGet'], httpGet),
)

const IMAGE_PATH = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const IMAGE = new RegExp(
  `^(?:(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::\\d+)?/)?${IMAGE_PATH}(?:/${IMAGE_PATH})*` +
    '(?::(?<tag>\\w[\\w.-]{0,127}))?(?<digest>@[^@/]+)?$',
)

/** Always for `latest` or no tag; a reference that can't be parsed has no tag at all. */
function imagePullPolicy(image: unknown): 'Always' | 'IfNotPresent' {
  const parts = IMAGE.exec(`${image ?? ''}`)?.groups
  if (parts === undefined) return 'IfNotPresent'
  const tag = parts['tag'] ?? (parts['digest'] === undefined ? 'latest' : '')
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

const MODE_0644 = { defaultMode: 420 }
const claimSpec = absent({ volumeMode: 'Filesystem', resources: {} })
const downwardItems = each('items', fieldRef)

const volume = inOrder(
  when((value) => Object.keys(value).every((key) => key === 'name'), absent({ emptyDir: {} })),
  inside('image', (value) => zero({ pullPolicy: imagePullPolicy(value['reference']) })(value)),
  inside('hostPath', absent({ type: '' })),
  inside('secret', absent(MODE_0644)),
  inside('configMap', absent(MODE_0644)),
  inside('downwardAPI', inOrder(absent(MODE_0644), downwardItems)),
  inside(
    'projected',
    inOrder(
      absent(MODE_0644),
      each(
        'sources',
        inOrder(
          inside('downwardAPI', downwardItems),
          inside('serviceAccountToken', absent({ expirationSeconds: 3600 })),
        ),
      ),
    ),
  ),
  path(['ephemeral', 'volumeClaimTemplate', 'spec'], claimSpec),
  inside('iscsi', zero({ iscsiInterface: 'default' })),
  inside('rbd', zero({ pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' })),
  inside('azureDisk', absent({ cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' })),
  inside('scaleIO', zero({ storageMode: 'ThinProvisioned', fsType: 'xfs' })),
)

/** `serviceAccount` is an older name of `serviceAccountName`; the server answers with both. */
const serviceAccount: Defaulter = (value) => {
  const name = value['serviceAccountName'] || value['serviceAccount']
  return name ? { ...value, serviceAccountName: name, serviceAccount: name } : value
}

const podSpec = inOrder(
  zero({ dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', schedulerName: 'default-scheduler' }),
  absent({ securityContext: {}, terminationGracePeriodSeconds: 30 }),
  serviceAccount,
  each('initContainers', container),
  each('containers', container),
  each('ephemeralContainers', container),
  each('volumes', volume),
)

/** Requests from limits: in Pods only, not in templates (SetDefaults_Pod). */
const requestsFromLimits = inside('resources', (value) => {
  const { limits, requests } = value
  return isFields(limits)
    ? { ...value, requests: { ...limits, ...(isFields(requests) ? requests : {}) } }
    : value
})

const hostPorts = each('ports', (port) => zero({ hostPort: port['containerPort'] })(port))

/** What a Pod gets beyond a template. */
const pod = inside(
  'spec',
  inOrder(
    each('initContainers', requestsFromLimits),
    each('containers', requestsFromLimits),
    absent({ enableServiceLinks: true }),
    when(
      (spec) => spec['hostNetwork'] === true,
      inOrder(each('initContainers', hostPorts), each('containers', hostPorts)),
    ),
  ),
)

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

const job: Defaulter = (spec) => {
  const single = spec['completions'] === undefined && spec['parallelism'] === undefined
  return absent({
    parallelism: 1,
    ...(single ? { completions: 1 } : {}),
    backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6 : 2 ** 31 - 1,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  })(spec)
}

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

/** By kind, on top of the pod template. */
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

/** Without fields that are null: in a manifest they mean "not given". */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([key, field]) => [key, withoutNulls(field)]),
  )
}

/**
 * A manifest with the defaults that the API server fills in when it is applied, so that an analysis sees what would
 * run. An object that came from a server (it has a uid or a resourceVersion) is returned as it is, and so is the
 * namespace, which the caller knows. Pure and idempotent.
 */
export function applyDefaults<T extends KubeObject>(object: T): T {
  if (object.metadata.uid || object.metadata.resourceVersion) return object
  const template = TEMPLATE_PATHS[object.kind]
  const steps = [
    ...(template === undefined ? [] : [path([...template, 'spec'], podSpec)]),
    KIND_DEFAULTS[object.kind] ?? ((value: Fields) => value),
  ]
  return inOrder(...steps)(withoutNulls(object) as Fields) as unknown as T
}
