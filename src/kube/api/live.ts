import { isFields } from '../../model/kubernetes/fields.ts'
import { KINDS, RESOURCES, type Resource } from '../../model/kubernetes/kinds.ts'
import { type Gap, noObjects, type Objects, type Snapshot } from '../../model/snapshot/snapshot.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { rfc3339 } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import { notRecorded, sortedGaps } from '../recording/recording.ts'
import { listKind, type Missing, type Projection } from './list.ts'
import { inParallel } from './parallel.ts'
import { type StatusError, statusFailure } from './status-error.ts'
import type { Connection } from './transport.ts'

export { readLogs } from './logs.ts'
export { type Connection, connect } from './transport.ts'

interface LiveOptions {
  /** The kinds to read; the others become gaps. */
  readonly resources: readonly Resource[]
  /** Namespaced kinds are read in this namespace only; undefined is all of them. */
  readonly namespace?: string
  /** Also the events about the nodes of the pods that were read, which are in the namespace `default`. */
  readonly nodeEvents?: boolean
  /** `--now`, RFC 3339; without it the clock of the server. */
  readonly now?: string
  /** What of each object the analysis needs, where that is much less than all; without it, everything. */
  readonly project?: Projection
  /** Called now and then with how far it is. */
  readonly onProgress?: (text: string) => void
}

/** Lists that are under way at the same time. */
const AT_ONCE = 6

/**
 * Reads the cluster: one paged list per kind, side by side. Objects are as `kubectl get -o json` prints them, without
 * fields that are null. A kind that the server refuses is a gap in its words; a kind that was not asked for is one, too.
 * No logs: see readLogs.
 * @throws UserError where the server can't be reached, does not know the user (401), or refuses every kind
 */
export async function readCluster(connection: Connection, options: LiveOptions): Promise<Snapshot> {
  const { resources, namespace, project, onProgress } = options
  const objects: { [R in Resource]?: unknown } = {}
  const refusals: [Resource, StatusError][] = []
  const incomplete: Gap[] = []
  connection.beginReading()
  let [kinds, count] = [0, 0]
  const version = serverVersion(connection)
  await inParallel(resources, AT_ONCE, async (resource) => {
    const scope = KINDS[resource].namespaced ? namespace : undefined
    const onPage = (more: number) => {
      count += more
      onProgress?.(`read ${kinds} of ${plural(resources.length, 'kind')}, ${plural(count, 'object')}`)
    }
    const list = await listKind(connection, resource, scope, onPage, { ...(project && { project }) })
    kinds++
    if (list.ok) {
      objects[resource] = sortedBy(list.items, ({ metadata }) => [metadata.namespace ?? '', metadata.name])
      if (list.missing !== undefined) incomplete.push(missingGap(resource, list.missing, scope))
    } else refusals.push([resource, list.error])
  })
  const withNodeEvents = await readNodeEvents(connection, options, objects)
  const first = sortedBy(refusals, ([resource]) => [resources.indexOf(resource)])[0]
  if (first !== undefined && refusals.length === resources.length)
    throw statusFailure(first[1], connection.endpoint)
  const gitVersion = await version
  return {
    now: options.now ?? connection.serverTime() ?? rfc3339(Date.now()),
    nowFrom: options.now === undefined ? 'clock' : 'flag',
    source: { type: 'Cluster', name: connection.name },
    ...(gitVersion === undefined ? {} : { serverVersion: gitVersion }),
    ...(namespace === undefined ? {} : { namespace }),
    objects: { ...noObjects(), ...(objects as Partial<Objects>), ...withNodeEvents.events },
    others: [],
    logs: [],
    gaps: sortedGaps([
      ...refusals.map(([resource, error]) => gapOf(resource, error, namespace)),
      ...incomplete,
      ...withNodeEvents.gaps,
      ...RESOURCES.filter((resource) => !resources.includes(resource)).map(notRecorded),
    ]),
    origins: {},
  }
}

/** Where the events of objects without a namespace are (docs/reference/events.md#A1). */
const CLUSTER_EVENTS = 'default'

/** All events with those about the nodes that the pods run on. Who may not read them has a gap. */
async function readNodeEvents(
  connection: Connection,
  { namespace, nodeEvents: isWanted }: LiveOptions,
  { events, pods }: { [R in Resource]?: unknown },
): Promise<{ readonly events?: Pick<Objects, 'events'>; readonly gaps: readonly Gap[] }> {
  const own = events as Objects['events'] | undefined
  const nodes = new Set(((pods ?? []) as Objects['pods']).map(({ spec }) => spec?.nodeName))
  nodes.delete(undefined)
  const wereRead = namespace === undefined || namespace === CLUSTER_EVENTS
  if (!isWanted || own === undefined || wereRead || nodes.size === 0) return { gaps: [] }
  const list = await listKind(connection, 'events', CLUSTER_EVENTS, () => {}, {
    fieldSelector: 'involvedObject.kind=Node',
  })
  if (!list.ok) return { gaps: [gapOf('events', list.error, CLUSTER_EVENTS)] }
  const about = (list.items as Objects['events']).filter(({ involvedObject }) =>
    nodes.has(involvedObject?.name),
  )
  const all = sortedBy([...own, ...about], ({ metadata }) => [metadata.namespace ?? '', metadata.name])
  const gaps = list.missing === undefined ? [] : [missingGap('events', list.missing, CLUSTER_EVENTS)]
  return { events: { events: all }, gaps }
}

/** The snapshot with what {@link readLogs} found, in the order in which a recording of it reads back. */
export const withLogs = (snapshot: Snapshot, { logs, gaps }: Pick<Snapshot, 'logs' | 'gaps'>): Snapshot => ({
  ...snapshot,
  logs,
  gaps: sortedGaps([...snapshot.gaps, ...gaps]),
})

function gapOf(resource: Resource, { code, message }: StatusError, namespace: string | undefined): Gap {
  return {
    resource,
    ...(KINDS[resource].namespaced && namespace !== undefined ? { namespace } : {}),
    reason: code === 403 ? 'Forbidden' : code === 404 ? 'NotFound' : 'Unreadable',
    message,
  }
}

/** A kind of which some objects are there, in `scope` or everywhere. */
const missingGap = (resource: Resource, { message, namespace }: Missing, scope: string | undefined): Gap => {
  const place = namespace ?? scope
  return {
    resource,
    ...(place === undefined ? {} : { namespace: place }),
    reason: 'Unreadable',
    message,
  }
}

const GIT_VERSION = /^v\d+\.\d+[\w.+~-]{0,100}$/

/** Nobody has to be allowed to see the version, and nothing depends on it alone. */
async function serverVersion(connection: Connection): Promise<string | undefined> {
  try {
    const answer = await connection.get('/version', 'json', 65_536)
    const version: unknown = answer.ok ? JSON.parse(answer.body.toString()) : undefined
    const { gitVersion } = isFields(version) ? version : {}
    return typeof gitVersion === 'string' && GIT_VERSION.test(gitVersion) ? gitVersion : undefined
  } catch {
    return undefined
  }
}
