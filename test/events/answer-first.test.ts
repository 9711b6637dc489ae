import { describe, expect, test } from '@jest/globals'
import type { KubeObject, Pod } from '../../src/model/kubernetes/objects.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { eventReportMarkdown } from '../../src/render/events/markdown.ts'
import { eventReportText } from '../../src/render/events/report.ts'
import { probeReportText } from '../../src/render/probes/report.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { clusterOf, EVERYTHING, override } from '../helpers/builders.ts'
import { eventReport } from '../helpers/incidents.ts'
import { crashing, unready } from '../helpers/probes.ts'

const service = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name },
  ...{ spec: { selector: { app: name } } },
})
const named = (pod: Pod, name: string): Pod =>
  override(pod, { metadata: { name, uid: name, labels: { app: name }, ownerReferences: [] } })

const failing = (name: string) =>
  named(unready({ readinessProbe: { httpGet: { path: '/', port: 9090 }, periodSeconds: 5 } }), name)

/** By name a-crash is first, and no Service needs it. */
const OBJECTS = [
  named(crashing({}, 5, { exitCode: 1, reason: 'Error' }), 'a-crash'),
  failing('z-web'),
  service('z-web'),
]
const OPTIONS = { style: PLAIN, wide: false, noHeaders: false, allNamespaces: false }
const WITH_NAMES = /^ +(?:outage|restarting) +Pod shop\/(\S+):/gm
const listed = (text: string) => [...text.matchAll(WITH_NAMES)].map(([, name]) => name)
const blocks = (text: string) => [...text.matchAll(/^Error: Pod shop\/([\w-]+)/gm)].map(([, name]) => name)

describe('what is worst for users comes first, in the lines, in the blocks and in JSON', () => {
  test('probe-check', () => {
    const report = probeCheck(clusterOf(OBJECTS), EVERYTHING)
    const text = probeReportText(report, OPTIONS)
    expect(text.split('\n')[0]).toMatch(
      /^Outage: Service shop\/z-web has no ready backend\. 2 errors in 2 of 2 workloads\./,
    )
    expect(listed(text)).toEqual(['z-web', 'a-crash'])
    expect(blocks(text)).toEqual(['z-web', 'a-crash'])
    const loud = report.findings.filter(({ severity }) => severity === 'Error')
    expect(loud.map(({ subject }) => subject.name)).toEqual(['z-web', 'a-crash'])
    expect(report.workloads.map(({ name }) => name)).toEqual(['z-web', 'a-crash'])
  })

  test('explain-events, also for a ticket', () => {
    const report = eventReport(OBJECTS)
    const text = eventReportText(report, OPTIONS)
    expect(text.split('\n')[0]).toBe(
      'Outage: Service shop/z-web has no ready backend. 2 errors, all going on.',
    )
    expect(listed(text)).toEqual(['z-web', 'a-crash'])
    expect(blocks(text)).toEqual(['z-web', 'a-crash'])
    expect(report.incidents.map(({ subject }) => subject.name)).toEqual(['z-web', 'a-crash'])
    const markdown = eventReportMarkdown(report)
    expect(markdown).toContain('**Outage: Service shop/z-web has no ready backend.**')
    expect(markdown.match(/^\| (\w+) \|/gm)).toEqual(['| outage |', '| restarting |'])
  })

  test('of a single trouble only its outage stands above its block', () => {
    const [, web = '', backend = ''] = OBJECTS
    const text = eventReportText(eventReport([web as KubeObject, backend as KubeObject]), OPTIONS)
    expect(text).toMatch(/^Outage: Service shop\/z-web has no ready backend\.\n\nError: Pod shop\/z-web/)
    expect(eventReportText(eventReport([web as KubeObject]), OPTIONS)).toMatch(/^Error: Pod shop\/z-web/)
  })
})

test('of a Pod that must be replaced no report holds the manifest, but the command that prints it', () => {
  const timeouts = named(
    unready({
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { httpGet: { path: '/', port: 'htpp' } },
    }),
    'z-web',
  )
  const report = eventReport([timeouts])
  const texts = [
    eventReportText(report, OPTIONS),
    eventReportMarkdown(report),
    probeReportText(probeCheck(clusterOf([timeouts]), EVERYTHING), { ...OPTIONS, wide: true }),
  ]
  for (const text of texts) {
    expect(text).toMatch(/must be replaced: -o patch has its manifest \(disruptive\)\s/)
    expect(text).toMatch(/^ *kubectl probe-check pod\/z-web -n shop -o patch$/m)
    expect(text).not.toContain('"containers"')
  }
})
