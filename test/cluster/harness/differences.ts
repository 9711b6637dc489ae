import { VERSIONS } from './versions.ts'

/**
 * What the versions of Kubernetes do differently in what the tests here look at: the one place where a test may ask for
 * the version. `since` is the minor number of the first version that does it; the source is a file of kubernetes/kubernetes.
 */
const DIFFERENCES = {
  /** kubectl drain looks up only DaemonSets of apps/v1: docs/reference/kubectl-drain.md#versions */
  'daemonset-of-apps': { since: 34, source: 'kubectl/pkg/drain/filters.go isControllerRefDaemonSet' },
  /** Resource claims are there unless somebody turns them off; before, a pod loses its `resourceClaims`. */
  'resource-claims': { since: 34, source: 'pkg/features/kube_features.go DynamicResourceAllocation' },
  /** A WebSocket to exec or port-forward needs `create` besides the `get` that its GET is: docs/reading.md */
  'websocket-needs-create': {
    since: 35,
    source: 'pkg/features/kube_features.go AuthorizePodWebsocketUpgradeCreatePermission',
  },
} as const

/** The version that these tests run against, as `1.36`. */
export const KUBERNETES = process.env['CONTROL_PLANE_KUBERNETES'] ?? ''

/** The same, as it is released: `v1.36.3`. */
export const RELEASE = VERSIONS.find(({ minor }) => minor === KUBERNETES)?.release ?? ''

export const does = (difference: keyof typeof DIFFERENCES): boolean =>
  Number(KUBERNETES.split('.')[1]) >= DIFFERENCES[difference].since
