import { describe, expect, test } from '@jest/globals'
import { diagnose } from '../../../src/diagnosis/diagnose.ts'
import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
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
} from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'
import { httpProbe, unhealthy, unready } from '../../helpers/probes.ts'

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
