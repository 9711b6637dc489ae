import type { KubeObject } from '../../../../src/model/kubernetes/objects.ts'
import type { Draft, Fields, Workload, WorkloadFeature } from '../draft.ts'
import type { Random } from '../random.ts'

export const DRIVER = 'csi.drain.test'

const object = (fields: Fields): KubeObject => fields as unknown as KubeObject

/** A storage class of the case's own, so that no other case's claims take its volumes. */
function storageClass(draft: Draft, random: Random): string {
  const name = draft.id
  if (!draft.objects.some(({ kind }) => kind === 'StorageClass'))
    draft.objects.push(
      object({
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name },
        provisioner: 'kubernetes.io/no-provisioner',
        volumeBindingMode: random.chance(0.8) ? 'WaitForFirstConsumer' : 'Immediate',
      }),
    )
  return name
}

/** Where a volume can be reached from: a zone, one node, or everywhere. */
function reach(
  draft: Draft,
  random: Random,
): { readonly labels: Record<string, string>; readonly spec: Fields } {
  const node = draft.nodes[random.whole(0, draft.nodes.length - 1)]
  const zone = node?.labels['topology.kubernetes.io/zone'] ?? 'za'
  const only = (key: string, value: string | undefined): Fields => ({
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [value] }] }] },
    },
  })
  return random.pick([
    { labels: {}, spec: only('topology.kubernetes.io/zone', zone) },
    { labels: {}, spec: only('topology.kubernetes.io/zone', zone) },
    { labels: {}, spec: only('kubernetes.io/hostname', node?.name) },
    { labels: { 'topology.kubernetes.io/zone': zone }, spec: {} },
    { labels: {}, spec: {} },
  ])
}

function addVolume(draft: Draft, random: Random, mode: string, storage: string): void {
  const count = draft.objects.filter(({ kind }) => kind === 'PersistentVolume').length
  const name = `${draft.id}-${count}`
  const { labels, spec } = reach(draft, random)
  draft.objects.push(
    object({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name, labels },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: [mode],
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: storage,
        csi: { driver: DRIVER, volumeHandle: name },
        ...spec,
      },
    }),
  )
}

const claimSpec = (mode: string, storage: string): Fields => ({
  accessModes: [mode],
  storageClassName: storage,
  resources: { requests: { storage: '1Gi' } },
})

/** Limits what the driver attaches to each node. */
function limitAttachments(draft: Draft, random: Random): void {
  if (draft.objects.some(({ kind }) => kind === 'CSINode')) return
  for (const { name } of random.some(draft.nodes, 0.7))
    draft.objects.push(
      object({
        apiVersion: 'storage.k8s.io/v1',
        kind: 'CSINode',
        metadata: { name },
        spec: {
          drivers: [
            { name: DRIVER, nodeID: name, topologyKeys: [], allocatable: { count: random.whole(1, 2) } },
          ],
        },
      }),
    )
  draft.features.add('attach limits')
}

function claimPerPod(workload: Workload, random: Random, draft: Draft): true {
  const storage = storageClass(draft, random)
  const spare = random.pick([0, 0, 1])
  for (let index = 0; index < workload.replicas + spare; index++)
    addVolume(draft, random, 'ReadWriteOnce', storage)
  workload.spec['volumeClaimTemplates'] = [
    { metadata: { name: 'data' }, spec: claimSpec('ReadWriteOnce', storage) },
  ]
  if (random.chance(0.3)) limitAttachments(draft, random)
  return true
}

function sharedClaim(workload: Workload, random: Random, draft: Draft): true {
  const storage = storageClass(draft, random)
  const mode = random.pick(['ReadWriteOnce', 'ReadWriteMany', 'ReadWriteOncePod'])
  if (mode === 'ReadWriteOncePod') workload.replicas = Math.min(workload.replicas, 2)
  addVolume(draft, random, mode, storage)
  const claimName = `${workload.name}-claim`
  draft.objects.push(
    object({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claimName, namespace: draft.id },
      spec: claimSpec(mode, storage),
    }),
  )
  workload.pod.volumes.push({ name: 'shared', persistentVolumeClaim: { claimName } })
  if (random.chance(0.3)) limitAttachments(draft, random)
  return true
}

export const VOLUME_FEATURES: readonly WorkloadFeature[] = [
  { name: 'claim per pod', chance: 0.3, kinds: ['StatefulSet'], add: claimPerPod },
  {
    name: 'shared claim',
    chance: 0.1,
    kinds: ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'],
    add: sharedClaim,
  },
]
