import { expect, test } from '@jest/globals'
import type { IncidentNews } from '../../src/events/news.ts'
import { incidentNewsLines } from '../../src/render/events/news.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'

const change = (type: IncidentNews['type'], fields: IncidentNews['fields'] = [], rootCause = true) =>
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
  }) as unknown as IncidentNews

test('an incident that opens, changes or closes is one line with the time', () => {
  const about = 'Error: Deployment shop/web\\x1b, container app (hang, likely): it hangs'
  expect(
    incidentNewsLines(
      [change('Opened'), change('Changed', ['severity', 'pods']), change('Closed')],
      'T',
      PLAIN,
    ),
  ).toEqual([`T  opened   ${about}`, `T  changed  ${about} [other: severity, pods]`, `T  closed   ${about}`])
})

test('what follows from another incident says so', () =>
  expect(incidentNewsLines([change('Opened', [], false)], 'T', PLAIN)[0]).toContain(
    '(hang, likely, follows from another)',
  ))
