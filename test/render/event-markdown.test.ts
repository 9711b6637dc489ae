import { expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import { eventReportMarkdown } from '../../src/render/events/markdown.ts'
import {
  ago,
  clusterOf,
  condition,
  containerStatus,
  EVERYTHING,
  event,
  node,
  pod,
} from '../helpers/builders.ts'

const report = (message: string, name = 'web-1') =>
  explainEvents(
    clusterOf([
      node(),
      pod({
        metadata: { name },
        status: {
          conditions: [condition('PodScheduled'), condition('Ready', { status: 'False' })],
          containerStatuses: [containerStatus({ ready: false })],
        },
      }),
      event('Unhealthy', `Readiness probe failed: ${message}`, {
        involvedObject: { name },
        count: 30,
        firstTimestamp: ago(300),
      }),
    ]),
    { selection: { targets: [], selector: [], namespace: 'shop' }, all: false },
  )

test('a table of the causes, then each with facts, fixes and commands in code', () => {
  const text = eventReportMarkdown(report('HTTP probe failed with statuscode: 503'))
  expect(text).toMatch(/^\*\*1 incident\*\* in namespace `shop` of `test` at /)
  expect(text).toContain('| warning | Pod shop/web-1, container app')
  expect(text).toContain('### Warning: Pod shop/web-1')
  expect(text).toMatch(/```sh\nkubectl [^`]+\n```/)
})

test('what a cluster says is text, never markup, links or HTML', () => {
  const text = eventReportMarkdown(report('<img src=x> [a](https://evil.test) `x` | ## y\n\n# z'))
  expect(text).not.toContain('<img')
  expect(text).not.toContain('[a](')
  expect(text).not.toContain('https://evil.test')
  expect(text).not.toMatch(/^# z/m)
})

test('nothing to tell is one sentence', () => {
  const empty = explainEvents(clusterOf([]), { ...EVERYTHING, all: false })
  expect(eventReportMarkdown(empty)).toMatch(/^\*\*0 incidents\*\* in all namespaces .*\n$/)
})
