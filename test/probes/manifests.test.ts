import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readFiles } from '../../src/kube/files/files.ts'
import { applyDefaults } from '../../src/model/kubernetes/defaults.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { probeCheck } from '../../src/probes/check.ts'
import type { ProbeReport } from '../../src/probes/report.ts'
import { clusterOf, EVERYTHING } from '../helpers/builders.ts'

const FOLDER = join(import.meta.dirname, '..', 'corpus', 'failures')
/** What the manifest of a failure, before it is applied, already shows; of the others it shows nothing. */
const SHOWN: Readonly<Record<string, string>> = {
  'exec-timeout': 'exec-cannot-fail/liveness',
  'https-to-http': 'probe-scheme-against-port-name/liveness',
  'port-name-unknown': 'probe-port-name-undeclared/readiness',
  'quota-exceeded': 'rollout-cannot-move',
  'readiness-gate': 'readiness-gate-without-condition',
  'wrong-port': 'probe-port-undeclared/liveness',
  'wrong-port-tcp': 'probe-port-undeclared/liveness',
}

const rules = ({ findings }: ProbeReport): readonly string[] =>
  findings.map(({ code, subject: { probe } }) => (probe === undefined ? code : `${code}/${probe}`))

/** Nothing was applied, so nothing can have happened. */
function expectNoRuntimeClaims({ findings, workloads }: ProbeReport): void {
  expect(findings.filter(({ configuration }) => !configuration)).toEqual([])
  expect(findings.filter(({ rootCause, effect }) => rootCause || effect !== 'None')).toEqual([])
  expect(findings.flatMap(({ evidence }) => evidence).filter(({ source }) => source !== 'Spec')).toEqual([])
  const probes = workloads.flatMap(({ containers }) => containers.flatMap((one) => one.probes))
  expect(probes.filter(({ state }) => state !== 'NotApplied')).toEqual([])
}

describe('the manifest of a failure, before it is applied', () => {
  test.each(readdirSync(FOLDER))('%s', async (name) => {
    const path = join(FOLDER, name, 'manifest.json')
    const snapshot = await readFiles([path], { stdin: process.stdin, clock: '2026-11-21T03:00:00Z' })
    const report = probeCheck(indexCluster(snapshot), EVERYTHING)
    expect(report.workloads.length).toBeGreaterThan(0)
    expectNoRuntimeClaims(report)
    const shown = SHOWN[name]
    if (shown !== undefined) expect(rules(report)).toContain(shown)
    else expect(report.findings.filter(({ severity }) => severity !== 'Info')).toEqual([])
  })
})

describe('a defect that a manifest alone can show', () => {
  const HTTP = { path: '/healthz', port: 8080 }
  const PORTS = { ports: [{ name: 'http', containerPort: 8080 }] }
  const exec = (...command: readonly string[]) => ({ exec: { command } })
  const check = (fields: object, spec: object = {}): ProbeReport => {
    const manifest = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'app', image: 'registry.example/app:1', ...fields }], ...spec },
        },
      },
    }
    return probeCheck(clusterOf([applyDefaults(manifest as unknown as KubeObject)]), EVERYTHING)
  }

  test.each<[row: number, rule: string, bad: object, good: object]>([
    [
      1,
      'probe-port-undeclared/readiness',
      { ...PORTS, readinessProbe: { httpGet: { ...HTTP, port: 4040 } } },
      { ...PORTS, readinessProbe: { httpGet: HTTP } },
    ],
    [
      12,
      'probe-port-name-undeclared/readiness',
      { ...PORTS, readinessProbe: { httpGet: { ...HTTP, port: 'htpt' } } },
      { ...PORTS, readinessProbe: { httpGet: { ...HTTP, port: 'http' } } },
    ],
    [
      16,
      'probe-scheme-against-port-name/readiness',
      { ports: [{ name: 'https', containerPort: 8443 }], readinessProbe: { httpGet: { port: 'https' } } },
      {
        ports: [{ name: 'https', containerPort: 8443 }],
        readinessProbe: { httpGet: { port: 'https', scheme: 'HTTPS' } },
      },
    ],
    [
      21,
      'probe-host-set/readiness',
      { ...PORTS, readinessProbe: { httpGet: { ...HTTP, host: 'localhost' } } },
      { ...PORTS, readinessProbe: { httpGet: HTTP } },
    ],
    [
      28,
      'exec-one-word/liveness',
      { livenessProbe: exec('cat /tmp/healthy') },
      { livenessProbe: exec('cat', '/tmp/healthy') },
    ],
    [
      31,
      'exec-own-timeout-longer/liveness',
      { livenessProbe: exec('timeout', '60', 'check') },
      { livenessProbe: { ...exec('timeout', '4', 'check'), timeoutSeconds: 5 } },
    ],
    [
      33,
      'exec-env-not-expanded/liveness',
      { envFrom: [{ configMapRef: { name: 'env' } }], livenessProbe: exec('check', '$(TARGET)') },
      { env: [{ name: 'TARGET', value: 'a' }], livenessProbe: exec('check', '$(TARGET)') },
    ],
    [
      45,
      'failure-threshold-one/liveness',
      { ...PORTS, livenessProbe: { httpGet: HTTP, failureThreshold: 1 } },
      { ...PORTS, livenessProbe: { httpGet: HTTP } },
    ],
    [
      46,
      'exec-cannot-fail/liveness',
      { livenessProbe: exec('sh', '-c', 'curl -s localhost | cat') },
      { livenessProbe: exec('sh', '-c', 'curl -sf localhost') },
    ],
  ])('row %i: %s', (_row, rule, bad, good) => {
    const report = check(bad)
    expect(rules(report)).toContain(rule)
    expectNoRuntimeClaims(report)
    expect(rules(check(good))).not.toContain(rule)
  })

  test('row 43: a gate whose condition a manifest cannot have is not taken for a closed one', () => {
    const report = check({ ...PORTS }, { readinessGates: [{ conditionType: 'example.com/ready' }] })
    expectNoRuntimeClaims(report)
  })

  test('rows 4, 14, 24: what only running shows is not guessed', () => {
    const report = check({
      ...PORTS,
      startupProbe: { httpGet: HTTP, failureThreshold: 60 },
      livenessProbe: { httpGet: { ...HTTP, path: '/live' } },
      readinessProbe: { httpGet: { ...HTTP, path: '/ready' } },
    })
    expect(report.findings.filter(({ severity }) => severity !== 'Info')).toEqual([])
  })
})
