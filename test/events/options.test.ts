import { describe, expect, test } from '@jest/globals'
import { eventExitCode, eventReportJson } from '../../src/events/explain.ts'
import type { EventOptions, Incident } from '../../src/events/report.ts'
import { ago, event, node, pod } from '../helpers/builders.ts'
import { eventReport, incidentsOf, notRecorded, regarding, waitingPod } from '../helpers/incidents.ts'

describe('options', () => {
  const broken = (name: string, nodeName: string) =>
    waitingPod('CreateContainerConfigError', { metadata: { name, uid: name }, spec: { nodeName } })
  const failing = (name: string, seconds = 10) =>
    event('Failed', 'Error: secret "b" not found', {
      involvedObject: { name, uid: name },
      metadata: { name: `${name}.1` },
      firstTimestamp: ago(seconds),
      lastTimestamp: ago(seconds),
    })
  const two = [broken('a', 'n1'), failing('a'), broken('b', 'n2'), failing('b')]
  const names = (options: Partial<EventOptions>) =>
    incidentsOf(two, options).map(({ subject }) => subject.name)

  test('TYPE/NAME narrows to the object', () => {
    expect(
      names({ selection: { targets: [{ resource: 'pods', name: 'b' }], selector: [], namespace: 'shop' } }),
    ).toEqual(['b'])
  })

  test('an object that is gone can still be asked about, one that never was cannot', () => {
    const named = (name: string): Partial<EventOptions> => ({
      selection: { targets: [{ resource: 'pods', name }], selector: [], namespace: 'shop' },
      all: true,
    })
    const gone = event('Evicted', 'The node was low on resource: memory. ', regarding('Pod', 'web-9'))
    expect(incidentsOf([...two, gone], named('web-9'))).toMatchObject([{ code: 'evicted' }])
    expect(() => incidentsOf([...two, gone], named('web-8'))).toThrow('pods "web-8" not found')
  })

  test('a node stands for the pods on it', () => {
    expect(names({ node: 'n1' })).toEqual(['a'])
  })

  test('a node that nothing tells of is a mistake of the user, unless nodes were not read', () => {
    expect(() => eventReport(two, { node: 'n3' })).toThrow('nodes "n3" not found')
    expect(eventReport(two, { node: 'n3' }, notRecorded('nodes')).incidents).toEqual([])
    const gone = event('RemovingNode', 'Node n3 event: Removing Node n3 from Controller', {
      ...regarding('Node', 'n3', undefined),
      type: 'Normal',
    })
    expect(eventReport([...two, gone], { node: 'n3', all: true }).incidents).toMatchObject([
      { subject: { kind: 'Node', name: 'n3' } },
    ])
    expect(eventReport([node({ metadata: { name: 'n3' } }), ...two], { node: 'n3' }).incidents).toEqual([])
  })

  test('reasons and causes choose, in any case, and a namespace without events has none', () => {
    expect(names({ reasons: ['failed'] })).toEqual(['a', 'b'])
    expect(names({ reasons: ['FailedMount'] })).toEqual([])
    expect(names({ causes: ['config-missing'] })).toEqual(['a', 'b'])
    expect(names({ types: ['Normal'] })).toEqual([])
    expect(names({ selection: { namespace: 'other', targets: [], selector: [] } })).toEqual([])
  })

  test('asking for a reason shows it, quiet or not', () => {
    const pulled = event('Pulled', 'x', { type: 'Normal' })
    expect(incidentsOf([pod(), pulled], { reasons: ['Pulled'] })).toHaveLength(1)
  })

  test('--since leaves out what ended before', () => {
    const old = event('SyncLoadBalancerFailed', 'quota', {
      ...regarding('Service', 'web'),
      firstTimestamp: ago(2400),
      lastTimestamp: ago(2400),
    })
    const gaps = notRecorded('services')
    expect(incidentsOf([old], {}, gaps)).toMatchObject([{ severity: 'Warning', ongoing: false }])
    expect(incidentsOf([old], { sinceSeconds: 600 }, gaps)).toEqual([])
  })

  test('the exit code obeys --fail-on', () => {
    const report = eventReport(two)
    expect([
      eventExitCode(report, 'Error'),
      eventExitCode(report, 'none'),
      eventExitCode(eventReport([]), 'Info'),
    ]).toEqual([1, 0, 0])
  })

  test('a quiet report without the events of what was asked for is no good news', () => {
    const blind = (namespace: string | undefined, gap: object) =>
      eventExitCode(
        {
          ...eventReport([]),
          ...(namespace === undefined ? {} : { namespace }),
          gaps: [{ resource: 'events', reason: 'Forbidden', message: '', ...gap }],
        },
        'Error',
      )
    expect([blind(undefined, {}), blind('shop', { namespace: 'shop' })]).toEqual([2, 2])
    // Of the nodes' events, or in a recording without any, nothing was asked.
    expect([blind('shop', { namespace: 'default' }), blind(undefined, { reason: 'NotRecorded' })]).toEqual([
      0, 0,
    ])
  })
})

test('-o json has every field of the report but what the program keeps for itself', () => {
  const report = eventReport([waitingPod('CreateContainerConfigError')])
  const [{ statement, ...incident }, ...others] = report.incidents as [Incident]
  expect([statement.type, others]).toEqual(['Diagnosis', []])
  expect(eventReportJson(report)).toEqual({ ...report, incidents: [incident] })
  expect(Object.keys(eventReportJson(report))).toEqual(Object.keys(report))
})
