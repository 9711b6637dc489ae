import { resourceOf } from '../../src/model/kubernetes/kinds.ts'
import type {
  Container,
  ContainerStatus,
  Event,
  KubeObject,
  Node,
  Pod,
} from '../../src/model/kubernetes/objects.ts'
import { type Cluster, indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Replay, ReplayAttempt } from '../../src/model/snapshot/replay.ts'
import { type ContainerLog, type Gap, noObjects, type Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { sortedBy } from '../../src/model/text/sort.ts'

/** The clock of all built snapshots, unless a test sets another. */
export const NOW = '2026-11-21T12:00:00Z'

/** The time some seconds before {@link NOW}. */
export const ago = (seconds: number, now = NOW): string =>
  new Date(Date.parse(now) - seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z')

interface Extras {
  readonly now?: string
  readonly logs?: readonly ContainerLog[]
  readonly gaps?: readonly Gap[]
  readonly replays?: readonly Replay[]
  readonly serverVersion?: string
}

/** A snapshot of these objects, sorted by namespace and name, as reading makes one. */
export function snapshotOf(
  items: readonly KubeObject[],
  { now = NOW, logs = [], gaps = [], replays, serverVersion }: Extras = {},
): Snapshot {
  const objects: Record<string, KubeObject[]> = Object.fromEntries(
    Object.keys(noObjects()).map((resource) => [resource, []]),
  )
  const others: KubeObject[] = []
  for (const item of sortedBy(items, ({ metadata }) => [metadata.namespace ?? '', metadata.name])) {
    const resource = resourceOf(item.apiVersion, item.kind)
    if (resource === undefined) others.push(item)
    else objects[resource]?.push(item)
  }
  return {
    now,
    nowFrom: 'recording',
    source: { type: 'Files', name: 'test' },
    ...(serverVersion === undefined ? {} : { serverVersion }),
    objects: objects as unknown as Snapshot['objects'],
    others,
    logs,
    ...(replays === undefined ? {} : { replays }),
    gaps,
    origins: {},
  }
}

/** Options of an analysis that looks at all that was read. */
export const EVERYTHING = { selection: { targets: [], selector: [] } }

export const clusterOf = (items: readonly KubeObject[], extras: Extras = {}): Cluster =>
  indexCluster(snapshotOf(items, extras))

/** Deep merge for overrides: objects merge, everything else replaces, undefined removes. */
export function override<T>(base: T, changes: unknown): T {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) return changes as T
  const result: Record<string, unknown> = { ...(base as Record<string, unknown>) }
  for (const [key, value] of Object.entries(changes)) {
    const present = result[key]
    const both = isObject(present) && isObject(value)
    if (value === undefined) delete result[key]
    else result[key] = both ? override(present, value) : value
  }
  return result as T
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Changes = Readonly<Record<string, unknown>>

/** A running, ready, never restarted pod `shop/web-1` on node `n1` with one container `app`, up for 10 minutes. */
export function pod(changes: Changes = {}): Pod {
  const base = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: 'shop',
      name: 'web-1',
      uid: 'uid-web-1',
      creationTimestamp: ago(600),
      labels: { app: 'web' },
    },
    spec: { nodeName: 'n1', restartPolicy: 'Always', containers: [container()] },
    status: {
      phase: 'Running',
      startTime: ago(600),
      podIP: '10.0.0.7',
      conditions: [
        condition('PodScheduled'),
        condition('ContainersReady', { lastTransitionTime: ago(595) }),
        condition('Ready', { lastTransitionTime: ago(595) }),
      ],
      containerStatuses: [containerStatus()],
    },
  }
  return override(base, changes) as unknown as Pod
}

/** What is about one pod, itself and its events, as if it had this name and these changes. */
export const podNamed = (
  name: string,
  objects: readonly KubeObject[],
  changes: Changes = {},
): readonly KubeObject[] =>
  objects.map((object) =>
    object.kind === 'Pod'
      ? override(override(object, { metadata: { name, uid: `uid-${name}` } }), changes)
      : override(object, {
          metadata: { name: `${name}.${object.metadata.name}` },
          involvedObject: { name, uid: `uid-${name}` },
        }),
  )

export const container = (changes: Changes = {}): Container =>
  override({ name: 'app', image: 'registry.example/app:1' }, changes) as unknown as Container

/** A container that runs and is ready; `state` and `lastState` replace those of the base, being one of three each. */
export function containerStatus({ state, lastState, ...changes }: Changes = {}): ContainerStatus {
  const base = {
    name: 'app',
    ready: true,
    started: true,
    restartCount: 0,
    image: 'registry.example/app:1',
    imageID: '',
    state: state ?? { running: { startedAt: ago(598) } },
    lastState: lastState ?? {},
  }
  return override(base, changes) as unknown as ContainerStatus
}

/** A condition of any object, True unless told otherwise. */
export const condition = (type: string, changes: Changes = {}) =>
  override({ type, status: 'True', lastTransitionTime: ago(600) }, changes)

/** An event as the kubelet writes it about container `app` of {@link pod}: once, ten seconds ago. */
export function event(reason: string, message: string, changes: Changes = {}): Event {
  const base = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'shop', name: `web-1.${reason}.${message.length}` },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'shop',
      name: 'web-1',
      uid: 'uid-web-1',
      fieldPath: 'spec.containers{app}',
    },
    type: 'Warning',
    reason,
    message,
    count: 1,
    firstTimestamp: ago(10),
    lastTimestamp: ago(10),
    source: { component: 'kubelet', host: 'n1' },
  }
  return override(base, changes) as unknown as Event
}

/** A ready node `n1` with 4 CPUs and 8 GiB. */
export const node = (changes: Changes = {}): Node =>
  override(
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n1' },
      spec: {},
      status: {
        allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
        conditions: [
          condition('Ready'),
          condition('MemoryPressure', { status: 'False' }),
          condition('DiskPressure', { status: 'False' }),
        ],
      },
    },
    changes,
  ) as unknown as Node

/** Deployment `shop/web` with ReplicaSet `web-7d9`; give its pods `ownedBy(replicaSet)`. */
export function deployment(template: Pod['spec'], changes: Changes = {}): readonly [KubeObject, KubeObject] {
  const selector = { matchLabels: { app: 'web' } }
  const shape = { metadata: { labels: { app: 'web' } }, spec: template }
  const top = override(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'shop', name: 'web', uid: 'uid-deploy' },
      spec: { replicas: 1, selector, template: shape },
      status: {},
    },
    changes,
  ) as unknown as KubeObject
  const replicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { namespace: 'shop', name: 'web-7d9', uid: 'uid-rs', ...ownedBy(top) },
    spec: { replicas: 1, selector, template: shape },
    status: {},
  } as unknown as KubeObject
  return [top, replicaSet]
}

/** The metadata of an object that this one controls. */
export const ownedBy = ({ apiVersion, kind, metadata }: KubeObject) => ({
  ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true }],
})

export const logOf = (text: string, previous = false): ContainerLog => ({
  namespace: 'shop',
  pod: 'web-1',
  container: 'app',
  previous,
  text,
})

/** The only log of a cluster, of container `app` of {@link pod}. */
export const log = (text: string): readonly ContainerLog[] => [logOf(text)]

/** The readiness probe of container `app` of `shop/web-1`, run from here with these results, `secondsAgo`. */
export const replayOf = (
  attempts: readonly Partial<ReplayAttempt>[],
  { secondsAgo = 20, ...more }: Partial<Replay> & { readonly secondsAgo?: number } = {},
): Replay => ({
  namespace: 'shop',
  pod: 'web-1',
  container: 'app',
  probe: 'readiness',
  at: ago(secondsAgo),
  roundTripMilliseconds: 2,
  attempts: attempts.map((one) => ({
    outcome: 'Passed',
    message: 'HTTP status 200',
    milliseconds: 5,
    ...one,
  })),
  ...more,
})
