import { describe, expect, test } from '@jest/globals'
import { diagnose, diagnoseNodes } from '../../src/diagnosis/diagnose.ts'
import { parseUnschedulable } from '../../src/diagnosis/messages/scheduling.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import {
  ago,
  clusterOf,
  condition,
  container,
  containerStatus,
  deployment,
  event,
  node,
  ownedBy,
  pod,
} from '../helpers/builders.ts'
import { found, roots } from '../helpers/findings.ts'
import { crashing, httpProbe, unhealthy, unready } from '../helpers/probes.ts'

const pending = (message: string, spec = {}, reason = 'Unschedulable') =>
  pod({
    spec: { nodeName: undefined, ...spec },
    status: {
      phase: 'Pending',
      startTime: undefined,
      containerStatuses: undefined,
      conditions: [condition('PodScheduled', { status: 'False', reason, message })],
    },
  })

describe('a pod that is not scheduled', () => {
  test.each([
    [
      '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
      'unschedulable-resources Certain',
    ],
    ['0/3 nodes are available: 3 Too many pods.', 'unschedulable-resources Certain'],
    [
      '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient memory. preemption: not eligible due to preemptionPolicy=Never.',
      'unschedulable-resources Likely',
    ],
    // The taint of the control plane is not to be tolerated, though more nodes have it.
    [
      '0/4 nodes are available: 1 Insufficient memory, 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.',
      'unschedulable-resources Likely',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
      'unschedulable-affinity Certain',
    ],
    [
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match pod anti-affinity rules.",
      'unschedulable-affinity Likely',
    ],
    [
      '0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}.',
      'unschedulable-taints Certain',
    ],
    ['0/3 nodes are available: 3 node(s) had untolerated taint(s).', 'unschedulable-taints Certain'],
    ['0/3 nodes are available: 3 node(s) were unschedulable.', 'unschedulable-taints Certain'],
    [
      "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.",
      'unschedulable-ports Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label).",
      'unschedulable-spread Certain',
    ],
    ['0/3 nodes are available: 3 node(s) had volume node affinity conflict.', 'unschedulable-volume Certain'],
    [
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      'pvc-unbound Certain',
    ],
    ['0/3 nodes are available: 3 something nobody has seen before.', 'unschedulable Certain'],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity].",
      'unschedulable-affinity Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin NodeAffinity.",
      'unschedulable-affinity Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity VolumeBinding] simultaneously.",
      'unschedulable-volume Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodePorts].",
      'unschedulable-ports Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [PodTopologySpread].",
      'unschedulable-spread Certain',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [TaintToleration].",
      'unschedulable-taints Certain',
    ],
    // The pod of a DaemonSet is meant for one node, and what keeps it off that one is the reason.
    [
      "0/27 nodes are available: 1 Insufficient cpu, 26 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/27 nodes are available: 1 No preemption victims found for incoming pod, 26 Preemption is not helpful for scheduling.",
      'unschedulable-resources Likely',
    ],
    [
      "0/3 nodes are available: 3 node(s) didn't match Pod's required features.",
      'unschedulable-affinity Certain',
    ],
    ['0/3 nodes are available: 3 cannot allocate all claims.', 'unschedulable Certain'],
    ['no nodes available to schedule pods', 'unschedulable Certain'],
  ])('%s', (message, expected) => {
    expect(roots(found([pending(message), node()]))).toEqual([`Error ${expected}`])
  })

  test('taints without a name are looked up on the nodes', () => {
    const message = '0/4 nodes are available: 1 Insufficient memory, 3 node(s) had untolerated taint(s).'
    const tainted = (key: string) => node({ spec: { taints: [{ key, effect: 'NoSchedule' }] } })
    expect(roots(found([pending(message), tainted('node-role.kubernetes.io/control-plane')]))).toEqual([
      'Error unschedulable-resources Likely',
    ])
    expect(roots(found([pending(message), tainted('dedicated')]))).toEqual([
      'Error unschedulable-taints Likely',
    ])
  })

  test('each reason keeps its number of nodes, and what preemption says is left out', () => {
    expect(
      parseUnschedulable(
        "0/5 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 4 Insufficient cpu. preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.",
      ).reasons.map(({ nodes, text }) => [nodes, text]),
    ).toEqual([
      [1, "node(s) didn't match Pod's node affinity/selector"],
      [4, 'Insufficient cpu'],
    ])
  })

  test('the claim and its class are named', () => {
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace: 'shop', name: 'data' },
      spec: { storageClassName: 'fast' },
      status: { phase: 'Pending' },
    }
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
    const message = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'
    const [finding] = found([pending(message, { volumes }), claim as unknown as KubeObject])
    expect(finding?.summary).toContain('"data" is not bound; StorageClass "fast" does not exist')
    const [absent] = found([
      pending('0/1 nodes are available: persistentvolumeclaim "data" not found.', { volumes }),
    ])
    expect(absent?.summary).toContain('"data" does not exist')
  })

  test('a gate holds it back, and no event tells', () => {
    const gated = pending('', { schedulingGates: [{ name: 'example.com/wait' }] }, 'SchedulingGated')
    expect(roots(found([gated]))).toEqual(['Warning scheduling-gated Certain'])
  })

  test('a pod that was only just made has no condition and no finding', () => {
    expect(
      found([
        pod({
          spec: { nodeName: undefined },
          status: { phase: 'Pending', conditions: [], containerStatuses: [] },
        }),
      ]),
    ).toEqual([])
  })
})

describe('pods that the API server refuses', () => {
  const refusedBy = (text: string, status = {}) => {
    const [deploy, replicaSet] = deployment({ containers: [container()] } as never, { status })
    const about = event('FailedCreate', `Error creating: ${text}`, {
      involvedObject: { kind: 'ReplicaSet', name: 'web-7d9', uid: 'uid-rs', fieldPath: undefined },
    })
    return [deploy, replicaSet, about]
  }

  test.each([
    ['pods "x" is forbidden: exceeded quota: q, requested: pods=1', 'quota-exceeded'],
    ['pods "x" is forbidden: failed quota: q: must specify limits.cpu', 'quota-exceeded'],
    ['pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true', 'pod-security'],
    ['admission webhook "w.example.com" denied the request: no', 'admission-denied'],
    [
      'Internal error occurred: failed calling webhook "w.example.com": connection refused',
      'admission-denied',
    ],
    [
      'pods "x" is forbidden: error looking up service account shop/sa: serviceaccount "sa" not found',
      'admission-denied',
    ],
  ])('%s', (text, code) => {
    const findings = found(refusedBy(text))
    expect(roots(findings)).toEqual([`Error ${code} Certain`])
    expect(findings[0]?.subject).toEqual({ namespace: 'shop', kind: 'Deployment', name: 'web' })
  })

  test('the condition tells when no event is left', () => {
    const [deploy, replicaSet] = refusedBy('', {
      conditions: [
        condition('ReplicaFailure', {
          reason: 'FailedCreate',
          message: 'pods "x" is forbidden: exceeded quota: q',
        }),
      ],
    })
    expect(roots(found([deploy, replicaSet] as KubeObject[]))).toEqual(['Error quota-exceeded Certain'])
  })

  test('an event is history once the pods are there', () => {
    const objects = refusedBy('pods "x" is forbidden: exceeded quota: q')
    expect(found([...objects, pod({ metadata: ownedBy(objects[1] as KubeObject) })])).toEqual([])
  })
})

describe('Jobs', () => {
  const job = (conditions: readonly object[], changes: Record<string, unknown> = {}): KubeObject =>
    ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        namespace: 'shop',
        name: 'migrate',
        uid: 'uid-job',
        creationTimestamp: ago(900),
        ...changes,
      },
      spec: {
        backoffLimit: 1,
        activeDeadlineSeconds: 60,
        template: { spec: { restartPolicy: 'Never', containers: [container()] } },
      },
      status: { conditions },
    }) as unknown as KubeObject
  const failedPod = (owner: KubeObject) =>
    pod({
      metadata: { name: 'migrate-x', ...ownedBy(owner) },
      spec: { restartPolicy: 'Never' },
      status: {
        phase: 'Failed',
        containerStatuses: [
          containerStatus({
            ready: false,
            state: { terminated: { exitCode: 4, reason: 'Error', startedAt: ago(60), finishedAt: ago(50) } },
          }),
        ],
      },
    })

  test.each([
    ['BackoffLimitExceeded', 'job-backoff'],
    ['DeadlineExceeded', 'job-deadline'],
    ['PodFailurePolicy', 'job-failed'],
  ])('%s', (reason, code) => {
    const failed = job([condition('Failed', { reason, message: 'it failed' })])
    expect(roots(found([failed, failedPod(failed)]))).toEqual([`Error ${code} Certain`])
  })

  test('the exit code of the pods is its detail', () => {
    const failed = job([condition('Failed', { reason: 'BackoffLimitExceeded', message: 'too often' })])
    const [finding] = found([failed, failedPod(failed)])
    expect(finding?.summary).toContain('exit code 4')
    expect(
      finding?.evidence.some(({ path }) => path === 'status.containerStatuses[0].state.terminated'),
    ).toBe(true)
  })

  test('while it still tries, the crash of its pod is the cause', () => {
    const trying = job([])
    expect(roots(found([trying, failedPod(trying)]))).toEqual(['Error crash Certain'])
  })

  test('failed pods of a Job that completed are history', () => {
    const done = job([condition('Complete')])
    expect(found([done, failedPod(done)])).toEqual([])
  })

  test('of a CronJob only the newest finished Job counts', () => {
    const template = { spec: { restartPolicy: 'Never', containers: [container()] } }
    const cronJob = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { namespace: 'shop', name: 'nightly', uid: 'uid-cron' },
      spec: { jobTemplate: { spec: { template } } },
    } as unknown as KubeObject
    const failed = job([condition('Failed', { reason: 'BackoffLimitExceeded', message: 'no' })], {
      name: 'nightly-1',
      uid: 'j1',
      creationTimestamp: ago(9000),
      ...ownedBy(cronJob),
    })
    const done = job([condition('Complete')], {
      name: 'nightly-2',
      uid: 'j2',
      creationTimestamp: ago(900),
      ...ownedBy(cronJob),
    })
    const [one] = found([cronJob, failed])
    expect(one).toMatchObject({ code: 'job-backoff', subject: { kind: 'CronJob', name: 'nightly' } })
    expect(found([cronJob, failed, done, failedPod(failed)])).toEqual([])
  })
})

describe('nodes', () => {
  const down = node({
    status: {
      conditions: [
        condition('Ready', { status: 'Unknown', reason: 'NodeStatusUnknown', lastTransitionTime: ago(300) }),
      ],
    },
  })
  const notReady = { status: { conditions: [condition('Ready', { status: 'False' })] } }

  test('a node that is not ready is the cause of what its pods show', () => {
    const broken = crashing({}, 3, { exitCode: 1 })
    const findings = found([
      { ...broken, status: { ...broken.status, ...notReady.status } } as typeof broken,
      down,
    ])
    expect(roots(findings)).toEqual(['Error node-not-ready Certain'])
    expect(found([pod(), down])).toEqual([])
  })

  test('nodes have findings of their own', () => {
    const pressed = node({
      metadata: { name: 'n2' },
      status: { conditions: [condition('Ready'), condition('DiskPressure')] },
    })
    const findings = diagnoseNodes(clusterOf([down, pressed, node({ metadata: { name: 'n3' } })]))
    expect(findings.map(({ code, subject }) => [code, subject.name])).toEqual([
      ['node-not-ready', 'n1'],
      ['node-pressure', 'n2'],
    ])
  })

  const ended = (reason: string, message: string) =>
    pod({ status: { phase: 'Failed', reason, message, conditions: [], containerStatuses: [] } })

  test.each([
    ['Evicted', 'The node was low on resource: memory. Threshold quantity: 100Mi', 'evicted'],
    ['Preempting', 'Preempted in order to admit critical pod', 'preempted'],
    ['OutOfcpu', "Node didn't have enough resource: cpu", 'kubelet-rejected'],
    ['NodeAffinity', 'Predicate NodeAffinity failed', 'kubelet-rejected'],
  ])('%s', (reason, message, code) => {
    expect(roots(found([ended(reason, message)]))).toEqual([`Error ${code} Certain`])
  })

  test('an evicted pod that was replaced long ago is only told', () => {
    const [deploy, replicaSet] = deployment({ containers: [container()] } as never)
    const old = ended('Evicted', 'The node was low on resource: memory. ')
    const evicted = {
      ...old,
      metadata: { ...old.metadata, ...ownedBy(replicaSet) },
      status: { ...old.status, startTime: ago(90000) },
    } as typeof old
    const healthy = pod({ metadata: { name: 'web-2', uid: 'uid-web-2', ...ownedBy(replicaSet) } })
    expect(
      found([deploy, replicaSet, evicted, healthy]).map(({ severity, rootCause }) => [severity, rootCause]),
    ).toEqual([['Info', false]])
  })
})

describe('what only follows', () => {
  test('a rollout that ran out of time names the cause and is no cause', () => {
    const [deploy, replicaSet] = deployment(
      { containers: [container({ readinessProbe: httpProbe() })] } as never,
      {
        status: {
          conditions: [
            condition('Progressing', {
              status: 'False',
              reason: 'ProgressDeadlineExceeded',
              message: 'timed out',
            }),
          ],
        },
      },
    )
    const broken = unready({ readinessProbe: httpProbe() }, { metadata: ownedBy(replicaSet) })
    const findings = found([
      deploy,
      replicaSet,
      broken,
      unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404'),
    ])
    expect(findings.map(({ code, rootCause, severity }) => [code, rootCause, severity])).toEqual([
      ['http-not-found', true, 'Error'],
      ['progress-deadline', false, 'Info'],
    ])
    expect(findings[1]?.summary).toContain('because of http-not-found')
  })

  test('a gate is told only while the containers are ready', () => {
    const gate = (ready: 'True' | 'False', since: number) =>
      pod({
        spec: { readinessGates: [{ conditionType: 'lb/ready' }] },
        status: {
          conditions: [
            condition('ContainersReady', { status: ready, lastTransitionTime: ago(since) }),
            condition('Ready', { status: 'False' }),
          ],
        },
      })
    expect(roots(found([gate('True', 500)]))).toEqual(['Error readiness-gate Certain'])
    expect(found([gate('True', 5)])).toEqual([])
    expect(found([gate('False', 500)])).toEqual([])
  })
})

test('the order of the input changes nothing', () => {
  const [deploy, replicaSet] = deployment({
    containers: [container({ readinessProbe: httpProbe() })],
  } as never)
  const of = (name: string) => {
    const one = unready(
      { readinessProbe: httpProbe() },
      { metadata: { name, uid: `uid-${name}`, ...ownedBy(replicaSet) } },
    )
    return [
      one,
      event('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 404', {
        metadata: { name },
        involvedObject: { name, uid: `uid-${name}` },
        count: 9,
      }),
    ]
  }
  const items = [deploy, replicaSet, ...of('a'), ...of('b'), ...of('c'), node()]
  const text = (objects: readonly KubeObject[]) => {
    const cluster = clusterOf(objects)
    return JSON.stringify(diagnose(cluster, cluster.workloads()))
  }
  expect(text(items.toReversed())).toBe(text(items))
})
