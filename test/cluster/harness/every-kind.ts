const container = { name: 'c', image: 'registry.test/app:1', resources: { requests: { cpu: '10m' } } }
const template = (app: string, spec: object = {}) => ({
  metadata: { labels: { app } },
  spec: { terminationGracePeriodSeconds: 1, containers: [container], ...spec },
})

const ADMISSION = 'admissionregistration.k8s.io/v1'
/** A rule about a kind that no cluster has. */
const ABOUT_NOTHING = {
  apiGroups: ['nobody.example.com'],
  apiVersions: ['v1'],
  operations: ['CREATE'],
  resources: ['things'],
}

/** At least one object of each kind that a command reads; what is not in the namespace has the label `made-by`. */
export function everyKind(namespace: string, node: string): readonly object[] {
  const own = (apiVersion: string, kind: string, name: string, spec: object, more: object = {}) => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec,
    ...more,
  })
  const shared = (apiVersion: string, kind: string, fields: object) => ({
    apiVersion,
    kind,
    metadata: { name: `${namespace}-${kind.toLowerCase()}`, labels: { 'made-by': namespace } },
    ...fields,
  })
  const selector = (app: string) => ({ matchLabels: { app } })
  const never = { restartPolicy: 'Never' }
  return [
    own('apps/v1', 'Deployment', 'deploy', {
      replicas: 3,
      selector: selector('deploy'),
      template: template('deploy'),
    }),
    own('apps/v1', 'DaemonSet', 'ds', { selector: selector('ds'), template: template('ds') }),
    own('apps/v1', 'StatefulSet', 'sts', {
      serviceName: 'svc',
      selector: selector('sts'),
      template: template('sts'),
    }),
    own('v1', 'ReplicationController', 'rc', { selector: { app: 'rc' }, template: template('rc') }),
    own('batch/v1', 'Job', 'job', { template: template('job', never) }),
    own('batch/v1', 'CronJob', 'cron', {
      schedule: '0 0 1 1 *',
      jobTemplate: { spec: { template: template('cron', never) } },
    }),
    own('v1', 'Service', 'svc', { selector: { app: 'deploy' }, ports: [{ port: 80, targetPort: 8080 }] }),
    own('v1', 'PersistentVolumeClaim', 'claim', {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
    }),
    own('v1', 'ResourceQuota', 'quota', { hard: { pods: '50' } }),
    own('v1', 'LimitRange', 'limits', { limits: [{ type: 'Container', max: { cpu: '8' } }] }),
    own('policy/v1', 'PodDisruptionBudget', 'pdb', { maxUnavailable: 1, selector: selector('deploy') }),
    own('autoscaling/v2', 'HorizontalPodAutoscaler', 'hpa', {
      maxReplicas: 4,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'deploy' },
    }),
    own('networking.k8s.io/v1', 'NetworkPolicy', 'policy', { podSelector: {}, policyTypes: ['Ingress'] }),
    shared('v1', 'PersistentVolume', {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'none-of-them',
        hostPath: { path: '/data' },
      },
    }),
    shared('storage.k8s.io/v1', 'StorageClass', { provisioner: 'csi.example.com' }),
    shared('storage.k8s.io/v1', 'CSIDriver', { spec: {} }),
    shared('storage.k8s.io/v1', 'VolumeAttachment', {
      spec: { attacher: 'csi.example.com', nodeName: node, source: { persistentVolumeName: 'none' } },
    }),
    ...['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].map((kind) =>
      shared(ADMISSION, kind, {
        webhooks: [
          {
            name: 'nothing.example.com',
            admissionReviewVersions: ['v1'],
            clientConfig: { service: { name: 'svc', namespace } },
            failurePolicy: 'Ignore',
            sideEffects: 'None',
            rules: [ABOUT_NOTHING],
          },
        ],
      }),
    ),
    shared(ADMISSION, 'ValidatingAdmissionPolicy', {
      spec: { matchConstraints: { resourceRules: [ABOUT_NOTHING] }, validations: [{ expression: 'true' }] },
    }),
    shared(ADMISSION, 'ValidatingAdmissionPolicyBinding', {
      spec: { policyName: `${namespace}-validatingadmissionpolicy`, validationActions: ['Deny'] },
    }),
    shared('scheduling.k8s.io/v1', 'PriorityClass', { value: 1000, description: 'more than nothing' }),
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSINode',
      metadata: { name: node },
      spec: { drivers: [{ name: 'csi.example.com', nodeID: node, allocatable: { count: 3 } }] },
    },
  ]
}
