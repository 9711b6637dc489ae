import type { Node, Pod, PodDisruptionBudget } from '../../../src/model/kubernetes/objects.ts'
import { create, get, kubectl, mustKubectl } from './kubectl.ts'
import { eventually } from './processes.ts'

/** Makes nodes that kwok plays: 4 cpu, 8Gi, 110 pods, Ready; zones za, zb, ... in their order. */
export async function addNodes(names: readonly string[]): Promise<void> {
  create(
    ...names.map((name, index) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        annotations: { 'kwok.x-k8s.io/node': 'fake' },
        labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `z${'abcdef'[index]}` },
      },
      spec: {},
      status: {
        allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
        capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      },
    })),
  )
  await eventually('the nodes to be Ready', () => {
    const nodes = get<Node>('nodes').filter(({ metadata }) => names.includes(metadata.name))
    return nodes.length === names.length && nodes.every(isReadyAndUntainted) ? true : undefined
  })
}

export const isReadyNode = ({ status }: Node): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true

const isReadyAndUntainted = (node: Node): boolean =>
  isReadyNode(node) && (node.spec?.taints ?? []).length === 0

/** Cordons or uncordons, and waits until the taint that follows is there, or gone. */
export async function setSchedulable(names: readonly string[], schedulable: boolean): Promise<void> {
  if (names.length === 0) return
  mustKubectl([schedulable ? 'uncordon' : 'cordon', ...names])
  await eventually('the taints to follow', () =>
    get<Node>('nodes')
      .filter(({ metadata }) => names.includes(metadata.name))
      .every(
        ({ spec }) =>
          (spec?.taints ?? []).some(({ key }) => key === 'node.kubernetes.io/unschedulable') !== schedulable,
      )
      ? true
      : undefined,
  )
}

/** Waits until nothing is on its way any more: pods have started or ended, budgets have been looked at. */
export async function quiesce(namespace: string, podCount: number): Promise<void> {
  await eventually(
    `${podCount} pods in ${namespace} to settle`,
    () => {
      const pods = get<Pod>('pods', namespace)
      return pods.length === podCount && pods.every(isSettled) ? true : undefined
    },
    40,
  )
  await eventually('the budgets to be looked at', () =>
    get<PodDisruptionBudget>('pdb', namespace).every(
      ({ metadata, status }) =>
        status?.observedGeneration === metadata.generation ||
        status?.conditions?.some(({ reason }) => reason === 'SyncFailed'),
    )
      ? true
      : undefined,
  )
  // The disruption controller counts pods a moment after they changed.
  await eventually('the budgets to stand still', async () => {
    const before = JSON.stringify(get<PodDisruptionBudget>('pdb', namespace).map(({ status }) => status))
    await new Promise((resolve) => setTimeout(resolve, 700))
    return JSON.stringify(get<PodDisruptionBudget>('pdb', namespace).map(({ status }) => status)) === before
      ? true
      : undefined
  })
}

/** Started and Ready (or meant not to be), ended, or Pending without a node that could start it. */
export function isSettled({ metadata, spec, status }: Pod): boolean {
  const wanted = metadata.annotations ?? {}
  if (metadata.deletionTimestamp) return (metadata.finalizers ?? []).length > 0
  if (wanted['test/phase'] !== undefined)
    return status?.phase === wanted['test/phase'] && spec?.nodeName !== undefined
  if (status?.phase === 'Pending')
    return (
      spec?.nodeName === undefined &&
      status.conditions?.some(({ reason }) => reason === 'Unschedulable') === true
    )
  return status?.phase === 'Running'
}

/** Removes what a case made, also pods that nobody would take away. */
export function remove(namespace: string, nodes: readonly string[]): void {
  kubectl(['delete', 'namespace', namespace, '--wait=false'])
  for (const pod of get<Pod>('pods', namespace)) {
    if ((pod.metadata.finalizers ?? []).length > 0)
      kubectl([
        'patch',
        'pod',
        pod.metadata.name,
        '-n',
        namespace,
        '--type=merge',
        '-p',
        '{"metadata":{"finalizers":null}}',
      ])
    kubectl([
      'delete',
      'pod',
      pod.metadata.name,
      '-n',
      namespace,
      '--force',
      '--grace-period=0',
      '--wait=false',
    ])
  }
  if (nodes.length > 0) kubectl(['delete', 'node', ...nodes, '--wait=false'])
}
