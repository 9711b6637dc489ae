import { explainEvents } from '../../src/events/explain.ts'
import type { EventOptions, EventReport, Incident } from '../../src/events/report.ts'
import { RESOURCES, type Resource } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject, Pod } from '../../src/model/kubernetes/objects.ts'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'
import { ago, clusterOf, condition, containerStatus, EVERYTHING, event, node, pod } from './builders.ts'

/** What `explain-events` reports of a cluster of these objects; everything, unless the options say otherwise. */
export const eventReport = (
  items: readonly KubeObject[],
  options: Partial<EventOptions> = {},
  gaps: readonly Gap[] = [],
): EventReport =>
  explainEvents(clusterOf(items, { gaps }), {
    ...EVERYTHING,
    all: false,
    ...options,
  })

export const incidentsOf = (...given: Parameters<typeof eventReport>): readonly Incident[] =>
  eventReport(...given).incidents

/** These kinds are not in the recording. */
export const notRecorded = (...resources: readonly Resource[]): readonly Gap[] =>
  resources.map((resource) => ({ resource, reason: 'NotRecorded', message: '' }))

/** Only events were recorded, so that nothing but the events can tell. */
export const ONLY_EVENTS = notRecorded(...RESOURCES.filter((resource) => resource !== 'events'))

/** `[code, severity, code of the cause]` of each incident, in the order of the report. */
export const story = (incidents: readonly Incident[]) =>
  incidents.map(({ code, severity, causedBy }) => [
    code,
    severity,
    causedBy === null ? null : incidents[causedBy]?.code,
  ])

/** For `event`: it is about this object, as a whole. */
export const regarding = (kind: string, name: string, namespace: string | undefined = 'shop') => ({
  metadata: { name: `${name}.${kind}` },
  involvedObject: { kind, name, namespace, uid: undefined, fieldPath: undefined },
})

const WAITING_MESSAGE: Readonly<Record<string, object>> = {
  CreateContainerConfigError: { message: 'secret "b" not found' },
}

/** A pod whose container waits for its first start, with this reason; for a Secret, if it waits for its configuration. */
export const waitingPod = (reason: string, changes: Readonly<Record<string, unknown>> = {}): Pod =>
  pod({
    status: {
      phase: 'Pending',
      conditions: [condition('PodScheduled'), condition('Ready', { status: 'False' })],
      containerStatuses: [
        containerStatus({
          ready: false,
          started: false,
          state: { waiting: { reason, ...WAITING_MESSAGE[reason] }, running: undefined },
        }),
      ],
    },
    ...changes,
  })

/** The node controller lost node `n1` so long ago. */
export const nodeLost = (seconds: number) =>
  event('NodeNotReady', 'Node n1 status is now: NodeNotReady', {
    ...regarding('Node', 'n1', undefined),
    type: 'Normal',
    source: { component: 'node-controller' },
    firstTimestamp: ago(seconds),
    lastTimestamp: ago(seconds),
  })

/** Node `n1`, of which nothing was heard for 200 s. */
export const LOST_NODE = node({
  status: {
    conditions: [
      condition('Ready', { status: 'Unknown', reason: 'NodeStatusUnknown', lastTransitionTime: ago(200) }),
    ],
  },
  spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: ago(200) }] },
})
