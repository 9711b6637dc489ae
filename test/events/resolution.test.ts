import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { ago, deployment, event, node, ownedBy, pod } from '../helpers/builders.ts'
import { eventReport, incidentsOf, nodeLost, notRecorded, regarding } from '../helpers/incidents.ts'
import { httpProbe, podWith } from '../helpers/probes.ts'

const readinessFails = 'Readiness probe failed: HTTP probe failed with statuscode: 500'

describe('what is over or ordinary', () => {
  test('a start without trouble is silence', () => {
    const steps = ['Scheduled', 'Pulled', 'Created', 'Started'].map((reason) =>
      event(reason, reason, { type: 'Normal', firstTimestamp: ago(600), lastTimestamp: ago(600) }),
    )
    const report = eventReport([pod(), ...steps])
    expect(report.incidents).toEqual([])
    expect([report.quiet, report.eventsRead]).toEqual([4, 4])
  })

  test('--all shows it as Info', () => {
    const all = incidentsOf([pod(), event('Pulled', 'x', { type: 'Normal' })], { all: true })
    expect(all.map(({ code, severity, rootCause }) => [code, severity, rootCause])).toEqual([
      ['pulled', 'Info', false],
    ])
  })

  test('probe failures before the pod became ready are history', () => {
    const early = event('Unhealthy', readinessFails, {
      count: 4,
      lastTimestamp: ago(597),
      firstTimestamp: ago(599),
    })
    expect(incidentsOf([pod(), early])).toEqual([])
  })

  const probed = podWith({ readinessProbe: httpProbe() })

  test('a probe of a ready pod that fails again and again is not', () => {
    const flapping = event('Unhealthy', readinessFails, { count: 40, firstTimestamp: ago(500) })
    expect(incidentsOf([probed, flapping])).toMatchObject([
      { severity: 'Warning', effect: 'None', ongoing: true, rootCause: true },
    ])
  })

  test('a few failures of a ready pod that stopped minutes ago are history, many may only be held back', () => {
    const failed = (count: number) =>
      event('Unhealthy', readinessFails, { count, firstTimestamp: ago(400), lastTimestamp: ago(300) })
    expect(incidentsOf([probed, failed(8)])).toEqual([])
    expect(incidentsOf([probed, failed(26)])).toMatchObject([{ severity: 'Warning', ongoing: true }])
  })

  test('a failed run of a CronJob hides in a Normal event', () => {
    const saw = (condition: string) =>
      event('SawCompletedJob', `Saw completed job: j-1, condition: ${condition}`, {
        ...regarding('CronJob', 'j'),
        type: 'Normal',
        source: { component: 'cronjob-controller' },
      })
    expect(incidentsOf([saw('Complete')])).toEqual([])
    const gaps = notRecorded('cronjobs')
    expect(incidentsOf([saw('Failed')], {}, gaps)).toMatchObject([
      { code: 'cronjob-run-failed', severity: 'Warning', subject: { kind: 'CronJob', name: 'j' } },
    ])
  })

  test('probe failures of a pod that is being deleted belong to its end', () => {
    const ending = pod({ metadata: { deletionTimestamp: ago(-20) } })
    expect(incidentsOf([ending, event('Unhealthy', readinessFails, { count: 9 })])).toEqual([])
  })

  test('failures of a pod that is gone are over, its eviction is not unless the workload is well', () => {
    const gone = (reason: string, message: string) => event(reason, message, regarding('Pod', 'web-9'))
    const evicted = gone('Evicted', 'The node was low on resource: memory. ')
    expect(incidentsOf([gone('Unhealthy', readinessFails)])).toEqual([])
    expect(incidentsOf([evicted])).toMatchObject([{ code: 'evicted', severity: 'Warning', rootCause: true }])
  })

  test('an eviction that the workload has got over is told as history', () => {
    const [top, replicaSet] = deployment(pod().spec, { spec: { replicas: 1 } })
    const replaced = pod({ metadata: { name: 'web-7d9-bbbbb', uid: 'u2', ...ownedBy(replicaSet) } })
    const evicted = event(
      'Evicted',
      'The node was low on resource: memory. ',
      regarding('Pod', 'web-7d9-ccccc'),
    )
    const told = (seconds: number) =>
      incidentsOf([top, replicaSet, replaced, { ...evicted, lastTimestamp: ago(seconds) } as KubeObject])
    const over = { code: 'evicted', ongoing: false, subject: { kind: 'Deployment', name: 'web' } }
    expect(told(300)).toMatchObject([{ ...over, severity: 'Warning', effect: 'None' }])
    expect(told(900)).toMatchObject([{ ...over, severity: 'Info' }])
  })

  test.each([
    ['FailedScheduling', '0/1 nodes are available: 1 Insufficient cpu.', 'Scheduled'],
    ['FailedMount', 'MountVolume.SetUp failed for volume "a" : secret "b" not found', 'Started'],
    ['Failed', 'Failed to pull image "a": i/o timeout', 'Pulled'],
  ])('%s ends with %s', (reason, message, success) => {
    const trouble = event(reason, message, { count: 5 })
    const then = event(success, success, { type: 'Normal', firstTimestamp: ago(5), lastTimestamp: ago(5) })
    const gaps = notRecorded('pods')
    expect(incidentsOf([trouble], {}, gaps)).toHaveLength(1)
    expect(incidentsOf([trouble, then], {}, gaps)).toEqual([])
  })

  test('the start of one container does not mend another', () => {
    const gaps = notRecorded('pods')
    const trouble = event('Failed', 'Error: secret "b" not found', { count: 5 })
    const other = event('Started', 'Container started', {
      type: 'Normal',
      involvedObject: { fieldPath: 'spec.containers{other}' },
      lastTimestamp: ago(1),
    })
    expect(incidentsOf([trouble, other], {}, gaps)).toMatchObject([{ code: 'config-missing' }])
  })

  test('a node that is ready again is a Warning while that is news, then it is over', () => {
    expect(incidentsOf([node(), nodeLost(300)])).toMatchObject([
      { code: 'node-not-ready', severity: 'Warning', effect: 'None', ongoing: false, over: true },
    ])
    const report = eventReport([node(), nodeLost(900)])
    expect(report.incidents).toEqual([])
    expect(report.over).toEqual({ incidents: 1, oldest: ago(900), newest: ago(900) })
  })

  test('a load balancer is well once that is said; that it has an address does not say it', () => {
    const service = (ingress: readonly object[]) =>
      ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace: 'shop', name: 'web' },
        spec: { type: 'LoadBalancer' },
        status: { loadBalancer: { ingress } },
      }) as unknown as KubeObject
    const failed = event(
      'SyncLoadBalancerFailed',
      'Error syncing load balancer: quota',
      regarding('Service', 'web'),
    )
    const done = event('EnsuredLoadBalancer', 'Ensured load balancer', {
      ...regarding('Service', 'web'),
      metadata: { name: 'done' },
      type: 'Normal',
      lastTimestamp: ago(5),
    })
    const old = { ...failed, firstTimestamp: ago(2000), lastTimestamp: ago(1900) } as KubeObject
    expect(incidentsOf([service([{ ip: '1.2.3.4' }]), old, done])).toEqual([])
    // The address may be of before, and what failed a change of it.
    expect(incidentsOf([service([{ ip: '1.2.3.4' }]), failed])).toMatchObject([{ severity: 'Error' }])
    expect(incidentsOf([service([]), failed])).toMatchObject([
      { code: 'sync-load-balancer-failed', severity: 'Error', effect: 'None', ongoing: true },
    ])
  })
})
