import { expect, test } from '@jest/globals'
import type { IncidentNews } from '../../src/events/news.ts'
import { incidentNewsLines } from '../../src/render/events/news.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'

const incident = (changes: object = {}) => ({
  severity: 'Error',
  confidence: 'Likely',
  rootCause: true,
  code: 'hang',
  effect: 'Unready',
  subject: { namespace: 'shop', kind: 'Deployment', name: 'web', container: 'app', pods: ['web-1'] },
  summary: 'it hangs',
  causedBy: null,
  ...changes,
})
const changed = (fields: IncidentNews['fields'], before: object, now: object = {}, more: object = {}) =>
  incidentNewsLines(
    [
      {
        type: 'Changed',
        fields,
        incident: incident(now),
        before: incident(before),
        ...more,
      } as unknown as IncidentNews,
    ],
    'T',
    PLAIN,
  )[0]

test.each([
  [
    ['severity', 'confidence'],
    { severity: 'Warning', confidence: 'Possible' },
    {},
    'was Warning; was possible',
  ],
  [['summary'], { summary: 'it is slow' }, {}, 'was: it is slow'],
  [['effect'], { effect: 'None' }, {}, 'not ready, was: nothing broken'],
  [
    ['pods'],
    {},
    { subject: { kind: 'Deployment', name: 'web', pods: ['web-2', 'web-3'] } },
    'also pods web-2, web-3; no longer pod web-1',
  ],
  [
    ['pods'],
    {},
    { subject: { kind: 'Deployment', name: 'web', pods: ['web-1', 'a', 'b', 'c', 'd'] } },
    'also 4 pods',
  ],
] as const)('what changed is named: %j', (fields, before, now, words) =>
  expect(changed(fields, before, now)).toMatch(new RegExp(`\\[${words}\\]$`)),
)

test('what explains it is named', () => {
  const node = incident({ code: 'node-not-ready', subject: { kind: 'Node', name: 'n1' } })
  const fields = ['rootCause', 'causedBy'] as const
  expect(changed(fields, {}, { rootCause: false, causedBy: 0 }, { cause: node })).toContain(
    ' [because of node-not-ready of Node n1]',
  )
  expect(changed(fields, { rootCause: false, causedBy: 0 }, {}, { causeBefore: node })).toContain(
    ' [nothing else explains it any more; no longer because of node-not-ready of Node n1]',
  )
})

const change = (type: IncidentNews['type'], rootCause = true) =>
  ({
    type,
    fields: [],
    incident: {
      severity: 'Error',
      confidence: 'Likely',
      rootCause,
      code: 'hang',
      subject: { namespace: 'shop', kind: 'Deployment', name: 'web\u001b', container: 'app' },
      summary: 'it hangs',
    },
  }) as unknown as IncidentNews

test('an incident that opens, changes or closes is one line with the time', () => {
  const about = 'Error: Deployment shop/web\\x1b, container app (hang, likely): it hangs'
  expect(incidentNewsLines([change('Opened'), change('Closed')], 'T', PLAIN)).toEqual([
    `T  opened   ${about}`,
    `T  closed   ${about}`,
  ])
})

test('what follows from another incident says so', () =>
  expect(incidentNewsLines([change('Opened', false)], 'T', PLAIN)[0]).toContain(
    '(hang, likely, follows from another)',
  ))
