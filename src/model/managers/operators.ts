import { inNamespace, nameWord, type Word } from '../command/command.ts'
import type { Labels } from '../kubernetes/selector.ts'
import type { KnownOperator, OperatedPod } from './operator-types.ts'

const get = (resource: string, kind: string, name: string, namespace: string): readonly Word[] => [
  ...['kubectl', 'get', resource, nameWord(kind, name), ...inNamespace(namespace)],
]

const ownerRef = ({ namespace, owner }: OperatedPod): string => `${owner?.kind} ${namespace}/${owner?.name}`

const isPrimary = (labels: Labels): boolean =>
  (labels['cnpg.io/instanceRole'] ?? labels['role']) === 'primary'

const always = (): boolean => true

/**
 * What operators are documented to do with their pods while a node drains, with the sources in
 * docs/reference/managed-objects.md#operators. To add one: a row here, its row there, and a case in
 * `test/drain/operators.test.ts`.
 */
export const OPERATORS: readonly KnownOperator[] = [
  {
    name: 'CloudNativePG',
    groups: ['postgresql.cnpg.io'],
    makesAgain: true,
    refused: [
      {
        about: isPrimary,
        peers: { label: 'cnpg.io/cluster', expected: 'Some' },
        ownBudget: true,
        outcome: 'Lifts',
        does: 'switches the primary over when its node is cordoned and all replicas are Ready on nodes that are not, and the PDB then guards the new primary in place of this pod',
        advice: (pod) => ({
          title: `Watch the primary of ${ownerRef(pod)} move once the node is cordoned; if it does not, a replica is missing or on a cordoned node`,
          risk: 'Inspect',
          words: get('clusters.postgresql.cnpg.io', 'Cluster', pod.owner?.name ?? '', pod.namespace),
        }),
      },
      {
        about: isPrimary,
        peers: { label: 'cnpg.io/cluster', expected: 'None' },
        ownBudget: true,
        outcome: 'Waits',
        does: 'has no other instance to switch over to',
        advice: (pod) => ({
          title: `Give ${ownerRef(pod)} a second instance (spec.instances), to which CloudNativePG switches over, or take the outage: set spec.enablePDB to false there while the node drains`,
          risk: 'Disruptive',
        }),
      },
    ],
  },
  {
    name: 'Strimzi',
    groups: ['core.strimzi.io', 'kafka.strimzi.io'],
    makesAgain: true,
    refused: [
      {
        about: always,
        reviewer: 'strimzi-drain-cleaner',
        outcome: 'Lifts',
        does: 'rolls the pod when its Drain Cleaner has marked it, and the new pod lands on another node',
        advice: (pod) => ({
          title: `Watch ${ownerRef(pod)} lose its pods on the node and make them elsewhere`,
          risk: 'Inspect',
          words: ['kubectl', 'get', 'pods', ...inNamespace(pod.namespace), '-o', 'wide'],
        }),
      },
      {
        about: always,
        outcome: 'Waits',
        does: 'rolls a pod only when its Drain Cleaner, or a person, has marked it',
        advice: (pod) => ({
          title: `Cordon the node, and have Strimzi roll pod ${pod.namespace}/${pod.name} onto another one`,
          risk: 'Disruptive',
          words: [
            ...['kubectl', 'annotate', 'pod', nameWord('Pod', pod.name), ...inNamespace(pod.namespace)],
            'strimzi.io/manual-rolling-update=true',
          ],
        }),
      },
    ],
  },
  {
    name: 'KubeVirt',
    groups: ['kubevirt.io'],
    labels: { 'kubevirt.io': 'virt-launcher' },
    makesAgain:
      'KubeVirt stops the virtual machine, and its runStrategy decides whether it is started again elsewhere',
    refused: [
      {
        about: always,
        outcome: 'Lifts',
        does: 'migrates the virtual machine to another node where it can be migrated live, and this pod then ends',
        advice: (pod) => ({
          title: `See whether ${ownerRef(pod)} can be migrated live (LIVE-MIGRATABLE)`,
          risk: 'Inspect',
          words: [
            ...get(
              'virtualmachineinstances.kubevirt.io',
              'VirtualMachineInstance',
              pod.owner?.name ?? '',
              pod.namespace,
            ),
            ...['-o', 'wide'],
          ],
        }),
      },
    ],
  },
  {
    name: 'Rook',
    groups: ['ceph.rook.io'],
    labels: { app: 'rook-ceph-osd' },
    makesAgain: true,
    refused: [
      {
        about: ({ app }) => app === 'rook-ceph-osd',
        outcome: 'Lifts',
        does: 'lets all OSDs of a failure domain go once one on a cordoned node is down, and guards those of the others until all placement groups are active+clean',
        advice: ({ namespace }) => ({
          title: 'See whether the placement groups are active+clean, and which PDBs Rook has now',
          risk: 'Inspect',
          words: ['kubectl', 'get', 'cephclusters.ceph.rook.io,pdb', ...inNamespace(namespace)],
        }),
      },
    ],
  },
  {
    name: 'Longhorn',
    groups: ['longhorn.io'],
    labels: { 'longhorn.io/component': 'instance-manager' },
    makesAgain: true,
    refused: [
      {
        about: (labels) => labels['longhorn.io/component'] === 'instance-manager',
        outcome: 'Lifts',
        does: 'takes this PDB away from a cordoned node once no volume is attached there and its node-drain-policy is met, by default that every volume has a healthy replica elsewhere',
        advice: ({ namespace }) => ({
          title: 'See whether all volumes are healthy, and which are attached to the node',
          risk: 'Inspect',
          words: ['kubectl', 'get', 'volumes.longhorn.io', ...inNamespace(namespace), '-o', 'wide'],
        }),
      },
    ],
  },
  {
    name: "Zalando's Postgres Operator",
    groups: ['acid.zalan.do'],
    labels: { application: 'spilo' },
    makesAgain: true,
    refused: [
      {
        about: (labels) => labels['spilo-role'] === 'master',
        outcome: 'Lifts',
        does: 'moves the master to a replica on another node when its node is cordoned, if node_readiness_label is configured',
        advice: ({ namespace, labels }) => ({
          title:
            'Watch the master move once the node is cordoned; if it does not, switch over with patronictl',
          risk: 'Inspect',
          words: [
            ...['kubectl', 'get', 'pods', ...inNamespace(namespace), '-l'],
            nameWord('Cluster', labels['cluster-name'] ?? '', 'cluster-name='),
            ...['-L', 'spilo-role', '-o', 'wide'],
          ],
        }),
      },
    ],
  },
  {
    name: 'ECK',
    groups: ['elasticsearch.k8s.elastic.co'],
    labels: { 'common.k8s.elastic.co/type': 'elasticsearch' },
    makesAgain: true,
    refused: [
      {
        about: always,
        ownBudget: true,
        wantsAll: true,
        outcome: 'Lifts',
        does: 'lowers minAvailable by one as soon as the health of the Elasticsearch cluster is green',
        advice: ({ namespace, labels }) => ({
          title: 'See whether the health of the Elasticsearch cluster is green',
          risk: 'Inspect',
          words: get(
            'elasticsearches.elasticsearch.k8s.elastic.co',
            'Elasticsearch',
            labels['elasticsearch.k8s.elastic.co/cluster-name'] ?? '',
            namespace,
          ),
        }),
      },
    ],
  },
  { name: 'the Vitess Operator', groups: ['planetscale.com'], makesAgain: true, refused: [] },
]
