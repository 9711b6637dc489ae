import { describe, expect, test } from '@jest/globals'
import { findReason } from '../../src/events/catalogue/catalogue.ts'
import { codeOfReason } from '../../src/events/catalogue/reason-code.ts'
import { classify } from '../../src/events/facts/classify.ts'
import { occurrence } from '../../src/model/snapshot/occurrence.ts'
import { event } from '../helpers/builders.ts'

const seen = (reason: string, message = '', changes: Readonly<Record<string, unknown>> = {}) =>
  occurrence(event(reason, message, changes))
const about = (kind: string) => ({ involvedObject: { kind, fieldPath: undefined } })
const by = (component: string) => ({ source: { component } })

describe('the row of an event', () => {
  test('is told by kind and by component', () => {
    const node = findReason(seen('NodeNotReady', '', { ...about('Node'), ...by('node-controller') }))
    const pod = findReason(seen('NodeNotReady', '', { ...about('Pod'), ...by('node-controller') }))
    expect([node?.type, pod?.type]).toEqual(['Normal', 'Warning'])
    expect(findReason(seen('Evicted', '', by('karpenter')))?.severity).toBe('Info')
    expect(findReason(seen('Evicted', '', by('kubelet')))?.severity).toBe('Error')
  })

  test('is that of the scheduler, whatever its name, but for karpenter', () => {
    const scheduler = findReason(seen('FailedScheduling', '', by('default-scheduler')))
    expect(findReason(seen('FailedScheduling', '', by('my-scheduler')))).toBe(scheduler)
    expect(findReason(seen('FailedScheduling', '', by('')))).toBe(scheduler)
    expect(findReason(seen('FailedScheduling', '', by('karpenter')))).not.toBe(scheduler)
  })

  test('is not known where somebody else uses the reason for another kind', () => {
    expect(
      findReason(seen('Failed', '', { ...about('HelmRelease'), ...by('helm-controller') })),
    ).toBeUndefined()
  })
})

test.each([
  ['Readiness probe failed: HTTP probe failed with statuscode: 503', 'http-server-error', '5xx'],
  ['Liveness probe failed: HTTP probe failed with statuscode: 404', 'http-not-found', '404'],
  [
    'Liveness probe failed: dial tcp 10.0.0.1:80: connect: connection refused',
    'liveness-probe-failed',
    'nothing accepts connections',
  ],
  ['Readiness probe failed: words of the application', 'readiness-probe-failed', 'the container fails'],
  [
    'Readiness probe failed: Get "http://10.0.0.1:80/": malformed HTTP response "\\x15\\x03\\x01"',
    'scheme-mismatch',
    'HTTPS',
  ],
])('the text of a probe says as much as it can: %s', (message, code, words) => {
  const classification = classify(seen('Unhealthy', message))
  expect([classification.code, classification.meaning]).toEqual([code, expect.stringContaining(words)])
})

describe('the scheduler', () => {
  const codeOf = (message: string) =>
    classify(seen('FailedScheduling', message, by('default-scheduler'))).code

  test('of its reasons, the one that excludes most nodes counts', () => {
    const text =
      "0/6 nodes are available: 1 node(s) had untolerated taint {gpu: true}, 2 Insufficient cpu, 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling."
    expect(codeOf(text)).toBe('unschedulable-affinity')
  })

  test('those without numbers count, too', () => {
    const text =
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: not eligible'
    expect(codeOf(text)).toBe('pvc-unbound')
  })

  test.each([
    ['pod has unbound PersistentVolumeClaims (repeated 4 times)', 'pvc-unbound'],
    ['PersistentVolumeClaim is not bound: "data"', 'pvc-unbound'],
    [
      "0/3 nodes are available: 3 node(s) had taint {a: b}, that the pod didn't tolerate.",
      'unschedulable-taints',
    ],
  ])('of older releases says: %s', (text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  test('what preemption could do is no reason', () => {
    const text =
      '0/1 nodes are available: 1 strange. preemption: 0/1 nodes are available: 1 Insufficient cpu.'
    expect(codeOf(text)).toBe('unschedulable')
  })
})

test.each([
  ['FailedGetScale', 'failed-get-scale'],
  ['SystemOOM', 'system-oom'],
  ['CIDRNotAvailable', 'cidr-not-available'],
  ['weird reason/1', 'weird-reason-1'],
  ['', 'unknown'],
])('the code of the reason %s is %s', (reason, code) => {
  expect(codeOfReason(reason)).toBe(code)
})
