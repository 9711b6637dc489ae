import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { DrainPlanDocument } from '../../src/drain/document.ts'
import type { ProbeReport } from '../../src/probes/report.ts'
import { createBroken } from './harness/broken.ts'
import { auditLog, writeKubeconfig } from './harness/control-plane.ts'
import { CONTROL_PLANE, create, freshNamespace, kubectl, mustKubectl, SERVER } from './harness/kubectl.ts'
import { addNodes, remove, waitUntilStable } from './harness/nodes.ts'
import { account, rulesIn } from './harness/rights.ts'

/** The role that docs/reading.md gives to be copied. */
const ROLE = {
  rules: rulesIn(/```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/reading.md', 'utf8'))?.[1] ?? ''),
}

const without = (resource: string) =>
  ROLE.rules
    .map((rule) => ({ ...rule, resources: rule.resources.filter((name) => name !== resource) }))
    .filter(({ resources }) => resources.length > 0)

const web = (namespace: string) => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'app', image: 'none', readinessProbe: { httpGet: { port: 8080 } } }],
        },
      },
    },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
  },
]

describe('rights', () => {
  test('the documented role is enough for full reports, and only get, list and watch are used', async () => {
    const namespace = await freshNamespace('rights')
    const nodes = [`${namespace}-a`, `${namespace}-b`]
    await addNodes(nodes)
    await createBroken(namespace)
    try {
      const user = account(namespace, 'reader', ROLE.rules)
      for (const args of [
        ['probe-check', '-A', '-o', 'json'],
        ['explain-events', '-A', '-o', 'json'],
        ['drain-plan', nodes[0] ?? '', '-o', 'json'],
      ]) {
        const { stdout, stderr } = kubectl(args, { user })
        expect(stderr).toBe('')
        expect((JSON.parse(stdout) as { gaps: unknown[] }).gaps).toEqual([])
      }
      const asked = readFileSync(auditLog(CONTROL_PLANE), 'utf8')
        .split('\n')
        .filter((line) => line.includes(`"username":"${user}"`))
        .map(
          (line) =>
            JSON.parse(line) as { verb: string; objectRef?: { resource?: string; subresource?: string } },
        )
      expect(asked.length).toBeGreaterThan(20)
      expect([...new Set(asked.map(({ verb }) => verb))].sort()).toEqual(['get', 'list'])
      const touched = asked.map(({ objectRef }) => objectRef?.resource ?? '')
      expect(touched).not.toContain('secrets')
      expect(touched).not.toContain('configmaps')
      // The logs of the container that is not ready were read, too.
      expect(asked.filter(({ objectRef }) => objectRef?.subresource === 'log')).not.toEqual([])
    } finally {
      remove(namespace, nodes)
    }
  })

  test('without the right to read budgets the plan says Unknown, and why', async () => {
    const namespace = await freshNamespace('nobudgets')
    const nodes = [`${namespace}-a`, `${namespace}-b`]
    await addNodes(nodes)
    create(...web(namespace))
    await waitUntilStable(namespace, 1)
    try {
      const user = account(namespace, 'blind', without('poddisruptionbudgets'))
      const [pod] = JSON.parse(mustKubectl(['get', 'pods', '-n', namespace, '-o', 'json'])).items as {
        spec: { nodeName: string }
      }[]
      const { code, stdout } = kubectl(['drain-plan', pod?.spec.nodeName ?? '', '-o', 'json'], { user })
      const plan = JSON.parse(stdout) as DrainPlanDocument
      expect(plan.nodes.map(({ verdict }) => verdict)).toEqual(['Unknown'])
      expect(JSON.stringify(plan.nodes[0]?.reasons)).toContain('PodDisruptionBudgets were not read')
      expect(plan.gaps).toMatchObject([{ resource: 'poddisruptionbudgets', reason: 'Forbidden' }])
      expect(code).toBe(1)
      const told = kubectl(['drain-plan', pod?.spec.nodeName ?? ''], { user })
      expect(told.stderr).toContain('could not read poddisruptionbudgets')
    } finally {
      remove(namespace, nodes)
    }
  })

  test('without the right to read events the report rests on status, and says so', async () => {
    const namespace = await freshNamespace('noevents')
    const nodes = [`${namespace}-a`]
    await addNodes(nodes)
    create(...web(namespace))
    await waitUntilStable(namespace, 1)
    try {
      const user = account(namespace, 'deaf', without('events'))
      const { stdout, stderr } = kubectl(['probe-check', '-n', namespace], { user })
      expect(stdout).toContain('web')
      expect(stderr).toMatch(/could not read events in namespace ".*forbidden.*rest on status only/)
      const report = JSON.parse(
        kubectl(['probe-check', '-n', namespace, '-o', 'json'], { user }).stdout,
      ) as ProbeReport
      expect(report.gaps).toMatchObject([{ resource: 'events', reason: 'Forbidden', namespace }])
      const events = kubectl(['explain-events', '-n', namespace], { user })
      expect(events.stderr).toMatch(/could not read events in namespace ".*forbidden/)
    } finally {
      remove(namespace, nodes)
    }
  })
})

describe('what goes wrong is one sentence and exit code 2', () => {
  const context = ['--context', 'elsewhere']
  writeKubeconfig(CONTROL_PLANE, 'stranger', SERVER, 'wrong')
  test.each([
    ['an unknown context', 'admin', context, /context "elsewhere" does not exist/],
    [
      'a server that is not there',
      'admin',
      ['--server', 'https://127.0.0.1:1'],
      /connection to the server 127\.0\.0\.1:1 was refused/,
    ],
    ['an expired client certificate', 'expired', [], /expired|Unauthorized/],
    ['a wrong token', 'stranger', [], /You must be logged in to the server/],
    ['no permission at all', 'developer', [], /Error from server \(Forbidden\): .*"developer" cannot list/],
    [
      'a server whose certificate nobody knows',
      'admin',
      ['--certificate-authority', 'test/fixtures/tls/ca.pem'],
      /Unable to connect to the server/,
    ],
  ] as const)('%s', (_title, user, flags, sentence) => {
    for (const args of [['probe-check'], ['explain-events'], ['drain-plan', 'n1']]) {
      const { code, stdout, stderr } = kubectl([...args, ...flags], { user })
      expect(stderr).toMatch(sentence)
      expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
      expect(stderr).not.toMatch(/\n\s+at |node:internal/)
      expect(stdout).toBe('')
      expect(code).toBe(2)
    }
  })
})

test('kubectl finds the plugins, passes their flags and their exit codes through', () => {
  expect(kubectl(['plugin', 'list']).stdout).toMatch(
    /kubectl-drain_plan\n.*kubectl-explain_events\n.*kubectl-probe_check/,
  )
  const help = kubectl(['probe-check', '-h'])
  expect(help.code).toBe(0)
  expect(help.stdout.indexOf('EXAMPLES')).toBeLessThan(help.stdout.indexOf('FLAGS'))
  expect(kubectl(['probe-check', '--version']).stdout).toMatch(/^kubectl-rollout-safety \d/)
  expect(kubectl(['probe-check', '-f', 'examples/shop']).code).toBe(1)
  expect(kubectl(['probe-check', '-f', 'examples/shop', '--fail-on', 'none']).code).toBe(0)
})
