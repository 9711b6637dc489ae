import { absent, type Defaulter, each, inOrder, inside, path, when, zero } from './defaulter.ts'
import { isFields } from './fields.ts'

/**
 * Defaults of pods, as data. Source: Kubernetes 1.36 `pkg/apis/core/v1/{defaults,zz_generated.defaults,conversion}.go`.
 * What admission adds (service account, tolerations, priority, LimitRanges) depends on the cluster and is left out,
 * as are defaults of pod-level `resources`.
 */
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
/** Of a PersistentVolumeClaim, also as a template. */
export const claimSpec = absent({ volumeMode: 'Filesystem', resources: {} })
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

/** Of every pod template, and of Pods. */
export const podSpec = inOrder(
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
export const pod = inside(
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
