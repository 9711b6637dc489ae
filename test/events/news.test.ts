import { describe, expect, test } from '@jest/globals'
import { newsBetween } from '../../src/events/news.ts'
import type { Incident } from '../../src/events/report.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { ago, event, pod } from '../helpers/builders.ts'
import { incidentsOf, ONLY_EVENTS, regarding } from '../helpers/incidents.ts'

const incident = (name: string, changes: Partial<Incident> = {}): Incident => ({
  code: 'crash',
  severity: 'Error',
  confidence: 'Certain',
  rootCause: true,
  subject: { namespace: 'shop', kind: 'Deployment', name, pods: ['a'], container: 'app' },
  summary: 'ends with code 1 after 5 s',
  statement: { type: 'Diagnosis', spec: [] },
  explanation: '',
  evidence: [],
  effect: 'Restarting',
  fixes: [],
  docs: '',
  events: [],
  firstSeen: '2026-11-21T11:00:00Z',
  lastSeen: '2026-11-21T11:59:00Z',
  ongoing: true,
  over: false,
  causedBy: null,
  effects: [],
  ...changes,
})
const told = (before: readonly Incident[], after: readonly Incident[]) =>
  newsBetween(before, after).map(({ type, incident: { subject }, fields }) => [type, subject.name, ...fields])

test('what is new has opened, what is not told any more has closed', () => {
  expect(told([incident('a'), incident('b')], [incident('c'), incident('b')])).toEqual([
    ['Opened', 'c'],
    ['Closed', 'a'],
  ])
})

test('what goes on no more has closed, and opens again when it goes on', () => {
  const over = incident('a', { ongoing: false, severity: 'Warning' })
  expect(told([incident('a')], [over])).toEqual([['Closed', 'a']])
  expect(told([over], [incident('a')])).toEqual([['Opened', 'a']])
})

test('what was over already is forgotten in silence', () => {
  expect(told([incident('a', { ongoing: false })], [])).toEqual([])
})

test('to be seen once more is no change, and neither are figures in the words', () => {
  const later = incident('a', {
    lastSeen: '2026-11-21T12:00:00Z',
    summary: 'ends with code 1 after 7 s',
  })
  expect(told([incident('a')], [later])).toEqual([])
})

test('another severity, more pods and another cause are changes, each by its field', () => {
  const worse = incident('a', {
    severity: 'Warning',
    subject: { namespace: 'shop', kind: 'Deployment', name: 'a', pods: ['a', 'b'], container: 'app' },
  })
  expect(told([incident('a')], [worse])).toEqual([['Changed', 'a', 'severity', 'pods']])
  const explained = incident('a', { causedBy: 1, rootCause: false })
  expect(told([incident('a'), incident('n')], [explained, incident('n')])).toEqual([
    ['Changed', 'a', 'rootCause', 'causedBy'],
  ])
})

test('the same cause under another index is the same cause', () => {
  const first = [incident('a', { causedBy: 1 }), incident('n')]
  const second = [incident('n'), incident('a', { causedBy: 0 })]
  expect(told(first, second)).toEqual([])
})

test('another cause of the same thing opens, and the former one closes', () => {
  expect(
    newsBetween([incident('a')], [incident('a', { code: 'oom-killed' })]).map(
      ({ type, incident: { code } }) => [type, code],
    ),
  ).toEqual([
    ['Opened', 'oom-killed'],
    ['Closed', 'crash'],
  ])
})

describe('what the summary says has changed', () => {
  const between = (before: readonly KubeObject[], after: readonly KubeObject[], gaps = ONLY_EVENTS) =>
    newsBetween(incidentsOf(before, {}, gaps), incidentsOf(after, {}, gaps)).map(({ type, fields }) => [
      type,
      ...fields,
    ])
  const pulling = (error: string) => [event('Failed', `Failed to pull image "a:1": ${error}`)]

  test('where the events are another case of the catalogue', () => {
    expect(between(pulling('manifest unknown'), pulling('pull access denied'))).toEqual([
      ['Changed', 'summary'],
    ])
    expect(between(pulling('manifest unknown'), pulling('x: not found'))).toEqual([])
  })

  test('where a component that nobody knows says something else, and not only other figures', () => {
    const odd = (message: string) => [event('Exploded', message, regarding('Gizmo', 'g1'))]
    expect(between(odd('boom after 3 s'), odd('boom after 4 s'))).toEqual([])
    expect(between(odd('boom after 3 s'), odd('puff after 3 s'))).toEqual([['Changed', 'summary']])
  })

  test('where the cause rests on another value of the spec', () => {
    const failing = (port: number) => [
      pod({
        spec: {
          containers: [
            {
              name: 'app',
              image: 'a',
              ports: [{ containerPort: 80 }],
              livenessProbe: { tcpSocket: { port } },
            },
          ],
        },
        status: { conditions: [] },
      }),
      event('Unhealthy', `Liveness probe failed: dial tcp 10.0.0.7:${port}: connect: connection refused`, {
        count: 9,
        firstTimestamp: ago(90),
      }),
    ]
    expect(between(failing(8080), failing(8080), [])).toEqual([])
    expect(between(failing(8080), failing(8081), [])).toEqual([['Changed', 'summary']])
  })
})
