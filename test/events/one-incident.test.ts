import { describe, expect, test } from '@jest/globals'
import type { Code } from '../../src/diagnosis/codes/codes.ts'
import { diagnose, diagnoseNodes } from '../../src/diagnosis/diagnose.ts'
import { explainEvents } from '../../src/events/explain.ts'
import { REASONS_OF_CAUSES } from '../../src/events/incidents/attribution.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { EXAMPLES } from '../diagnosis/examples.ts'
import { FIELD_CASES } from '../diagnosis/field/cases.ts'
import { ago, clusterOf, EVERYTHING, event } from '../helpers/builders.ts'
import { recordedFailures } from '../helpers/recordings.ts'

/** What happens of itself while the trouble of a code lasts, as docs/reference/events.md tells it. */
const CRASHES: readonly [string, string][] = [
  ['BackOff', 'Back-off restarting failed container app in pod web-1_shop(uid-web-1)'],
  ['Started', 'Container started'],
]
const PULL = 'Failed to pull image "a:1": rpc error: code = Unknown desc = unexpected EOF'
const NO_IMAGE: readonly [string, string][] = [
  ['Failed', PULL],
  ['Failed', 'Error: ErrImagePull'],
  ['BackOff', 'Back-off pulling image "a:1"'],
]
const UNSCHEDULED: readonly [string, string][] = [['FailedScheduling', '0/3 nodes are available: 3 strange.']]
const UNMOUNTED: readonly [string, string][] = [
  ['FailedMount', 'MountVolume.SetUp failed for volume "s" : rpc error: code = Internal desc = x'],
  ['FailedAttachVolume', 'AttachVolume.Attach failed for volume "s" : rpc error: code = Internal desc = x'],
]
const NOT_CREATED: readonly [string, string][] = [['Failed', 'Error: unexpected words of the runtime']]

/** Each with the events that are no incident of their own beside it. */
const TELLS: Readonly<Partial<Record<Code, readonly [reason: string, message: string][]>>> = {
  crash: CRASHES,
  'oom-killed': CRASHES,
  'completed-restart': CRASHES,
  'poststart-failed': [...CRASHES, ['FailedPostStartHook', 'PostStartHook failed']],
  'container-command-missing': NOT_CREATED,
  'container-create-failed': NOT_CREATED,
  'run-as-root': NOT_CREATED,
  'config-missing': NOT_CREATED,
  'image-pull': NO_IMAGE,
  'image-name': [['InspectFailed', 'Failed to apply default image tag "A:1": x'], ...NO_IMAGE.slice(2)],
  'image-never': [
    ['ErrImageNeverPull', 'Container image "a:1" is not present'],
    ['Failed', 'Error: ErrImageNeverPull'],
  ],
  'mount-missing': UNMOUNTED,
  'mount-failed': UNMOUNTED,
  'pvc-unbound': UNSCHEDULED,
  'unschedulable-resources': UNSCHEDULED,
  'unschedulable-affinity': UNSCHEDULED,
  'unschedulable-taints': UNSCHEDULED,
  'unschedulable-ports': UNSCHEDULED,
  'unschedulable-spread': UNSCHEDULED,
  'unschedulable-volume': UNSCHEDULED,
  unschedulable: UNSCHEDULED,
  'sandbox-failed': [
    ['FailedCreatePodSandBox', 'Failed to create pod sandbox: x'],
    ['SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.'],
  ],
  'quota-exceeded': [['FailedCreate', 'Error creating: something else']],
  'pod-security': [['FailedCreate', 'Error creating: something else']],
  'admission-denied': [['FailedCreate', 'Error creating: something else']],
  'job-deadline': [['DeadlineExceeded', 'Job was active longer than specified deadline']],
  'job-backoff': [['BackoffLimitExceeded', 'Job has reached the specified backoff limit']],
  'job-failed': [['PodFailurePolicy', 'Container app for pod shop/x failed with exit code 3']],
  'node-not-ready': [['NodeNotReady', 'Node n1 status is now: NodeNotReady']],
  'node-pressure': [
    ['EvictionThresholdMet', 'Attempting to reclaim memory'],
    ['FreeDiskSpaceFailed', 'Insufficient free disk space'],
  ],
  evicted: [['Evicted', 'The node was low on resource: memory. ']],
  preempted: [['Preempted', 'Preempted by pod u on node n1']],
  'kubelet-rejected': [['UnexpectedAdmissionError', 'Pod was rejected: Allocate failed due to x']],
}

/** Whose events are not told here: they come with the end of a pod, or in the middle of its start. */
const OTHERS: readonly string[] = ['prestop-failed', 'slow-stop', 'stuck-terminating', 'init-failed']

const states: readonly (readonly KubeObject[])[] = [
  ...Object.values(EXAMPLES).map(({ seen }) => seen),
  ...FIELD_CASES.flatMap(({ given, near }) => (near === undefined ? [given] : [])),
]

/** A state in which the code is the first root that the diagnosis finds, and the object that it is about. */
function stateOf(code: string) {
  for (const objects of [...(EXAMPLES[code] === undefined ? [] : [EXAMPLES[code].seen]), ...states]) {
    const cluster = clusterOf(objects)
    const found = [...diagnoseNodes(cluster), ...diagnose(cluster, cluster.workloads())]
    const root = found.find(({ rootCause }) => rootCause)
    if (root?.code !== code) continue
    const about =
      objects.find(({ kind }) => ['ReplicaSet', 'Job'].includes(kind) && code !== 'evicted') ??
      objects.find(({ kind }) => kind === root.subject.kind) ??
      objects.find(({ kind }) => kind === 'Pod')
    if (about !== undefined) return { objects, about, root }
  }
  return undefined
}

const WRITERS: Readonly<Record<string, string>> = { Pod: 'kubelet', Node: 'kubelet', Job: 'job-controller' }
const writerOf = (reason: string, kind: string): string => {
  if (reason === 'FailedScheduling' || reason === 'Preempted') return 'default-scheduler'
  if (reason === 'FailedAttachVolume') return 'attachdetach-controller'
  return WRITERS[kind] ?? 'replicaset-controller'
}

/** About a whole pod, not about a container of it. */
const OF_PODS =
  /^(Failed(Scheduling|Mount|AttachVolume|CreatePodSandBox)|SandboxChanged|Evicted|Preempted|Unexpected)/

describe('a trouble is told once, with all of its events', () => {
  test.each(Object.entries(TELLS))('%s', (code, told) => {
    const state = stateOf(code)
    expect([code, state === undefined ? 'has no example' : 'has an example']).toEqual([
      code,
      'has an example',
    ])
    if (state === undefined) return
    const { about, objects, root } = state
    const { kind, metadata } = about
    const events = told.map(([reason, message], index) =>
      event(reason, message, {
        metadata: { name: `told.${index}` },
        involvedObject: {
          kind,
          name: metadata.name,
          namespace: metadata.namespace,
          uid: kind === 'Node' ? undefined : metadata.uid,
          fieldPath:
            kind === 'Pod' && !OF_PODS.test(reason)
              ? `spec.containers{${root.subject.container ?? 'app'}}`
              : undefined,
        },
        source: { component: writerOf(reason, kind) },
        count: 5,
        firstTimestamp: ago(100),
        lastTimestamp: ago(15),
      }),
    )
    const { incidents } = explainEvents(clusterOf([...objects, ...events]), { ...EVERYTHING, all: true })
    const tellers = incidents.filter((one) => one.events.length > 0)
    expect(tellers.map((one) => one.code)).toEqual([code])
    expect(tellers[0]?.events.length).toBeGreaterThanOrEqual(told.length)
  })

  test('and so it is for every cause that accounts for events by their reasons', () => {
    expect(
      Object.keys(REASONS_OF_CAUSES).filter((code) => !(code in TELLS) && !OTHERS.includes(code)),
    ).toEqual([])
  })

  test.each(recordedFailures().map((one) => [one.name, one] as const))(
    'the recording %s has no Warning outside of the incident and what follows from it',
    (_, { cause, snapshot }) => {
      const { incidents } = explainEvents(indexCluster(snapshot), { ...EVERYTHING, all: true })
      const warned = incidents.filter(
        ({ severity, events, causedBy, rootCause }) =>
          severity !== 'Info' &&
          causedBy === null &&
          !rootCause &&
          events.some(({ type }) => type === 'Warning'),
      )
      const roots = incidents.filter(({ rootCause, severity }) => rootCause && severity !== 'Info')
      expect([roots.map(({ code }) => code), warned]).toEqual([cause === 'none' ? [] : [cause], []])
    },
  )
})
