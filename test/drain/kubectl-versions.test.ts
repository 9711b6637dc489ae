import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { eachNodePlan } from '../../src/drain/each-node.ts'
import { drainPlan } from '../../src/drain/plan.ts'
import { followedKubectl, KUBECTL_CHANGES, kubectlHas } from '../../src/drain/policy/kubectl-versions.ts'
import type { DrainOptions } from '../../src/drain/types/options.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { minorVersion, NEWEST_KNOWN, OLDEST_KNOWN } from '../../src/model/kubernetes/version.ts'
import { clusterOf } from '../helpers/builders.ts'
import {
  ABC,
  budget,
  daemonSet,
  deployment,
  job,
  NO_FLAGS,
  node,
  nodeOf,
  type Parts,
  pod,
} from '../helpers/drain-builders.ts'

/** The plan of `kubectl drain a` against a server of this version. */
const planOn = (serverVersion: string | undefined, parts: Parts, options: Partial<DrainOptions> = {}) =>
  drainPlan(
    clusterOf(parts.flat() as KubeObject[], serverVersion === undefined ? {} : { serverVersion }),
    ['a'],
    { ...NO_FLAGS, ...options },
  )

test.each([
  ['v1.36.3', 36],
  ['v1.33.4-gke.1036000', 33],
  ['v1.31.2+k3s1', 31],
  ['1.32+', 32],
  ['v1.35', 35],
  ['v2.36.0', undefined],
  ['v1.36beta', undefined],
  ['', undefined],
  [undefined, undefined],
])('the minor version of %j is %j', (text, minor) => {
  expect(minorVersion(text)).toBe(minor)
})

test.each([
  [undefined, 'v1.33.13', { version: '1.33', basis: 'Server' }],
  [34, 'v1.33.13', { version: '1.34', basis: 'Flag' }],
  [34, undefined, { version: '1.34', basis: 'Flag' }],
  [undefined, undefined, { version: `1.${NEWEST_KNOWN}`, basis: 'ServerUnknown' }],
  [undefined, 'devel', { version: `1.${NEWEST_KNOWN}`, basis: 'ServerUnknown' }],
  [undefined, 'v1.99.0', { version: `1.${NEWEST_KNOWN}`, basis: 'NewestKnown' }],
  [undefined, 'v1.24.0', { version: `1.${OLDEST_KNOWN}`, basis: 'OldestKnown' }],
] as const)('asked for %j with a server of %j, the plan follows %j', (asked, server, followed) => {
  expect(followedKubectl(asked, server)).toEqual(followed)
})

test('every plan says whose drain it plays', () => {
  const parts = [...ABC, ...deployment('w', { on: ['a'] })]
  expect(planOn('v1.33.13', parts).kubectl).toEqual({ version: '1.33', basis: 'Server' })
  const cluster = clusterOf(parts.flat() as KubeObject[], { serverVersion: 'v1.33.13' })
  expect(eachNodePlan(cluster, ['a'], { ...NO_FLAGS, kubectlMinor: 35 }).kubectl).toEqual({
    version: '1.35',
    basis: 'Flag',
  })
})

test('each change is in the table of the reference, with its version', () => {
  const page = readFileSync('docs/reference/kubectl-drain.md', 'utf8')
  for (const { code, since } of KUBECTL_CHANGES) {
    expect(page).toMatch(new RegExp(`\\| before 1\\.${since} \\|[^\\n]*\`${code}\``))
    expect([kubectlHas(since - 1, code), kubectlHas(since, code)]).toEqual([false, true])
  }
})

describe('a pod of a DaemonSet of another API group', () => {
  const kruise = {
    on: 'a',
    owner: { apiVersion: 'apps.kruise.io/v1alpha1', kind: 'DaemonSet', name: 'agent' },
  }
  const parts = [...ABC, pod('agent-a', kruise)]

  test('is one of a DaemonSet that is gone for kubectl before 1.34, and any other pod from then on', () => {
    const before = nodeOf(planOn('v1.33.13', parts, { ignoreDaemonsets: true }))
    expect(before.verdict).toBe('Refused')
    expect(before.reasons.map(({ message }) => message)).toEqual([
      'cannot delete daemonsets.apps "agent" not found: ns/agent-a',
    ])
    expect(nodeOf(planOn('v1.33.13', parts, { force: true })).pods[0]?.outcome).toBe('Gone')
    for (const server of ['v1.34.0', 'v1.36.3', undefined]) {
      const since = nodeOf(planOn(server, parts, { ignoreDaemonsets: true }))
      expect(since.verdict).not.toBe('Refused')
      expect(since.pods[0]?.outcome).toBe('Gone')
    }
  })

  test('is left alone before 1.34 where apps/v1 has a DaemonSet of the same name', () => {
    const both = [...parts, ...daemonSet('agent', [])]
    expect(nodeOf(planOn('v1.33.13', both, { ignoreDaemonsets: true })).pods[0]).toMatchObject({
      action: 'Skip',
      outcome: 'Remains',
    })
    expect(nodeOf(planOn('v1.34.0', both, { ignoreDaemonsets: true })).pods[0]).toMatchObject({
      action: 'Evict',
      outcome: 'Gone',
    })
  })

  test('the version of the flag counts, not that of the server', () => {
    expect(nodeOf(planOn('v1.36.3', parts, { ignoreDaemonsets: true, kubectlMinor: 33 })).verdict).toBe(
      'Refused',
    )
    expect(
      nodeOf(planOn('v1.33.13', parts, { ignoreDaemonsets: true, kubectlMinor: 36 })).pods[0]?.outcome,
    ).toBe('Gone')
  })

  test('the fix that adds flags is simulated with the same kubectl', () => {
    const fix = planOn('v1.33.13', parts).fixes.find(({ code }) => code === 'more-flags')
    expect(fix?.command).toContain('--force')
  })
})

describe('a pod in a namespace that is being deleted, which nobody ends', () => {
  const ending = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'ns' },
    status: { phase: 'Terminating' },
  }
  const held = deployment('w', { on: ['a'], finalizers: ['example.com/x'] })
  const skip = { skipWaitForDeleteTimeoutSeconds: 5 }

  test('is skipped from 1.35 on; before, kubectl never sees that it is deleted and asks for ever', () => {
    const parts = [...ABC, ending, ...held]
    expect(nodeOf(planOn('v1.35.0', parts, skip)).verdict).not.toBe('Waits')
    expect(nodeOf(planOn('v1.34.4', parts, skip)).verdict).toBe('Waits')
    expect(nodeOf(planOn('v1.34.4', parts, { ...skip, disableEviction: true })).verdict).not.toBe('Waits')
  })

  test('in another namespace nothing differs', () => {
    const parts = [...ABC, ...held]
    expect(nodeOf(planOn('v1.34.4', parts, skip)).verdict).toBe(
      nodeOf(planOn('v1.35.0', parts, skip)).verdict,
    )
  })
})

test('the refusal of bare pods says cannot delete twice before 1.36', () => {
  const messages = (server: string) =>
    nodeOf(planOn(server, [...ABC, pod('x', { on: 'a' })])).reasons.map(({ message }) => message)
  const words = 'cannot delete Pods that declare no controller (use --force to override): ns/x'
  expect(messages('v1.35.4')).toEqual([`cannot delete ${words}`])
  expect(messages('v1.36.0')).toEqual([words])
})

describe('the words of the API server', () => {
  const failing = [
    node('a'),
    node('b'),
    ...job('j', { on: ['a'], labels: { app: 'w' } }),
    budget(
      'p',
      { maxUnavailable: 1 },
      {
        status: {
          observedGeneration: 1,
          disruptionsAllowed: 0,
          currentHealthy: 0,
          desiredHealthy: 0,
          expectedPods: 0,
          conditions: [
            { type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'no scale' },
          ],
        },
      },
    ),
  ]

  test.each([
    ['v1.34.4', 'The disruption budget p needs 0 healthy pods and has 0 currently'],
    [
      'v1.35.0',
      'The disruption budget p does not allow evicting pods currently because it failed sync: no scale',
    ],
    [
      undefined,
      'The disruption budget p does not allow evicting pods currently because it failed sync: no scale',
    ],
  ])('about a budget that can not be counted, from %s', (server, words) => {
    const plan = planOn(server, failing)
    expect(plan.budgets.map(({ refusal }) => refusal)).toEqual([words])
    expect(nodeOf(plan).pods[0]?.reason).toContain(words)
    // A reader learns why all the same.
    expect(nodeOf(plan).reasons[0]?.text).toContain('because it failed sync: no scale')
  })

  test('are those of its own version, also where another kubectl is asked for', () => {
    expect(planOn('v1.34.4', failing, { kubectlMinor: 36 }).budgets[0]?.refusal).toContain(
      'needs 0 healthy pods',
    )
  })
})
