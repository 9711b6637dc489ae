import { does } from './harness/differences.ts'
import { barePod, budget, deployment, template } from './harness/objects.ts'

/**
 * What makes the controllers write these events. Each theme has a namespace `ns` and a node `node` of its own; the node
 * has the label `theme: ns`.
 */
export interface Theme {
  readonly name: string
  /** Whether it needs a node of its own. */
  readonly node?: true
  /** Labels of the namespace. */
  readonly labels?: Readonly<Record<string, string>>
  /** Objects with a namespace of their own, or none. */
  readonly before?: (ns: string, node: string) => readonly object[]
  readonly objects: (ns: string, node: string) => readonly object[]
  /** kubectl commands, once the pods of the theme that can start have started. */
  readonly afterwards?: (ns: string, node: string) => readonly (readonly string[])[]
  /** Reason, kind of the object, code of the incident that it is part of. */
  readonly expected: readonly (readonly [reason: string, kind: string, code: string])[]
}

const here = (ns: string) => ({ nodeSelector: { theme: ns } })
const workload = (kind: string, name: string, spec: object, pod: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: { selector: { matchLabels: { app: name } }, template: template(pod, name), ...spec },
})
const job = (name: string, spec: object, phase?: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    ...spec,
    template: {
      metadata: { annotations: phase === undefined ? {} : { 'test/phase': phase } },
      spec: { ...template().spec, restartPolicy: 'Never' },
    },
  },
})
const claim = (name: string, storageClassName: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName,
    resources: { requests: { storage: '10Gi' } },
    ...more,
  },
})
const storageClass = (ns: string, name: string, volumeBindingMode: string) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: `${ns}-${name}`, labels: { 'made-by': ns } },
  provisioner: 'storage.test/none',
  volumeBindingMode,
})
const volume = (ns: string, name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: `${ns}-${name}`, labels: { 'made-by': ns } },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: '',
    csi: { driver: 'storage.test', volumeHandle: name },
    ...spec,
  },
})
const withClaim = (claimName: string) => ({
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
})
const priority = (ns: string) => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name: `${ns}-high`, labels: { 'made-by': ns } },
  value: 1000,
})
const quota = (hard: object) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'limit' },
  spec: { hard },
})
const metric = (type: string, name: string) => {
  const target = { type: 'AverageValue', averageValue: '1' }
  if (type === 'Resource')
    return { type, resource: { name, target: { type: 'Utilization', averageUtilization: 50 } } }
  if (type === 'Pods') return { type, pods: { metric: { name }, target } }
  return { type, external: { metric: { name }, target } }
}
const autoscaler = (name: string, type: string, target = name) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
    minReplicas: 1,
    maxReplicas: 2,
    metrics: [metric(type, type === 'Resource' ? 'cpu' : 'requests')],
  },
})

export const THEMES: readonly Theme[] = [
  {
    name: 'scheduling',
    objects: () => [deployment(1, { cpu: '64' }, 'big'), deployment(2, {}, 'fine')],
    afterwards: (ns) => [['scale', 'deployment', 'fine', '-n', ns, '--replicas=1']],
    expected: [
      ['FailedScheduling', 'Pod', 'unschedulable-resources'],
      ['Scheduled', 'Pod', 'scheduled'],
      ['ScalingReplicaSet', 'Deployment', 'scaling-replica-set'],
      ['SuccessfulCreate', 'ReplicaSet', 'successful-create'],
      ['SuccessfulDelete', 'ReplicaSet', 'successful-delete'],
    ],
  },
  {
    name: 'preemption',
    node: true,
    before: (ns) => [priority(ns)],
    objects: (ns) => [deployment(1, { cpu: '3', spec: here(ns) }, 'low')],
    afterwards: (ns) => [
      [
        'run',
        'high',
        '-n',
        ns,
        '--image=none',
        `--overrides=${JSON.stringify({
          spec: { ...template({ cpu: '3', spec: here(ns) }).spec, priorityClassName: `${ns}-high` },
        })}`,
      ],
    ],
    expected: [['Preempted', 'Pod', 'preempted']],
  },
  {
    name: 'taints',
    node: true,
    objects: (ns) => [deployment(1, { spec: here(ns) }, 'here')],
    afterwards: (_, node) => [['taint', 'node', node, 'maintenance=now:NoExecute']],
    expected: [
      ['TaintManagerEviction', 'Pod', 'taint-manager-eviction'],
      ['RegisteredNode', 'Node', 'registered-node'],
    ],
  },
  {
    name: 'quota',
    objects: () => [
      quota({ pods: '1', 'count/replicasets.apps': '1' }),
      deployment(3, {}, 'first'),
      deployment(3, {}, 'second'),
    ],
    expected: [
      ['FailedCreate', 'ReplicaSet', 'quota-exceeded'],
      ['ReplicaSetCreateError', 'Deployment', 'quota-exceeded'],
    ],
  },
  {
    name: 'security',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    objects: () => [workload('StatefulSet', 'db', { serviceName: 'db' }), job('once', {})],
    expected: [
      ['FailedCreate', 'StatefulSet', 'pod-security'],
      ['FailedCreate', 'Job', 'pod-security'],
    ],
  },
  {
    name: 'account',
    objects: () => [workload('DaemonSet', 'agent', {}, { spec: { serviceAccountName: 'missing' } })],
    expected: [['FailedCreate', 'DaemonSet', 'admission-denied']],
  },
  {
    name: 'claims',
    before: (ns) => [
      storageClass(ns, 'external', 'Immediate'),
      storageClass(ns, 'later', 'WaitForFirstConsumer'),
      volume(ns, 'small', {}),
    ],
    objects: (ns) => [
      claim('classless', ''),
      claim('misspelt', `${ns}-missing`),
      claim('external', `${ns}-external`),
      claim('later', `${ns}-later`),
      claim('small', '', { volumeName: `${ns}-small` }),
      barePod('waiting', { cpu: '64', spec: withClaim('awaited') }),
      claim('awaited', `${ns}-later`),
    ],
    expected: [
      ['FailedBinding', 'PersistentVolumeClaim', 'pvc-unbound'],
      ['ProvisioningFailed', 'PersistentVolumeClaim', 'pvc-unbound'],
      ['ExternalProvisioning', 'PersistentVolumeClaim', 'pvc-unbound'],
      ['WaitForFirstConsumer', 'PersistentVolumeClaim', 'wait-for-first-consumer'],
      ['WaitForPodScheduled', 'PersistentVolumeClaim', 'wait-for-pod-scheduled'],
      ['VolumeMismatch', 'PersistentVolumeClaim', 'pvc-unbound'],
    ],
  },
  {
    name: 'jobs',
    objects: () => [
      job('works', {}, 'Succeeded'),
      job('fails', { backoffLimit: 0 }, 'Failed'),
      job('late', { activeDeadlineSeconds: 1 }),
      job('asleep', { suspend: true }),
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'often' },
        spec: {
          schedule: '* * * * *',
          jobTemplate: { spec: job('often', {}, 'Succeeded').spec },
        },
      },
    ],
    afterwards: (ns) => [['patch', 'job', 'asleep', '-n', ns, '-p', '{"spec":{"suspend":false}}']],
    expected: [
      ['SuccessfulCreate', 'Job', 'successful-create'],
      ['Completed', 'Job', 'completed'],
      ['BackoffLimitExceeded', 'Job', 'job-backoff'],
      ['DeadlineExceeded', 'Job', 'job-deadline'],
      ['Suspended', 'Job', 'suspended'],
      ['Resumed', 'Job', 'resumed'],
      ['SuccessfulCreate', 'CronJob', 'successful-create'],
      ['SawCompletedJob', 'CronJob', 'saw-completed-job'],
    ],
  },
  {
    name: 'autoscaling',
    objects: () => [
      deployment(3, {}, 'many'),
      deployment(1, {}, 'pods'),
      deployment(1, {}, 'outside'),
      autoscaler('many', 'Resource'),
      autoscaler('pods', 'Pods'),
      autoscaler('outside', 'External'),
      autoscaler('nobody', 'Resource', 'missing'),
    ],
    expected: [
      ['SuccessfulRescale', 'HorizontalPodAutoscaler', 'successful-rescale'],
      ['FailedGetResourceMetric', 'HorizontalPodAutoscaler', 'hpa-metrics-api-down'],
      ['FailedGetPodsMetric', 'HorizontalPodAutoscaler', 'failed-get-pods-metric'],
      ['FailedGetExternalMetric', 'HorizontalPodAutoscaler', 'failed-get-external-metric'],
      ['FailedComputeMetricsReplicas', 'HorizontalPodAutoscaler', 'failed-compute-metrics-replicas'],
      ['FailedGetScale', 'HorizontalPodAutoscaler', 'failed-get-scale'],
    ],
  },
  {
    name: 'budgets',
    objects: () => [
      barePod('alone'),
      budget({ maxUnavailable: 1 }),
      {
        ...budget({ minAvailable: 1 }, 'nothing'),
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'none' } } },
      },
    ],
    expected: [
      ['UnmanagedPods', 'PodDisruptionBudget', 'unmanaged-pods'],
      ['NoPods', 'PodDisruptionBudget', 'no-pods'],
    ],
  },
  {
    name: 'failing',
    node: true,
    objects: (ns) => [
      workload('StatefulSet', 'db', { serviceName: 'db' }, { annotations: { 'test/phase': 'Failed' } }),
      workload('DaemonSet', 'agent', {}, { annotations: { 'test/phase': 'Failed' }, spec: here(ns) }),
    ],
    expected: [
      ['FailedDaemonPod', 'DaemonSet', 'failed-daemon-pod'],
      ['SuccessfulCreate', 'StatefulSet', 'successful-create'],
    ],
  },
  {
    name: 'services',
    node: true,
    objects: (ns) => [
      deployment(1, { spec: here(ns) }, 'w'),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'zonal', annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } },
        spec: { selector: { app: 'w' }, ports: [{ port: 80 }] },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'stray',
          ownerReferences: [
            { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: '00000000-0000-0000-0000-000000000001' },
          ],
        },
      },
      barePod('claimant', {
        spec: { resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'missing' }] },
      }),
    ],
    expected: [
      ['TopologyAwareHintsDisabled', 'Service', 'topology-aware-hints-disabled'],
      ...(does('resource-claims')
        ? ([['FailedResourceClaimCreation', 'Pod', 'failed-resource-claim-creation']] as const)
        : []),
    ],
  },
]
