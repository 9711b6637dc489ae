import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../src/model/finding.ts'
import { probeNews, rolloutEnded } from '../../src/probes/news.ts'
import type { ProbeReport, ProbeState, WorkloadProbes } from '../../src/probes/report.ts'

const finding = (fields: Partial<Finding> = {}): Finding => ({
  code: 'port-closed',
  severity: 'Error',
  confidence: 'Certain',
  rootCause: true,
  subject: { namespace: 'shop', kind: 'Deployment', name: 'web', container: 'app', probe: 'readiness' },
  summary: 'nothing listens on port 8081',
  explanation: '',
  evidence: [],
  effect: 'Unready',
  fixes: [],
  docs: '',
  ...fields,
})

type State = NonNullable<WorkloadProbes['rollout']>['state']
const workload = (ready: number, rollout: State, probe: ProbeState = 'Passing') =>
  ({
    apiVersion: 'apps/v1',
    namespace: 'shop',
    kind: 'Deployment',
    name: 'web',
    replicas: 3,
    pods: { total: 3, ready },
    rollout: { state: rollout, message: `${ready} of 3 updated` },
    containers: [{ name: 'app', probes: [{ type: 'readiness', state: probe }] }],
  }) as unknown as WorkloadProbes

const report = (workloads: readonly WorkloadProbes[], findings: readonly Finding[] = []) =>
  ({ workloads, findings }) as unknown as ProbeReport

describe('what a watch of probes prints', () => {
  test('first how things stand: pods, rollout, probes that do not pass, causes', () => {
    const failing = report([workload(1, 'Progressing', 'Failing')], [finding()])
    expect(probeNews(undefined, failing)).toEqual([
      'Deployment shop/web: 1 of 3 pods ready; rollout Progressing: 1 of 3 updated',
      'Deployment shop/web: readiness probe of container app is Failing',
      'Error: Deployment shop/web: nothing listens on port 8081 (port-closed)',
    ])
  })

  test('then only what is different, also that a cause is over', () => {
    const failing = report([workload(1, 'Progressing', 'Failing')], [finding()])
    expect(probeNews(failing, failing)).toEqual([])
    expect(probeNews(failing, report([workload(3, 'Complete')]))).toEqual([
      'Deployment shop/web: 3 of 3 pods ready; rollout Complete: 3 of 3 updated',
      'over: Deployment shop/web: nothing listens on port 8081 (port-closed)',
    ])
  })

  test('not what rules say of the configuration, which does not change meanwhile', () => {
    const remark = finding({ configuration: true, severity: 'Warning', rootCause: false })
    expect(probeNews(report([]), report([], [remark]))).toEqual([])
  })

  test('that a workload is gone', () => {
    expect(probeNews(report([workload(3, 'Complete')]), report([]))).toEqual(['Deployment shop/web: is gone'])
  })
})

describe('the end of a watch', () => {
  const under = report([workload(1, 'Progressing')])
  const complete = report([workload(3, 'Complete')])

  test.each([
    ['a rollout that completes', under, complete, true],
    ['a rollout that is stuck', under, report([workload(1, 'Stuck')]), true],
    ['a rollout that is under way', under, under, false],
    ['a workload that was up all the time', complete, complete, false],
    ['several workloads', under, report([workload(3, 'Complete'), workload(3, 'Complete')]), false],
  ])('%s', (_, started, now, over) => {
    expect(rolloutEnded(started, now)).toBe(over)
  })
})
