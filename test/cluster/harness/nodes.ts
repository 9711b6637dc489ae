import type { Node, Pod, PodDisruptionBudget } from '../../../src/model/kubernetes/objects.ts'
import { create, get, kubectl, mustKubectl } from './kubectl.ts'
import { nodeObject } from './objects.ts'
import { eventually } from './processes.ts'
import { isCounted, isReady, isSettled } from './stable.ts'

/** Makes nodes that kwok plays: 4 cpu, 8Gi, 110 pods, Ready; zones za, zb, ... in their order. */
export async function addNodes(names: readonly string[]): Promise<void> {
  create(
    ...names.map((name, index) =>
      nodeObject(name, { labels: { 'topology.kubernetes.io/zone': `z${'abcdef'[index]}` } }),
    ),
  )
  await eventually('the nodes to be Ready', () => {
    const nodes = get<Node>('nodes').filter(({ metadata }) => names.includes(metadata.name))
    return nodes.length === names.length && nodes.every(isReadyAndUntainted) ? true : undefined
  })
}

const isReadyAndUntainted = (node: Node): boolean => isReady(node) && (node.spec?.taints ?? []).length === 0

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
export async function waitUntilStable(namespace: string, podCount: number): Promise<void> {
  await eventually(
    `${podCount} pods in ${namespace} to settle`,
    () => {
      const pods = get<Pod>('pods', namespace)
      return pods.length === podCount && pods.every(isSettled) ? true : undefined
    },
    40,
  )
  await eventually('the budgets to be looked at', () =>
    get<PodDisruptionBudget>('pdb', namespace).every(isCounted) ? true : undefined,
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
