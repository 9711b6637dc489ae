import { expect, test } from '@jest/globals'
import { readSelected } from '../../src/commands/shared/input.ts'
import { apiVersionOf, KINDS, RESOURCES, resourceOf } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { gapLines } from '../../src/render/report/gaps.ts'
import { apiServer } from '../helpers/apiserver.ts'
import { event, NOW, podNamed } from '../helpers/builders.ts'
import { crashing, httpProbe, unhealthy, unready } from '../helpers/probes.ts'

/** Sixty crash loops, and one server that wants TLS and says so only in its log. */
const MIXED: readonly KubeObject[] = [
  ...Array.from({ length: 60 }, (_, index) =>
    podNamed(`crash-${index}`, [
      crashing({}, 3, { exitCode: 1 }),
      event('BackOff', 'Back-off restarting failed container'),
    ]),
  ).flat(),
  ...podNamed('zebra', [
    unready({ readinessProbe: httpProbe() }),
    unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 400'),
  ]),
]

/** What probe-check reports of these objects on a server that gives each log by `logOf`. */
async function checked(
  objects: readonly KubeObject[],
  logOf: (pod: string) => string | Promise<never>,
  seconds: number,
) {
  const { url } = await apiServer(async ({ pathname }) => {
    const log = /\/pods\/([^/]+)\/log$/.exec(pathname)
    if (log !== null) return { body: await logOf(log[1] ?? '') }
    if (pathname === '/version') return { body: { gitVersion: 'v1.36.3' } }
    const resource = RESOURCES.find((one) => pathname.endsWith(`/${one}`))
    if (resource === undefined) return { code: 404, body: {} }
    const items = objects.filter(({ apiVersion, kind }) => resourceOf(apiVersion, kind) === resource)
    const { kind } = KINDS[resource]
    return {
      body: { apiVersion: apiVersionOf(resource), kind: `${kind}List`, metadata: {}, items },
    }
  })
  const flags = { server: url, recursive: false, now: NOW, namespace: 'shop', 'request-timeout': seconds }
  const { cluster, selection } = await readSelected(flags, 'probe-check', [])
  const report = probeCheck(cluster, { selection })
  const of = (name: string) =>
    report.findings.find(({ subject, rootCause }) => subject.name === name && rootCause)
  return { report, of, notes: gapLines(report.gaps, cluster.snapshot.notes) }
}

const SAYS_TLS = 'http: TLS handshake error from 10.0.0.1:1: client sent an HTTP request to an HTTPS server\n'

test('a cause that only a log tells is found among sixty crash loops, and all of these quote their log', async () => {
  const { report, of } = await checked(MIXED, (pod) => (pod === 'zebra' ? SAYS_TLS : `fatal: ${pod}\n`), 60)
  expect([of('zebra')?.code, of('zebra')?.confidence]).toEqual(['scheme-mismatch', 'Certain'])
  expect(
    report.findings.filter(
      ({ code, evidence }) =>
        code === 'crash' && evidence.some(({ text }) => text.startsWith('fatal: crash-')),
    ),
  ).toHaveLength(60)
  expect(report.gaps).toEqual([])
}, 60_000)

test('logs that come too late are counted, in the notes and in the findings', async () => {
  const { report, of, notes } = await checked(MIXED, () => new Promise<never>(() => {}), 3)
  expect([of('zebra')?.code, of('crash-7')?.code]).toEqual(['http-status', 'crash'])
  expect(of('zebra')?.explanation).toMatch(
    /The log, which may tell why the server refuses, was not read in time\.$/,
  )
  expect(notes).toEqual([
    expect.stringMatching(
      /^logs of 61 containers were not read, because 3s were over: Pod shop\/crash-0, .* and 56 more; findings that need one say so$/,
    ),
  ])
  expect(report.gaps[0]?.logs).toHaveLength(61)
}, 60_000)
