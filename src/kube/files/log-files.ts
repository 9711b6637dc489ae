import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Pod } from '../../model/kubernetes/objects.ts'
import type { ContainerLog, LogReference } from '../../model/snapshot/snapshot.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { access, isFolder, list } from './input/inputs.ts'

/** More than this of one log is never looked at. */
export const LOG_BYTES = 64 * 1024

/** The end of a log, from the start of a line. */
export function lastLines(text: string, limit = LOG_BYTES): string {
  if (text.length <= limit) return text
  const end = text.slice(-limit)
  const line = end.indexOf('\n') + 1
  return line === end.length ? end : end.slice(line)
}

/** The end of a log of which at least one byte more than `limit` is given where it is longer. */
export const lastLinesOf = (bytes: Buffer, limit = LOG_BYTES): string => {
  if (bytes.length <= limit) return bytes.toString()
  const end = bytes.subarray(-limit)
  const line = end.indexOf('\n') + 1
  return (line === end.length ? end : end.subarray(line)).toString()
}

/** The last lines of a file of any size. */
function endOf(path: string): string {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const end = Buffer.alloc(Math.min(size, LOG_BYTES + 1))
    const length = readSync(file, end, 0, end.length, size - end.length)
    return lastLinesOf(end.subarray(0, length))
  } finally {
    closeSync(file)
  }
}

/**
 * Where a log lies in a recording's `logs` folder: `POD.CONTAINER[.previous].log`, in a subfolder named like the
 * namespace where the pod's name alone does not say which pod is meant.
 */
export function logPath(log: ContainerLog, pods: readonly Pod[]): string {
  const file = `${log.pod}.${log.container}${log.previous ? '.previous' : ''}.log`
  const namesakes = pods.filter(({ metadata }) => metadata.name === log.pod)
  return namesakes.length === 1 && namesakes[0]?.metadata.namespace === log.namespace
    ? file
    : join(log.namespace, file)
}

/**
 * The logs in a folder, as far as they belong to these pods, or stand in a subfolder that names their namespace.
 * A folder that is not there has none.
 */
export function readLogFolder(folder: string, pods: readonly Pod[]): readonly ContainerLog[] {
  if (!existsSync(folder) || !isFolder(folder)) return []
  const podsByName = Map.groupBy(pods, ({ metadata }) => metadata.name)
  const logs: ContainerLog[] = []
  for (const entry of list(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory())
      for (const { name: file } of list(path))
        addLog(
          logs,
          join(path, file),
          logIdentityOf(file, podsByName, entry.name) ?? splitName(file, entry.name),
        )
    else addLog(logs, path, logIdentityOf(entry.name, podsByName))
  }
  return logs
}

function addLog(logs: ContainerLog[], path: string, reference: LogReference | undefined): void {
  // Nobody may ever write into a pipe.
  if (reference !== undefined && access(path, () => statSync(path).isFile()))
    logs.push({ ...reference, text: access(path, () => endOf(path)) })
}

/** Names of pods may have dots, names of containers can't; a container may be called `previous`. */
function logIdentityOf(
  file: string,
  podsByName: ReadonlyMap<string, readonly Pod[]>,
  namespace?: string,
): LogReference | undefined {
  for (const previous of [false, true]) {
    const split = splitName(file, namespace ?? '', previous)
    if (split === undefined) continue
    const owners = (podsByName.get(split.pod) ?? []).filter(
      (pod) =>
        (namespace === undefined || pod.metadata.namespace === namespace) &&
        hasContainer(pod, split.container),
    )
    const owner = owners.length === 1 ? owners[0] : undefined
    if (owner !== undefined) return { ...split, namespace: owner.metadata.namespace ?? '' }
  }
  return undefined
}

function splitName(
  file: string,
  namespace: string,
  previous = file.endsWith('.previous.log'),
): LogReference | undefined {
  const suffix = previous ? '.previous.log' : '.log'
  if (!file.endsWith(suffix)) return undefined
  const stem = file.slice(0, -suffix.length)
  const dot = stem.lastIndexOf('.')
  return dot <= 0
    ? undefined
    : { namespace, pod: stem.slice(0, dot), container: stem.slice(dot + 1), previous }
}

const hasContainer = ({ spec }: Pod, name: string): boolean =>
  [spec?.containers, spec?.initContainers, spec?.ephemeralContainers].some((containers) =>
    containers?.some((container) => container.name === name),
  )

/** By namespace, pod, container, the earlier run last; of several about the same run the last one given. */
export const sortedLogs = (logs: Iterable<ContainerLog>): readonly ContainerLog[] => {
  const byIdentity = new Map<string, ContainerLog>()
  for (const log of logs) byIdentity.set(`${log.namespace}/${log.pod}/${log.container}/${log.previous}`, log)
  return sortedBy(byIdentity.values(), ({ namespace, pod, container, previous }) => [
    namespace,
    pod,
    container,
    previous ? 1 : 0,
  ])
}
