import { SEVERITIES } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { LogReference } from '../../model/snapshot/snapshot.ts'
import type { Workload } from '../../model/snapshot/workload.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { type ContainerInfo, runningSeconds } from '../pod-info.ts'
import { failureKey, type WithoutLogs, withoutLogs } from './replicas.ts'
import { LOG_USES, type LogUse } from './wishes.ts'

/** A log that can tell something, and whose it is. */
export interface WantedLog extends LogReference {
  /** `Deployment shop/web`. */
  readonly workload: string
}

/** Replicas that fail alike; two of them tell chance from rule. */
const REPLICAS = 2

/**
 * The logs that can tell why something fails, the most telling first: those that a rule asks for (`LOG_USES`), then those
 * of containers that are not ready and of which nothing is said yet. Of replicas that fail alike two are enough; the first
 * of every workload comes before the second of any.
 */
export function wantedLogs(cluster: Cluster, workloads: readonly Workload[]): readonly WantedLog[] {
  const wanted = workloads.flatMap((workload) => ofWorkload(cluster, workload))
  const distinct = new Map<string, Wanted>()
  for (const one of sortedBy(wanted, placeOf)) {
    const { log } = one
    const key = JSON.stringify([log.namespace, log.pod, log.container, log.previous])
    if (!distinct.has(key)) distinct.set(key, one)
  }
  return [...distinct.values()].map(({ log }) => log)
}

interface Wanted {
  readonly log: WantedLog
  readonly use: LogUse | undefined
  /** 0 for the first of the replicas that fail alike. */
  readonly replica: number
  readonly severity: number
}

const placeOf = ({ log, use, replica, severity }: Wanted) => [
  use === undefined ? 1 : 0,
  replica,
  -severity,
  // What decides which cause it is comes before what is quoted beside it.
  use === 'LastWords' ? 1 : 0,
  log.namespace,
  log.workload,
  log.pod,
  log.container,
  log.previous ? 1 : 0,
]

function ofWorkload(cluster: Cluster, workload: Workload): readonly Wanted[] {
  const alike = new Map<string, number>()
  return workload.pods.flatMap((pod) => {
    const state = withoutLogs(cluster, workload, pod)
    const wanted = ofPod(state, `${workload.kind} ${workload.namespace}/${workload.name}`)
    if (wanted.length === 0) return []
    const key = failureKey(state)
    const replica = alike.get(key) ?? 0
    alike.set(key, replica + 1)
    return replica < REPLICAS ? wanted.map((one) => ({ ...one, replica })) : []
  })
}

function ofPod({ podInfo, causes }: WithoutLogs, workload: string): readonly Omit<Wanted, 'replica'>[] {
  return podInfo.containers.flatMap((container) => {
    const uses = causes.flatMap(({ code, severity, container: name }) => {
      const use = name === container.name ? LOG_USES[code] : undefined
      return use === undefined ? [] : [{ use, severity: SEVERITIES.indexOf(severity) }]
    })
    const asked = uses.length > 0 ? uses : mayTell(container) ? [{ use: undefined, severity: 0 }] : []
    return asked.flatMap((one) => logsOf(container).map((log) => ({ ...one, log: { ...log, workload } })))
  })
}

/** Not ready, and nothing is said of it yet: the log may know first. */
const mayTell = (container: ContainerInfo): boolean =>
  !container.podInfo.terminating &&
  container.status?.ready === false &&
  runningSeconds(container) !== undefined

/** The logs that a container has: of its present run, and of the one before. */
function logsOf({ podInfo: { pod }, name, status }: ContainerInfo): readonly LogReference[] {
  const { namespace = '', name: podName } = pod.metadata
  const reference = { namespace, pod: podName, container: name }
  const hasRun = status?.state?.running !== undefined || status?.state?.terminated !== undefined
  return [
    ...(hasRun ? [{ ...reference, previous: false }] : []),
    ...((status?.restartCount ?? 0) > 0 ? [{ ...reference, previous: true }] : []),
  ]
}
