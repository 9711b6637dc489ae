import type { Resource } from '../../model/kubernetes/kinds.ts'
import type { Target } from '../../model/snapshot/selection.ts'

/** Workloads with their pods, and what tells of their trouble. */
const WORKLOADS = [
  'cronjobs',
  'daemonsets',
  'deployments',
  'events',
  'jobs',
  'networkpolicies',
  'nodes',
  'persistentvolumeclaims',
  'pods',
  'replicasets',
  'replicationcontrollers',
  'resourcequotas',
  'services',
  'statefulsets',
] as const satisfies readonly Resource[]

/** The kinds that each plugin reads from a cluster: what its analysis uses, and nothing more. */
export const NEEDS = {
  'probe-check': [...WORKLOADS, 'horizontalpodautoscalers', 'poddisruptionbudgets'],
  'drain-plan': [
    'csidrivers',
    'csinodes',
    'daemonsets',
    'deployments',
    'horizontalpodautoscalers',
    'jobs',
    'mutatingwebhookconfigurations',
    'namespaces',
    'nodes',
    'persistentvolumeclaims',
    'persistentvolumes',
    'poddisruptionbudgets',
    'pods',
    'replicasets',
    'replicationcontrollers',
    'resourcequotas',
    'services',
    'statefulsets',
    'storageclasses',
    'validatingadmissionpolicies',
    'validatingadmissionpolicybindings',
    'validatingwebhookconfigurations',
    'volumeattachments',
  ],
  'explain-events': [...WORKLOADS, 'horizontalpodautoscalers'],
} as const satisfies Record<string, readonly Resource[]>

export type Plugin = keyof typeof NEEDS

/** The kinds to read for a plugin and what was named on its command line, which may be of any kind. */
export const kindsFor = (plugin: Plugin, targets: readonly Target[]): readonly Resource[] => [
  ...new Set<Resource>([...NEEDS[plugin], ...targets.map(({ resource }) => resource)]),
]
