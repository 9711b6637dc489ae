import { expect, test } from '@jest/globals'
import type { IncidentChange } from '../../src/events/news.ts'
import { incidentChangeLines } from '../../src/render/events/news.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'

const change = (type: IncidentChange['type'], fields: IncidentChange['fields'] = [], rootCause = true) =>
  ({
    type,
    fields,
    incident: {
      severity: 'Error',
      confidence: 'Likely',
      rootCause,
      code: 'hang',
      subject: { namespace: 'shop', kind: 'Deployment', name: 'web\u001b', container: 'app' },
      summary: 'it hangs',
    },
  }) as unknown as IncidentChange

test('an incident that opens, changes or closes is one line with the time', () => {
  const about = 'Error: Deployment shop/web\\x1b, container app (hang, likely): it hangs'
  expect(
    incidentChangeLines(
      [change('Opened'), change('Changed', ['severity', 'pods']), change('Closed')],
      'T',
      PLAIN,
    ),
  ).toEqual([`T  opened   ${about}`, `T  changed  ${about} [other: severity, pods]`, `T  closed   ${about}`])
})

test('what follows from another incident says so', () =>
  expect(incidentChangeLines([change('Opened', [], false)], 'T', PLAIN)[0]).toContain(
    '(hang, likely, follows from another)',
  ))
