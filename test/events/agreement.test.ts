import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'
import { FIELD_CASES } from '../diagnosis/field/cases.ts'
import { clusterOf, condition, EVERYTHING, event, log, pod } from '../helpers/builders.ts'
import { checked, type FieldCase } from '../helpers/findings.ts'

const OPTIONS = { ...EVERYTHING, all: false }

/** What the user sees first: severity, code, container, probe and effect of every loud root. */
const loud = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ rootCause, severity }) => rootCause && severity !== 'Info')
    .map(({ severity, code, subject, effect, confidence }) =>
      [severity, code, nameOf(code, subject.name), subject.container, subject.probe, confidence, effect].join(
        ' ',
      ),
    )
    .sort()

/** Of a lost node, probe-check names the workload that it looks at and explain-events the node itself. */
const nameOf = (code: string, name: string): string => (code === 'node-not-ready' ? 'n1' : name)

const incidents = ({ given, logs }: FieldCase) =>
  explainEvents(clusterOf(given, { logs: logs === undefined ? [] : log(logs) }), OPTIONS).incidents

describe('explain-events and probe-check say the same', () => {
  test.each(FIELD_CASES.map((one) => [one.row, one.when ?? `near miss: ${one.near}`, one] as const))(
    'row %i: %s',
    (_row, _name, one) => {
      expect(loud(incidents(one))).toEqual(loud(checked(one)))
    },
  )
})

describe('the scheduler, with the pod and without it', () => {
  const TEXTS = [
    'Insufficient cpu',
    'Too many pods',
    'node(s) had untolerated taint {dedicated: gpu}',
    'node(s) had untolerated taint(s)',
    'node(s) were unschedulable',
    "node(s) didn't match Pod's node affinity/selector",
    "node(s) didn't match the requested node name",
    "node(s) didn't match pod affinity rules",
    "node(s) didn't match pod anti-affinity rules",
    "node(s) didn't satisfy existing pods anti-affinity rules",
    "node(s) didn't match pod topology spread constraints",
    "node(s) didn't match pod topology spread constraints (missing required label)",
    "node(s) didn't have free ports for the requested pod ports",
    'pod has unbound immediate PersistentVolumeClaims',
    'persistentvolumeclaim "data" not found',
    'persistentvolumeclaim "data" is being deleted',
    'persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-1"',
    'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
    'waiting for ephemeral volume controller to create the persistentvolumeclaim "data"',
    "node(s) didn't find available persistent volumes to bind",
    "node(s) didn't match PersistentVolume's node affinity",
    'node(s) had volume node affinity conflict',
    'node(s) had no available volume zone',
    'node(s) did not have enough free storage',
    'node(s) exceed max volume count',
    'ebs.csi.aws.com CSI driver is not installed on the node',
    'node(s) had no available disk',
    'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
    'cannot allocate all claims',
    'resourceclaim not available on the node',
    "node(s) didn't match Pod's required features",
    "node(s) didn't satisfy plugin(s) [NodeAffinity]",
    "node(s) didn't satisfy plugin(s) [InterPodAffinity]",
    "node(s) didn't satisfy plugin(s) [NodePorts]",
    "node(s) didn't satisfy plugin(s) [PodTopologySpread]",
    "node(s) didn't satisfy plugin(s) [VolumeBinding]",
  ]

  test.each(TEXTS)('%s', (text) => {
    const message = `0/3 nodes are available: 3 ${text}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`
    const waiting = pod({
      spec: { nodeName: undefined },
      status: {
        phase: 'Pending',
        conditions: [condition('PodScheduled', { status: 'False', reason: 'Unschedulable', message })],
        containerStatuses: [],
      },
    })
    const told = event('FailedScheduling', message, {
      involvedObject: { fieldPath: undefined },
      source: { component: 'default-scheduler' },
    })
    const codes = (items: readonly KubeObject[], gaps: readonly Gap[]) =>
      explainEvents(clusterOf(items, { gaps }), OPTIONS).incidents.map(({ code }) => code)
    const [code] = codes([waiting, told], [])
    expect(code).toMatch(/^(unschedulable|pvc-unbound)/)
    expect(codes([told], [{ resource: 'pods', reason: 'NotRecorded', message: '' }])).toEqual([code])
  })
})
