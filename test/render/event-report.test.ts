import { describe, expect, test } from '@jest/globals'
import type { EventReport, Incident } from '../../src/events/report.ts'
import { eventReportNames, eventReportText } from '../../src/render/events/report.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { ago } from '../helpers/builders.ts'

const NOW = '2026-11-21T12:00:00Z'
const OPTIONS = { style: { ...PLAIN, width: 80 }, wide: false, noHeaders: false, allNamespaces: false }

const incident = (changes: Partial<Incident> = {}): Incident => ({
  code: 'port-closed',
  severity: 'Error',
  confidence: 'Certain',
  rootCause: true,
  subject: {
    namespace: 'shop',
    kind: 'Deployment',
    name: 'web',
    pods: ['web-a', 'web-b', 'web-c'],
    container: 'app',
    probe: 'liveness',
  },
  summary: 'nothing listens on port 8081',
  explanation: 'The connection is refused at once.',
  evidence: [
    {
      source: 'Spec',
      object: 'Pod shop/web-a',
      path: 'spec.containers[0].livenessProbe.httpGet.port',
      text: '8081',
    },
  ],
  effect: 'Restarting',
  fixes: [{ title: 'See the pod', risk: 'Inspect', command: 'kubectl describe pod web-a -n shop' }],
  docs: 'https://kubernetes.io/docs/',
  events: [
    {
      object: 'Pod shop/web-a',
      reason: 'Unhealthy',
      type: 'Warning',
      message: 'Liveness probe failed: connection refused',
      count: 12,
      countIsLowerBound: true,
      firstSeen: '2026-11-21T11:58:45Z',
      lastSeen: '2026-11-21T11:59:40Z',
      source: 'kubelet',
    },
    {
      object: 'Pod shop/web-a',
      reason: 'Pulled',
      type: 'Normal',
      message: 'Image is there',
      count: 4,
      countIsLowerBound: false,
      firstSeen: '2026-11-21T11:58:45Z',
      lastSeen: '2026-11-21T11:59:40Z',
      source: 'kubelet',
    },
  ],
  firstSeen: '2026-11-21T11:58:45Z',
  lastSeen: '2026-11-21T11:59:40Z',
  ongoing: true,
  over: false,
  causedBy: null,
  effects: [],
  statement: { type: 'Diagnosis', spec: [] },
  ...changes,
})

const report = (incidents: readonly Incident[], changes: Partial<EventReport> = {}): EventReport => ({
  apiVersion: 'rollout-safety/v1',
  kind: 'EventReport',
  now: NOW,
  source: { type: 'Cluster', name: 'test' },
  namespace: 'shop',
  incidents,
  gaps: [],
  assumptions: [],
  quiet: 0,
  filteredOut: 0,
  eventsRead: 16,
  ...changes,
})

const follower = incident({
  code: 'crash',
  severity: 'Warning',
  rootCause: false,
  summary: 'waits longer each time',
  subject: { namespace: 'shop', kind: 'Deployment', name: 'web', container: 'app' },
  causedBy: 0,
})

describe('eventReportText', () => {
  test('an incident with what follows from it', () => {
    expect(
      eventReportText(
        report([incident({ effects: [1] }), follower], {
          quiet: 3,
          over: { incidents: 2, oldest: ago(7200, NOW), newest: ago(720, NOW) },
        }),
        OPTIONS,
      ),
    ).toMatchInlineSnapshot(`
"Error: Deployment shop/web, 3 pods, container app, liveness probe (port-closed)
  nothing listens on port 8081
  when    since 75s, last seen 20s ago, still going on
  events  Unhealthy at least 12x over 55s
  what    The connection is refused at once.
  why     livenessProbe.httpGet.port: 8081
  look    See the pod
            kubectl describe pod web-a -n shop
  then    Warning: container app: waits longer each time (crash)

16 events became 2 incidents, 1 of them explained by another. 2 incidents are
over (last seen 12m to 120m ago) and 1 group of events is ordinary; --all shows
them.
"
`)
  })

  test('wide shows every event in its own words', () => {
    const text = eventReportText(report([incident()]), { ...OPTIONS, wide: true, style: PLAIN })
    expect(text).toContain(
      '20s ago Warning Unhealthy Pod shop/web-a: Liveness probe failed: connection refused (12+x, kubelet)',
    )
    expect(text).toContain('Pulled 4x')
  })

  test('says where no event tells, and when it is over', () => {
    const text = eventReportText(
      report([incident({ events: [], ongoing: false, over: true, severity: 'Warning' })]),
      OPTIONS,
    )
    expect(text).toContain('none: only the state of the objects shows it')
    expect(text).toContain('not going on now')
  })

  test('what is over takes two lines', () => {
    const text = eventReportText(report([incident({ severity: 'Info', ongoing: false })]), {
      ...OPTIONS,
      noHeaders: true,
      style: PLAIN,
    })
    expect(text.trimEnd().split('\n')).toHaveLength(2)
  })

  test('nothing loud, but something that is over, is not called ordinary', () => {
    const quiet = (over: EventReport['over'], count = 3) =>
      eventReportText(report([], { quiet: count, ...(over === undefined ? {} : { over }) }), {
        ...OPTIONS,
        style: PLAIN,
      })
    expect(quiet(undefined)).toBe('No trouble in shop namespace: 16 events, all of them ordinary.\n')
    expect(quiet({ incidents: 1, oldest: ago(720, NOW), newest: ago(720, NOW) })).toBe(
      'No trouble now in shop namespace. 1 incident is over (last seen 12m ago) and 2 groups of events are ordinary; --all shows them.\n',
    )
    expect(quiet({ incidents: 1 }, 1)).toBe(
      'No trouble now in shop namespace. 1 incident is over; --all shows it.\n',
    )
  })

  test('what nobody says the end of is not said to be over', () => {
    const text = eventReportText(
      report([incident({ ongoing: false, over: false, severity: 'Warning' })]),
      OPTIONS,
    )
    expect(text).toContain('nothing tells whether it is over')
  })

  test('what happens to many is one line', () => {
    const effect = (name: string) =>
      incident({ subject: { namespace: 'shop', kind: 'Deployment', name }, rootCause: false, causedBy: 0 })
    const names = ['a', 'b', 'c', 'd', 'e']
    const text = eventReportText(report([incident({ effects: [1, 2, 3, 4, 5] }), ...names.map(effect)]), {
      ...OPTIONS,
      style: PLAIN,
    })
    expect(text).toContain(
      '  then    Error: Deployment shop/a, Deployment shop/b and 3 more: nothing listens on port 8081 (port-closed)\n',
    )
  })

  test('a doubt is said', () => {
    expect(eventReportText(report([incident({ confidence: 'Likely' })]), OPTIONS)).toContain(
      '(port-closed,\nlikely)',
    )
  })

  test.each([
    [{ eventsRead: 11 }, false, 'No trouble in shop namespace: 11 events, all of them ordinary.\n'],
    [{ eventsRead: 0 }, false, 'No events found in shop namespace.\n'],
    [{ eventsRead: 11 }, true, 'No trouble in any namespace: 11 events, all of them ordinary.\n'],
    [{ eventsRead: 0 }, true, 'No events found.\n'],
    [{ filteredOut: 2 }, true, 'Nothing that was asked for. 2 incidents do not match the filters.\n'],
  ])('nothing to tell: %j, all namespaces: %s', (changes, allNamespaces, text) => {
    expect(eventReportText(report([], changes), { ...OPTIONS, allNamespaces })).toBe(text)
  })

  test('fits into 80 columns, but for words and commands', () => {
    const long = incident({
      explanation: 'word '.repeat(60).trim(),
      summary: 'word '.repeat(40).trim(),
      effects: [1],
    })
    const lines = eventReportText(
      report([long, { ...follower, summary: 'word '.repeat(30).trim() }]),
      OPTIONS,
    ).split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  test('no text of the cluster reaches the terminal as it is', () => {
    const evil = 'a\u001b[31m\u202eb\r'
    const subject = { namespace: evil, kind: evil, name: evil, pods: [evil], container: evil }
    const events = incident().events.map((line) => ({
      ...line,
      object: evil,
      reason: evil,
      message: evil,
      source: evil,
    }))
    const evidence = [{ source: 'Event' as const, object: evil, path: evil, text: evil }]
    const bad = incident({
      subject,
      code: evil,
      summary: evil,
      explanation: evil,
      evidence,
      events,
      docs: evil,
      effects: [1],
    })
    for (const wide of [true, false]) {
      const text = eventReportText(
        report([bad, { ...bad, causedBy: 0, effects: [] }, { ...bad, severity: 'Info', effects: [] }], {
          namespace: evil,
        }),
        { ...OPTIONS, wide },
      )
      expect(text).not.toMatch(/[\u001b\u202e\r]/)
      expect(text).toContain('\\x1b')
    }
    expect(eventReportText(report([], { namespace: evil }), OPTIONS)).not.toMatch(/[\u001b\u202e\r]/)
    expect(eventReportNames(report([bad])).join('')).not.toMatch(/[\u001b\u202e\r]/)
  })
})

test('eventReportNames: what is in trouble, each once', () => {
  const node = incident({ subject: { kind: 'Node', name: 'n1' } })
  const fine = incident({ severity: 'Info', subject: { namespace: 'shop', kind: 'Pod', name: 'calm' } })
  expect(eventReportNames(report([incident(), node, follower, fine]))).toEqual([
    'deployment.apps/web',
    'node/n1',
  ])
})

test('--raw shows the events behind an incident in their own words, and nothing else more', () => {
  const plain = eventReportText(report([incident()]), OPTIONS)
  const raw = eventReportText(report([incident()]), { ...OPTIONS, raw: true })
  expect(plain).not.toContain('Liveness probe failed: connection refused')
  expect(raw.replace(/\s+/g, ' ')).toContain(
    'Warning Unhealthy Pod shop/web-a: Liveness probe failed: connection refused (12+x, kubelet)',
  )
  expect(raw).not.toContain('docs ')
})

describe('the drawing', () => {
  const over = incident({
    severity: 'Warning',
    code: 'job-backoff',
    subject: { namespace: 'shop', kind: 'Job', name: 'nightly' },
    firstSeen: '2026-11-21T11:50:00Z',
    lastSeen: '2026-11-21T11:55:00Z',
    ongoing: false,
  })
  const draw = (width: number | undefined, timeline?: boolean, incidents = [incident(), over]) =>
    eventReportText(report(incidents), {
      ...OPTIONS,
      style: width === undefined ? PLAIN : { ...PLAIN, width },
      ...(timeline === undefined ? {} : { timeline }),
    })
  const lanes = (text: string) =>
    text.split('\n').filter((line) => /^(Deployment shop\/web|Job shop\/nightly) /.test(line))

  test('shows when each thing was broken, and what goes on', () => {
    const [web = '', nightly = ''] = lanes(draw(120))
    expect(web).toMatch(/^Deployment shop\/web +◆█+▶$/)
    expect(nightly).toMatch(/^Job shop\/nightly +◆▒+$/)
    // The Job's trouble takes the first half of ten minutes, the Deployment's the last 75 seconds.
    expect(nightly.indexOf('◆')).toBeLessThan(web.indexOf('◆'))
    expect(nightly.length).toBeLessThan(web.indexOf('◆'))
  })

  test('only where it helps: in a wide terminal, with two subjects or more', () => {
    expect(lanes(draw(80))).toEqual([])
    expect(lanes(draw(undefined))).toEqual([])
    expect(lanes(draw(120, undefined, [incident()]))).toEqual([])
    expect(lanes(draw(120, false))).toEqual([])
  })

  test('or where it is asked for', () => {
    expect(lanes(draw(undefined, true, [incident()]))).toHaveLength(1)
    expect(lanes(draw(80, true))).toHaveLength(2)
  })

  test('keeps the screen for the words: many subjects share a last line', () => {
    const many = Array.from({ length: 15 }, (_, index) =>
      incident({ subject: { namespace: 'shop', kind: 'Deployment', name: `web-${index}` } }),
    )
    expect(draw(120, undefined, many)).toContain('5 more lanes not drawn')
  })
})
