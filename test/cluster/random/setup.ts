import type {
  Job,
  Node,
  Pod,
  PodDisruptionBudget,
  ResourceQuota,
} from '../../../src/model/kubernetes/objects.ts'
import { nodeObject } from '../harness/objects.ts'
import { eventually, sleep } from '../harness/processes.ts'
import { isCounted, isReady, isSettled } from '../harness/stable.ts'
import type { Draft, PodChange } from './draft.ts'
import { ownPods, workloadObject } from './generate.ts'
import { type Plane, pathOfOne } from './plane.ts'

const podsPath = ({ id }: Draft) => `/api/v1/namespaces/${id}/pods`

export const podsOf = ({ api }: Plane, draft: Draft): Promise<readonly Pod[]> =>
  api.list<Pod>(podsPath(draft))

export const budgetsOf = ({ api }: Plane, { id }: Draft): Promise<readonly PodDisruptionBudget[]> =>
  api.list<PodDisruptionBudget>(`/apis/policy/v1/namespaces/${id}/poddisruptionbudgets`)

/** Makes the cluster of a draft. */
export async function setUp(plane: Plane, draft: Draft): Promise<void> {
  const { api } = plane
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: draft.id } })
  for (const node of draft.nodes)
    await api.create(
      nodeObject(node.name, {
        ...node,
        unschedulable: node.cordoned || draft.cordonedAtFirst.has(node.name),
      }),
    )
  for (const object of draft.objects) await api.create(object)
  await eventually('the nodes to be Ready', () => nodesSettled(plane, draft), 60)
  await eventually('the default service account', () =>
    api.get(`/api/v1/namespaces/${draft.id}/serviceaccounts/default`),
  )
  for (const workload of draft.workloads) {
    const object = workloadObject(draft, workload)
    const owner = object === undefined ? undefined : await api.create(object)
    if (workload.kind === 'Pod' || workload.kind === 'ScalableApp' || workload.kind === 'PlainApp')
      for (const pod of ownPods(draft, workload, owner)) await api.create(pod)
  }
}

/** Waits until nothing moves any more in the cluster, makes the pod changes of the draft, and waits again. */
export async function prepareForDrain(plane: Plane, draft: Draft): Promise<void> {
  const { api } = plane
  await waitUntilStable(plane, draft)
  for (const object of draft.later) await api.create(object)
  await eventually('the quotas to count', () => quotasCount(plane, draft), 60)
  if (draft.cordonedAtFirst.size === 0 && draft.podChanges.length === 0) return
  for (const name of draft.cordonedAtFirst)
    await api.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable: null } })
  draft.cordonedAtFirst.clear()
  await eventually('the nodes to open', () => nodesSettled(plane, draft), 60)
  for (const change of draft.podChanges) await changePod(plane, draft, change)
  await waitUntilStable(plane, draft)
}

/** Ready, and with exactly the taints that are meant: the one of a cordon comes and goes a moment later. */
async function nodesSettled({ api }: Plane, draft: Draft): Promise<true | undefined> {
  for (const wanted of draft.nodes) {
    const node = await api.get<Node>(`/api/v1/nodes/${wanted.name}`)
    const cordoned = wanted.cordoned || draft.cordonedAtFirst.has(wanted.name)
    if (
      node === undefined ||
      !isReady(node) ||
      node.spec?.taints?.length !== wanted.taints.length + (cordoned ? 1 : 0)
    )
      return undefined
  }
  return true
}

async function quotasCount({ api }: Plane, { id, later }: Draft): Promise<true | undefined> {
  if (later.length === 0) return true
  const quotas = await api.list<ResourceQuota>(`/api/v1/namespaces/${id}/resourcequotas`)
  return quotas.every(({ status }) => status?.hard && status.used) ? true : undefined
}

async function changePod(plane: Plane, draft: Draft, { type, workload, index }: PodChange): Promise<void> {
  if (type === 'RolledOut')
    return plane.api.patch(`/apis/apps/v1/namespaces/${draft.id}/deployments/${workload}`, {
      spec: { template: { metadata: { annotations: { 'test/ready': 'false' } } } },
    })
  const pods = (await podsOf(plane, draft)).filter(
    ({ metadata, spec }) => metadata.labels?.['app'] === workload && spec?.nodeName !== undefined,
  )
  const pod = pods[index]
  if (pod === undefined) return
  const path = `${podsPath(draft)}/${pod.metadata.name}`
  if (type === 'Deleted') return plane.api.remove(path)
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === 'Ready' || condition.type === 'ContainersReady'
      ? { ...condition, status: 'False', reason: 'ContainersNotReady' }
      : condition,
  )
  // Where it is the only one of its template that runs, nothing tells how a new one would do.
  if (pods.filter(isReady).length < 2) return
  await plane.api.patch(`${path}/status`, { status: { conditions } })
}

/** The scheduler tries a pod again after at most this time when something has changed for it. */
const BACKOFF_SECONDS = 6
const QUIET_SECONDS = 2

/** Waits until pods and budgets have stood still for a while. */
export async function waitUntilStable(plane: Plane, draft: Draft, limit = 60): Promise<void> {
  const end = performance.now() + limit * 1000
  let known = ''
  let since = performance.now()
  while (performance.now() < end) {
    const pods = await podsOf(plane, draft)
    const budgets = await budgetsOf(plane, draft)
    const now = JSON.stringify([pods.map(podState), budgets.map(({ status }) => status)])
    if (now !== known) since = performance.now()
    known = now
    const waits = pods.some(({ spec }) => spec?.nodeName === undefined) ? BACKOFF_SECONDS : QUIET_SECONDS
    const settled =
      hasItsPods(draft, pods) &&
      pods.every(isSettled) &&
      budgets.every(isCounted) &&
      (await jobsOf(plane, draft)).every((job) => isAtRest(job, pods))
    if (settled && performance.now() - since > waits * 1000) return
    await sleep(300)
  }
  throw new Error(`it does not come to rest: ${known}`)
}

const podState = (pod: Pod): unknown => [
  pod.metadata.uid,
  pod.metadata.deletionTimestamp,
  pod.spec?.nodeName,
  pod.status?.phase,
  isReady(pod),
]

/** Workloads whose pods are made one after the other, or only by the test, or may end. */
const NOT_COUNTED = ['DaemonSet', 'Job', 'Pod', 'ScalableApp', 'PlainApp']

/** As many pods as were asked for, of workloads whose controllers make them all at once. */
const hasItsPods = (draft: Draft, pods: readonly Pod[]): boolean =>
  draft.workloads.every(({ kind, name, replicas }) => {
    const own = pods.filter(({ metadata }) => metadata.labels?.['app'] === name)
    if (NOT_COUNTED.includes(kind)) return true
    return own.length >= (kind === 'StatefulSet' ? 1 : replicas)
  })

const jobsOf = async ({ api }: Plane, { id, workloads }: Draft): Promise<readonly Job[]> =>
  workloads.some(({ kind }) => kind === 'Job') ? api.list<Job>(`/apis/batch/v1/namespaces/${id}/jobs`) : []

/** Over, or with all its pods: after a failure a Job makes the next one only when it has backed off. */
function isAtRest({ metadata, spec, status }: Job, pods: readonly Pod[]): boolean {
  if (status?.conditions?.some(({ type, status: value }) => END_OF_JOB.includes(type) && value === 'True'))
    return true
  const wanted = Math.min(spec?.parallelism ?? 1, (spec?.completions ?? 1) - (status?.succeeded ?? 0))
  const waitsFor = spec?.podReplacementPolicy === 'Failed' ? (status?.terminating ?? 0) : 0
  const own = pods.filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid))
  const active = own.filter(
    (pod) => pod.metadata.deletionTimestamp == null && !END_OF_POD.includes(pod.status?.phase ?? ''),
  )
  return active.length + waitsFor >= wanted
}

const END_OF_JOB = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet']
const END_OF_POD = ['Succeeded', 'Failed']

/** Removes what a case made. */
export async function tearDown({ api }: Plane, draft: Draft): Promise<void> {
  await api.remove(`/api/v1/namespaces/${draft.id}`)
  for (const pod of await api.list<Pod>(podsPath(draft)))
    if ((pod.metadata.finalizers ?? []).includes('drain.test/keep'))
      await api
        .patch(`${podsPath(draft)}/${pod.metadata.name}`, { metadata: { finalizers: null } })
        .catch(() => undefined)
  await api.remove(podsPath(draft))
  for (const { name } of draft.nodes) await api.remove(`/api/v1/nodes/${name}`)
  for (const object of draft.objects)
    if (object.metadata.namespace === undefined) await api.remove(pathOfOne(object))
}
