import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import type { ProbeReport } from '../../../src/probes/report.ts'
import { sleep } from '../../cluster/harness/processes.ts'
import type { Situation } from '../situations/situation.ts'
import type { Cluster } from './cluster.ts'
import { inParallel } from './parallel.ts'
import { reportOf } from './rounds.ts'

/** '' where the first patch made the workload Ready, and it stayed so. */
export type Mended = ReadonlyMap<string, string>

/** Pasted at the same time. */
const PARALLEL = 3
const READY_SECONDS = 300
const STAYS_SECONDS = 120

/**
 * Pastes the first patch of each situation as probe-check prints it, and watches all of them together until each has
 * been Ready for two minutes on end.
 */
export async function mend(
  cluster: Cluster,
  situations: readonly Situation[],
  say: (line: string) => void,
): Promise<Mended> {
  const outcomes = new Map<string, string>()
  await inParallel(PARALLEL, situations, async ({ name }) => {
    outcomes.set(name, await paste(cluster, name))
  })
  say(`${situations.length} patches are pasted`)
  const readySince = new Map<string, number>()
  const restarts = new Map<string, number>()
  const started = performance.now()
  for (;;) {
    const now = performance.now()
    for (const { name } of situations.filter((one) => outcomes.get(one.name) === '')) {
      const state = await stateOf(cluster, name)
      if (!state.ready) {
        if (readySince.has(name)) outcomes.set(name, `was Ready, then not: ${state.why}`)
        else if (now - started > READY_SECONDS * 1000) outcomes.set(name, `never Ready: ${state.why}`)
      } else if (!readySince.has(name)) {
        readySince.set(name, now)
        restarts.set(name, state.restarts)
      } else if (state.restarts > (restarts.get(name) ?? 0)) outcomes.set(name, 'restarts after the patch')
    }
    const open = situations.filter(({ name }) => outcomes.get(name) === '')
    if (open.every(({ name }) => now - (readySince.get(name) ?? now) > STAYS_SECONDS * 1000)) return outcomes
    await sleep(3000)
  }
}

/** Pastes the first fix with a patch as it stands in the report for people; why not, where there is none. */
async function paste(cluster: Cluster, namespace: string): Promise<string> {
  const report = (await reportOf(cluster, ['probe-check', '-n', namespace, '-o', 'json'])) as ProbeReport
  const fix = report.findings
    .filter(({ severity, configuration }) => severity !== 'Info' && configuration !== true)
    .flatMap(({ fixes }) => fixes)
    .find(({ patch, replace }) => patch !== undefined || replace !== undefined)
  if (fix === undefined) return 'no patch is offered'
  // The manifest of a Pod is in the script only, as a comment, because a person should decide on it.
  const { stdout } = await cluster.kubectl([
    ...['probe-check', '-n', namespace],
    ...(fix.replace === undefined ? [] : ['-o', 'patch']),
  ])
  const lines = stdout.split('\n').map((line) => line.trimStart())
  const command =
    fix.replace === undefined
      ? lines.find((line) => line === fix.command)
      : lines.find((line) => line.endsWith('replace --force -f -'))?.replace(/^# /, '')
  if (command === undefined) return 'the report for people does not print the patch'
  const { code, stderr } = await cluster.paste(command)
  return code === 0 ? '' : `the shell answers ${code}: ${stderr.trim()}`
}

interface State {
  readonly ready: boolean
  readonly why: string
  readonly restarts: number
}

interface PodObject extends KubeObject {
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly containerStatuses?: readonly { readonly restartCount: number }[]
  }
}

/** Whether every pod of the namespace is Ready and, where a workload makes them, of its newest revision. */
async function stateOf({ api }: Cluster, namespace: string): Promise<State> {
  const pods = (await api.list<PodObject>(`/api/v1/namespaces/${namespace}/pods`)).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  )
  const unready = pods.filter(
    ({ status }) =>
      !status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
  )
  const lagging = await isLagging(api, namespace)
  const restarts = pods.flatMap(({ status }) => status?.containerStatuses ?? [])
  return {
    ready: pods.length > 0 && unready.length === 0 && !lagging,
    why:
      unready.length > 0
        ? unready.map(({ metadata }) => metadata.name).join(', ')
        : lagging
          ? 'the workload has not made its new pods'
          : 'there is no pod',
    restarts: restarts.reduce((sum, { restartCount }) => sum + restartCount, 0),
  }
}

interface WorkloadObject extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly generation?: number }
  readonly spec?: { readonly replicas?: number }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly desiredNumberScheduled?: number
    readonly updatedNumberScheduled?: number
  }
}

async function isLagging(api: Cluster['api'], namespace: string): Promise<boolean> {
  const kinds = ['deployments', 'statefulsets', 'daemonsets']
  const lists = await Promise.all(
    kinds.map((kind) => api.list<WorkloadObject>(`/apis/apps/v1/namespaces/${namespace}/${kind}`)),
  )
  return lists.flat().some(({ metadata, status = {} }) => {
    const { replicas, updatedReplicas, desiredNumberScheduled, updatedNumberScheduled } = status
    return (
      status.observedGeneration !== metadata.generation ||
      replicas !== updatedReplicas ||
      desiredNumberScheduled !== updatedNumberScheduled
    )
  })
}
