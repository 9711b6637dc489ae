import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { ago, condition, containerStatus, event, node, pod } from '../helpers/builders.ts'
import { incidentsOf, LOST_NODE, nodeLost, regarding, story, waitingPod } from '../helpers/incidents.ts'

describe('with the objects', () => {
  const claimVolume = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }
  const claim = (phase: string) =>
    ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace: 'shop', name: 'data', uid: 'pvc' },
      spec: { storageClassName: 'fast' },
      status: { phase },
    }) as unknown as KubeObject

  test('a claim without a volume explains the pod that waits for it', () => {
    const message = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'
    const incidents = incidentsOf([
      claim('Pending'),
      node(),
      pod({
        spec: { nodeName: undefined, ...claimVolume },
        status: {
          phase: 'Pending',
          containerStatuses: [],
          conditions: [condition('PodScheduled', { status: 'False', reason: 'Unschedulable', message })],
        },
      }),
      event('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', {
        ...regarding('PersistentVolumeClaim', 'data'),
        count: 9,
        firstTimestamp: ago(80),
        source: { component: 'persistentvolume-controller' },
      }),
      event('FailedScheduling', message, {
        firstTimestamp: ago(70),
        count: 3,
        source: { component: 'default-scheduler' },
      }),
    ])
    expect(incidents.map(({ code, subject, rootCause }) => [code, subject.kind, rootCause])).toEqual([
      ['pvc-unbound', 'PersistentVolumeClaim', true],
      ['pvc-unbound', 'Pod', false],
    ])
    expect(incidents[0]).toMatchObject({
      summary: 'the StorageClass that the claim names does not exist',
      effects: [1],
    })
    expect(incidents[1]?.causedBy).toBe(0)
  })

  test('a volume that a lost node still holds points at the node', () => {
    const incidents = incidentsOf([
      claim('Bound'),
      nodeLost(400),
      LOST_NODE,
      node({ metadata: { name: 'n2' } }),
      pod({ metadata: { name: 'old', uid: 'old', deletionTimestamp: ago(60) }, spec: claimVolume }),
      waitingPod('ContainerCreating', {
        metadata: { name: 'new', uid: 'new' },
        spec: { nodeName: 'n2', ...claimVolume },
      }),
      event(
        'FailedAttachVolume',
        'Multi-Attach error for volume "pv" Volume is already exclusively attached to one node',
        {
          ...regarding('Pod', 'new'),
          count: 4,
          firstTimestamp: ago(120),
          source: { component: 'attachdetach-controller' },
        },
      ),
    ])
    const stuck = incidents.find(({ subject }) => subject.name === 'new')
    expect(stuck).toMatchObject({ code: 'mount-failed', rootCause: false })
    expect(incidents[stuck?.causedBy ?? -1]).toMatchObject({
      code: 'node-not-ready',
      subject: { kind: 'Node', name: 'n1' },
    })
  })

  test('pressure explains evictions and failed clean-ups of the node', () => {
    const full = node({
      status: {
        conditions: [condition('Ready'), condition('DiskPressure', { lastTransitionTime: ago(300) })],
      },
    })
    const incidents = incidentsOf([
      full,
      event('NodeHasDiskPressure', 'Node n1 status is now: NodeHasDiskPressure', {
        ...regarding('Node', 'n1', undefined),
        type: 'Normal',
        firstTimestamp: ago(300),
      }),
      event('FreeDiskSpaceFailed', 'Insufficient free disk space', {
        ...regarding('Node', 'n1', undefined),
        count: 3,
        firstTimestamp: ago(200),
      }),
      event('Evicted', 'The node was low on resource: ephemeral-storage. ', {
        ...regarding('Pod', 'web-9'),
        firstTimestamp: ago(100),
      }),
    ])
    const root = incidents[0]
    expect(root).toMatchObject({
      code: 'node-pressure',
      subject: { kind: 'Node' },
      rootCause: true,
      causedBy: null,
    })
    expect(incidents.filter(({ rootCause }) => rootCause)).toHaveLength(1)
    expect(incidents.find(({ code }) => code === 'evicted')?.causedBy).toBe(0)
  })

  test('a reboot explains pods that the kubelet refused after it', () => {
    const refused = pod({
      status: { phase: 'Failed', reason: 'UnexpectedAdmissionError', conditions: [], containerStatuses: [] },
    })
    const incidents = incidentsOf([
      node(),
      refused,
      event('Rebooted', 'Node n1 has been rebooted, boot id: x', {
        ...regarding('Node', 'n1', undefined),
        firstTimestamp: ago(60),
        lastTimestamp: ago(60),
      }),
      event(
        'UnexpectedAdmissionError',
        'Allocate failed due to no devices, which is unexpected',
        regarding('Pod', 'web-1'),
      ),
    ])
    expect(story(incidents)).toEqual([
      ['rebooted', 'Info', null],
      ['kubelet-rejected', 'Error', 'rebooted'],
    ])
  })

  test('a reboot an hour before explains nothing', () => {
    const refused = pod({
      status: { phase: 'Failed', reason: 'UnexpectedAdmissionError', conditions: [], containerStatuses: [] },
    })
    const incidents = incidentsOf([
      node(),
      refused,
      event('Rebooted', 'Node n1 has been rebooted, boot id: x', {
        ...regarding('Node', 'n1', undefined),
        firstTimestamp: ago(3000),
        lastTimestamp: ago(3000),
      }),
      event('UnexpectedAdmissionError', 'Allocate failed due to no devices', regarding('Pod', 'web-1')),
    ])
    expect(story(incidents)).toEqual([['kubelet-rejected', 'Error', null]])
  })

  test('an autoscaler without figures follows from the broken workload that it scales', () => {
    const scaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { namespace: 'shop', name: 'web' },
      spec: { scaleTargetRef: { apiVersion: 'v1', kind: 'Pod', name: 'web-1' }, maxReplicas: 3 },
      status: { conditions: [condition('ScalingActive', { status: 'False' })] },
    } as unknown as KubeObject
    const broken = pod({
      status: {
        conditions: [condition('Ready', { status: 'False' })],
        containerStatuses: [
          containerStatus({
            ready: false,
            started: false,
            state: {
              waiting: { reason: 'CreateContainerConfigError', message: 'secret "b" not found' },
              running: undefined,
            },
          }),
        ],
      },
    })
    const incidents = incidentsOf([
      scaler,
      broken,
      event('Failed', 'Error: secret "b" not found', { count: 5, firstTimestamp: ago(100) }),
      event(
        'FailedGetResourceMetric',
        'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)',
        {
          ...regarding('HorizontalPodAutoscaler', 'web'),
          count: 5,
          source: { component: 'horizontal-pod-autoscaler' },
        },
      ),
    ])
    expect(story(incidents)).toEqual([
      ['config-missing', 'Error', null],
      ['hpa-no-pod-metrics', 'Warning', 'config-missing'],
    ])
  })

  test('pods of two workloads that cannot be set up on one node point at the node', () => {
    const stuck = (name: string, nodeName: string) =>
      waitingPod('ContainerCreating', {
        metadata: { name, uid: name },
        spec: { nodeName },
      })
    const failed = (name: string) =>
      event(
        'FailedCreatePodSandBox',
        'Failed to create pod sandbox: plugin type="calico" failed (add): timeout',
        {
          ...regarding('Pod', name),
          count: 6,
          firstTimestamp: ago(200),
        },
      )
    const nodes = [node(), node({ metadata: { name: 'n2' } })]
    const together = incidentsOf([...nodes, stuck('a', 'n1'), stuck('b', 'n1'), failed('a'), failed('b')])
    expect(together.map(({ code, subject, causedBy }) => [code, subject.name, causedBy])).toEqual([
      ['sandbox-failed', 'n1', null],
      ['sandbox-failed', 'a', 0],
      ['sandbox-failed', 'b', 0],
    ])
    const apart = incidentsOf([...nodes, stuck('a', 'n1'), stuck('b', 'n2'), failed('a'), failed('b')])
    expect(apart.map(({ subject, rootCause }) => [subject.name, rootCause])).toEqual([
      ['a', true],
      ['b', true],
    ])
  })
})
