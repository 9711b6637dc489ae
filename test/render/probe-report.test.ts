import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'
import { probeCheck } from '../../src/probes/check.ts'
import type { ProbeReport } from '../../src/probes/report.ts'
import { probeReportNames, probeReportText, type ReportOptions } from '../../src/render/probes/report.ts'
import { DRAIN_CONSEQUENCES, gapLines } from '../../src/render/report/gaps.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { ago, clusterOf } from '../helpers/builders.ts'
import { runningPod, unhealthyOf } from '../helpers/probes.ts'

const OPTIONS: ReportOptions = { style: PLAIN, wide: false, noHeaders: false, allNamespaces: false }
const AT_80: ReportOptions = { ...OPTIONS, style: { ...PLAIN, width: 80 } }

const report = (
  objects: readonly KubeObject[],
  findings: readonly Finding[] = [],
  namespace = 'shop',
): ProbeReport => ({
  ...probeCheck(clusterOf(objects), { selection: { namespace, targets: [], selector: [] } }),
  findings,
})

const HTTP = { httpGet: { port: 8080, path: '/healthz' }, periodSeconds: 5 }
const healthy = runningPod({
  startupProbe: HTTP,
  readinessProbe: HTTP,
  livenessProbe: { ...HTTP, initialDelaySeconds: 3 },
})
const broken = runningPod(
  { readinessProbe: HTTP, livenessProbe: HTTP },
  {
    ready: false,
    restartCount: 4,
    lastState: { terminated: { exitCode: 137, finishedAt: ago(40) } },
    state: { running: { startedAt: ago(10) } },
  },
  { name: 'api' },
)
const REFUSED = 'Get "http://10.0.0.7:8080/healthz": dial tcp 10.0.0.7:8080: connect: connection refused'
const refused = unhealthyOf(broken, `Liveness probe failed: ${REFUSED}`, { count: 12 })

const finding = (fields: Partial<Finding> = {}): Finding => ({
  code: 'port-closed',
  severity: 'Error',
  confidence: 'Likely',
  rootCause: true,
  subject: { namespace: 'shop', kind: 'Pod', name: 'api', container: 'app', probe: 'liveness' },
  summary: 'nothing listens on port 8080',
  explanation: 'The long story.',
  evidence: [
    {
      source: 'Event',
      object: 'Pod shop/api',
      text: REFUSED,
      time: ago(5),
      count: 12,
      countIsLowerBound: true,
    },
    {
      source: 'Spec',
      object: 'Pod shop/api',
      path: 'spec.containers[0].livenessProbe.httpGet.port',
      text: '8080',
    },
  ],
  effect: 'Restarting',
  impact: {
    restarts: { total: 4, byProbe: 4, proof: 'Event', lastFinishedAt: ago(40) },
    nextRestart: { pod: 'api', at: ago(-130), atMost: false },
    backends: [{ service: 'api', ready: 0, total: 1 }],
  },
  fixes: [
    { title: 'send the probe to port 9090', risk: 'Low', command: "kubectl patch pod api -n shop -p '{}'" },
    { title: 'see what listens', risk: 'Inspect', command: 'kubectl exec -n shop api -- ss -ltn' },
  ],
  docs: 'https://kubernetes.io/docs',
  ...fields,
})
const follower = finding({
  rootCause: false,
  severity: 'Info',
  effect: 'Unready',
  impact: {},
  subject: { namespace: 'shop', kind: 'Pod', name: 'api', container: 'app', probe: 'readiness' },
  summary: 'fails for the same reason',
})

describe('a healthy namespace', () => {
  test('says so in one line, then lists every probe', () => {
    expect(probeReportText(report([healthy]), OPTIONS)).toMatchInlineSnapshot(`
"All 3 probes of 1 workload pass.

WORKLOAD    CONTAINER   PROBE       HANDLER                         TIMING                                     STATE     RESTARTS   LAST MESSAGE
pod/web-1   app         startup     http-get http://:8080/healthz   timeout=1s period=5s #failure=3            Passing   0
pod/web-1   app         readiness   http-get http://:8080/healthz   timeout=1s period=5s #failure=3            Passing   0
pod/web-1   app         liveness    http-get http://:8080/healthz   delay=3s timeout=1s period=5s #failure=3   Passing   0
"
`)
  })

  test('fits a terminal of 80 columns, and says what was left out for it', () => {
    expect(probeReportText(report([healthy]), AT_80)).toMatchInlineSnapshot(`
"All 3 probes of 1 workload pass.

WORKLOAD    CONTAINER   PROBE       HANDLER                   STATE     RESTARTS
pod/web-1   app         startup     http-get                  Passing   0
                                    http://:8080/healthz
pod/web-1   app         readiness   http-get                  Passing   0
                                    http://:8080/healthz
pod/web-1   app         liveness    http-get                  Passing   0
                                    http://:8080/healthz

Not shown at this width: TIMING (see -o wide).
"
`)
  })

  test('names the namespace where there is nothing', () => {
    expect(probeReportText(report([]), OPTIONS)).toBe('No workloads found in shop namespace.\n')
  })

  test('a container without probes is counted, and listed with -o wide', () => {
    const objects = [healthy, runningPod({}, {}, { name: 'db' })]
    expect(probeReportText(report(objects), OPTIONS)).toContain(
      '1 of 2 containers has no probes (see -o wide).',
    )
    expect(probeReportText(report(objects), { ...OPTIONS, wide: true })).toMatch(/^pod\/db +app +<none>/m)
  })
})

describe('what the rules say of the configuration', () => {
  const said = (severity: Finding['severity'], code: string) =>
    finding({ code, severity, rootCause: false, effect: 'None', configuration: true, confidence: 'Certain' })
  const findings = [
    finding(),
    said('Warning', 'probe-host-set'),
    said('Info', 'image-latest'),
    said('Info', 'timeout-exceeds-period'),
  ]
  const mixed = report([broken, refused], findings)

  test('warnings are blocks after the causes; remarks are counted', () => {
    const text = probeReportText(mixed, OPTIONS)
    expect(text).toMatch(
      /1 error and 1 warning\. [\s\S]*^Error: .*\(port-closed[\s\S]*^Warning: .*\(probe-host-set\)/m,
    )
    expect(text).not.toContain('image-latest')
    expect(text).toMatch(/\n2 remarks on configuration \(-o wide shows them\)\.\n$/)
  })

  test('wide shows the remarks in place of the count', () => {
    const text = probeReportText(mixed, { ...OPTIONS, wide: true })
    expect(text).toMatch(/^Info: .*\(image-latest\)/m)
    expect(text).toMatch(/^Info: .*\(timeout-exceeds-period\)/m)
    expect(text).not.toContain('remarks on configuration')
  })

  test('a warning is never folded into a cause as its effect', () => {
    const text = probeReportText(report([broken, refused], findings.slice(0, 2)), OPTIONS)
    expect(text).not.toMatch(/^ {2}also/m)
    expect(text).not.toContain('remark')
  })

  test('a place in a template is as short as one in a pod', () => {
    const path = 'spec.jobTemplate.spec.template.spec.containers[0].livenessProbe.httpGet.host'
    const evidence = [{ source: 'Spec', object: 'Pod shop/api', path, text: 'localhost' }] as const
    const text = probeReportText(
      report([broken], [{ ...said('Warning', 'probe-host-set'), evidence }]),
      OPTIONS,
    )
    expect(text).toMatch(/^ {2}why {5}livenessProbe\.httpGet\.host: localhost$/m)
  })
})

describe('a broken workload', () => {
  const one = report([broken, refused], [finding(), follower])

  test('begins with the cause, what it does, and what mends it', () => {
    expect(probeReportText(one, AT_80)).toMatchInlineSnapshot(`
"Outage: Service shop/api has no ready backend. 0 of 2 probes pass.

Error: Pod shop/api, container app, liveness probe (port-closed, likely)
  nothing listens on port 8080
  why     Get "http://10.0.0.7:8080/healthz": dial tcp 10.0.0.7:8080: connect:
          connection refused (12+ times, last 5s ago)
          livenessProbe.httpGet.port: 8080
  effect  the container is restarted; 0 of 1 pods ready; 4 restarts by this
          probe (last 40s ago); next start in about 2m10s; Service api: 0 of 1
          backends ready
  also    readiness probe: fails for the same reason
  fix     send the probe to port 9090 (low risk)
            kubectl patch pod api -n shop -p '{}'
  look    see what listens
            kubectl exec -n shop api -- ss -ltn

WORKLOAD   CONTAINER   PROBE       STATE     RESTARTS
pod/api    app         liveness    Failing   4 (40s ago)
pod/api    app         readiness   Unknown   4 (40s ago)

Not shown at this width: HANDLER, TIMING, LAST MESSAGE (see -o wide).
"
`)
  })

  test('wide tells all: explanation, windows, pods, messages', () => {
    const text = probeReportText(one, { ...OPTIONS, wide: true })
    for (const part of ['The long story.', 'https://kubernetes.io/docs', 'VERDICT AFTER', '10-16s', REFUSED])
      expect(text).toContain(part)
  })

  test('no line but a command is wider than the terminal', () => {
    const lines = probeReportText(one, AT_80).split('\n')
    expect(lines.filter((line) => line.length > 80 && !line.includes('kubectl'))).toEqual([])
  })

  test('evidence names an object only where it is another one than the block is about', () => {
    const evidence = [
      { source: 'Status', object: 'Pod shop/api', path: 'status.containerStatuses[0].ready', text: 'false' },
      { source: 'Log', object: 'Pod shop/api', path: 'app', text: 'listening on 127.0.0.1' },
      { source: 'Node', object: 'Node n1', path: 'status.conditions[0]', text: 'MemoryPressure=True' },
    ] as const
    const block = report([broken], [finding({ evidence, fixes: [] })])
    expect(probeReportText(block, OPTIONS)).toContain(
      [
        '  why     ready: false',
        '          log: listening on 127.0.0.1',
        '          Node n1: status.conditions[0]: MemoryPressure=True',
      ].join('\n'),
    )
    expect(probeReportText(block, { ...OPTIONS, wide: true })).toContain(
      'Status of Pod shop/api status.containerStatuses[0].ready: false',
    )
  })

  test('what recovered is told in the past tense, and what is missing counts', () => {
    const web = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web', namespace: 'shop', uid: 'u' },
      spec: { replicas: 3, template: { spec: { containers: [] } } },
    }
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }
    const pod = runningPod({}, {}, { metadata: { ownerReferences: [owner] } })
    const subject = { namespace: 'shop', kind: 'ReplicaSet', name: 'web', pods: ['web-1'], container: 'app' }
    const text = probeReportText(
      report([web, pod], [finding({ severity: 'Warning', subject, impact: {} })]),
      OPTIONS,
    )
    expect(text).toContain('  pods    web-1\n')
    expect(text).toContain('  effect  the container was restarted; 1 of 3 pods ready\n')
    expect(text).toMatch(/^1 warning\.\n/)
  })

  test('what only informs waits for -o wide', () => {
    const info = report([healthy], [finding({ severity: 'Info' })])
    expect(probeReportText(info, OPTIONS)).not.toContain('port-closed')
    expect(probeReportText(info, { ...OPTIONS, wide: true })).toContain('port-closed')
  })

  test('a Pod that must be replaced has its manifest in another format', () => {
    const replace = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'shop' } }
    const fix = {
      title: 'replace it',
      risk: 'Disruptive',
      command: 'kubectl replace --force -f -',
      replace,
    } as const
    const text = probeReportText(report([broken], [finding({ fixes: [fix] })]), AT_80)
    expect(text).toContain('\n            kubectl probe-check pod/api -n shop -o patch\n')
    expect(text).not.toContain('apiVersion')
  })
})

describe('of manifests the findings are the report', () => {
  const fix = {
    title: 'Probe port 8080',
    risk: 'Low',
    command: 'kubectl patch pod api',
    patch: { target: { kind: 'Pod', name: 'api' }, type: 'merge', value: {} },
  } as const
  const remarks = report(
    [healthy],
    [
      finding({ configuration: true, severity: 'Warning', code: 'loud', fixes: [fix] }),
      finding({ configuration: true, severity: 'Info', code: 'quiet', summary: 'it could be better' }),
    ],
  )
  const place = () => 'k8s/api.yaml:7'

  test('each has its line in the file, and no command patches what is not there', () => {
    const text = probeReportText(remarks, { ...OPTIONS, place })
    expect(text).toContain('\n  at      k8s/api.yaml:7\n')
    expect(text).toMatch(/\nRemarks\n {2}k8s\/api\.yaml:7: .*: it could be better \(quiet/)
    expect(text).not.toMatch(/CONTAINER +PROBE|kubectl patch|remark on/)
    expect(text).toContain('--diff')
  })

  test('-o wide has the table as well', () => {
    const wide = probeReportText(remarks, { ...OPTIONS, place, wide: true })
    expect(wide).toMatch(/CONTAINER +PROBE/)
    expect(wide).not.toMatch(/^Remarks/m)
    expect(probeReportText(remarks, OPTIONS)).toMatch(/CONTAINER +PROBE/)
  })
})

test('nothing from the cluster reaches the terminal as a control character', () => {
  const evil = '\u001b[2J\u202eevil\r\u0007'
  const pod = runningPod(
    { name: evil, livenessProbe: { exec: { command: [evil] } } },
    { name: evil },
    { name: evil },
  )
  const said = unhealthyOf(pod, `Liveness probe failed: ${evil}`, { container: evil })
  const { metadata } = pod
  const texts = finding({
    subject: { namespace: 'shop', kind: 'Pod', name: metadata.name, container: evil },
    code: evil,
    summary: evil,
    explanation: evil,
    docs: evil,
    evidence: [{ source: 'Log', object: evil, path: evil, text: `${evil}\nmore` }],
    fixes: [{ title: evil, risk: 'Low', command: evil }],
  })
  const bad = report([pod, said], [texts, { ...texts, rootCause: false }])
  for (const options of [OPTIONS, AT_80, { ...AT_80, wide: true, allNamespaces: true }]) {
    const text = probeReportText(bad, options)
    expect(text).toContain('\\x1b[2J\\u202eevil\\x0d\\x07')
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  }
  expect(probeReportNames(bad).join('')).not.toContain('\u001b')
})

test('-o name has the workloads with something to mend, once each, as kubectl prints them', () => {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', uid: 'u' },
    spec: { template: { spec: { containers: [{ name: 'app', livenessProbe: HTTP }] } } },
  }
  const about = (kind: string, name: string, severity: Finding['severity']) =>
    finding({ severity, subject: { namespace: 'shop', kind, name } })
  const found = [
    about('Deployment', 'web', 'Error'),
    about('Deployment', 'web', 'Warning'),
    about('Node', 'n1', 'Warning'),
    about('Pod', 'web-1', 'Info'),
  ]
  expect(probeReportNames(report([deployment, healthy], found))).toEqual(['deployment.apps/web', 'node/n1'])
  expect(probeReportNames(report([healthy]))).toEqual([])
})

test('what PDBs would tell of a drain is said where a drain is planned, and nowhere else', () => {
  const gaps: readonly Gap[] = [{ resource: 'poddisruptionbudgets', reason: 'NotRecorded', message: '' }]
  expect(gapLines(gaps)).toEqual(['the input does not contain poddisruptionbudgets'])
  expect(gapLines(gaps, [], DRAIN_CONSEQUENCES)).toEqual([
    'the input does not contain poddisruptionbudgets; it is unknown which evictions a PDB refuses',
  ])
})

test('gaps say what is not known for want of them; unrecorded kinds share a line', () => {
  const gaps: readonly Gap[] = [
    { resource: 'events', namespace: 'shop', reason: 'Forbidden', message: 'events is forbidden: no\u001b' },
    { resource: 'deployments', reason: 'NotRecorded', message: 'not in the input' },
    { resource: 'nodes', reason: 'NotRecorded', message: 'not in the input' },
  ]
  expect(gapLines(gaps)).toEqual([
    'could not read events in namespace "shop": events is forbidden: no\\x1b; findings rest on status only',
    'the input does not contain deployments or nodes; the state and the room of nodes are unknown',
  ])
})
