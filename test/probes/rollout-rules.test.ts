import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { clusterOf, container, deployment, EVERYTHING } from '../helpers/builders.ts'

type Fields = Readonly<Record<string, unknown>>

const object = (apiVersion: string, kind: string, name: string, fields: Fields): KubeObject =>
  ({ apiVersion, kind, metadata: { namespace: 'shop', name }, ...fields }) as unknown as KubeObject
const SERVICE = object('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })

function said(spec: Fields, more: readonly KubeObject[], fields: Fields = {}) {
  const readinessProbe = { tcpSocket: { port: 8080 } }
  const [top] = deployment({ containers: [container({ readinessProbe, ...fields })] } as never, { spec })
  return probeCheck(clusterOf([top, ...more]), EVERYTHING).findings
}
const codes = (...args: Parameters<typeof said>) => said(...args).map(({ code }) => code)

describe('a rollout of one pod', () => {
  const strategy = (maxSurge: unknown, maxUnavailable: unknown) => ({
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
  })

  test('stops serving where both numbers are rounded to nothing, for then the controller takes one away', () => {
    const [finding] = said(strategy(0, '25%'), [SERVICE]).filter(
      ({ code }) => code === 'rollout-stops-serving',
    )
    expect(finding?.summary).toBe(
      'maxUnavailable 25%, rounded to 0 and with maxSurge 0 taken as 1, lets a rollout take down the only pod of Service web',
    )
    expect(codes(strategy(1, '25%'), [SERVICE])).not.toContain('rollout-stops-serving')
  })

  test('is refused where both numbers are 0, and says nothing else of it', () => {
    const found = codes(strategy(0, '0%'), [SERVICE])
    expect(found).toContain('rollout-cannot-move')
    expect(found).not.toContain('rollout-stops-serving')
  })
})

describe('a quota', () => {
  const move = { replicas: 2, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }
  const resources = { limits: { memory: '1Gi' } }
  const quota = (hard: Fields, used: Fields | undefined, more: Fields = {}) =>
    object('v1', 'ResourceQuota', 'team', {
      spec: { hard, ...more },
      ...(used === undefined ? {} : { status: { hard, used } }),
    })
  const stuck = (...args: Parameters<typeof quota>) =>
    codes(move, [quota(...args)], { resources }).includes('rollout-cannot-move')

  test('keeps a rollout from its first pod where less is left than one pod takes', () => {
    expect(stuck({ 'requests.memory': '4Gi' }, { 'requests.memory': '3500Mi' })).toBe(true)
    expect(stuck({ 'requests.memory': '4Gi' }, { 'requests.memory': '3Gi' })).toBe(false)
    expect(stuck({ pods: '2' }, { pods: '2' })).toBe(true)
    expect(stuck({ 'limits.memory': '2Gi' }, undefined)).toBe(true)
  })

  test('of other resources, or of some pods only, does not', () => {
    expect(stuck({ 'requests.cpu': '1' }, { 'requests.cpu': '1' })).toBe(false)
    expect(stuck({ services: '1' }, { services: '1' })).toBe(false)
    expect(stuck({ pods: '2' }, { pods: '2' }, { scopes: ['BestEffort'] })).toBe(false)
  })

  test('does not matter where an old pod goes first', () => {
    const first = { replicas: 2, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }
    expect(codes(first, [quota({ pods: '2' }, { pods: '2' })])).not.toContain('rollout-cannot-move')
  })
})

describe('budgets', () => {
  const budget = (name: string, spec: Fields) => object('policy/v1', 'PodDisruptionBudget', name, { spec })
  const selector = { matchLabels: { app: 'web' } }
  const blocked = (replicas: number, spec: Fields, ...more: readonly KubeObject[]) =>
    codes({ replicas }, [budget('web', { selector, ...spec }), ...more]).includes('disruption-budget-blocks')

  test('never allow an eviction where they want all pods, percentages rounded up', () => {
    expect(blocked(3, { minAvailable: 3 })).toBe(true)
    expect(blocked(3, { minAvailable: '67%' })).toBe(true)
    expect(blocked(3, { minAvailable: '66%' })).toBe(false)
    expect(blocked(3, { maxUnavailable: '0%' })).toBe(true)
    expect(blocked(3, { maxUnavailable: '1%' })).toBe(false)
    expect(blocked(3, {})).toBe(true)
  })

  test('are measured by what the autoscaler may go down to', () => {
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
    const scaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
      spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 9 },
    })
    expect(blocked(5, { minAvailable: 2 }, scaler)).toBe(true)
    expect(blocked(5, { minAvailable: 2 })).toBe(false)
  })

  test('over several workloads count all of their pods', () => {
    const other = deployment({ containers: [container()] } as never, {
      metadata: { name: 'canary', uid: 'uid-canary' },
    })[0]
    expect(blocked(2, { minAvailable: 2 }, other)).toBe(false)
    expect(blocked(2, { maxUnavailable: 0 }, other)).toBe(true)
  })

  test('of all pods block however many workloads they count', () => {
    const other = deployment({ containers: [container()] } as never, {
      metadata: { name: 'canary', uid: 'uid-canary' },
    })[0]
    expect(blocked(2, { minAvailable: '100%' }, other)).toBe(true)
  })

  test('that select nothing are mended, not doubled, where they seem to be meant for the pods', () => {
    const stray = (name: string, matchLabels: Fields, ...more: readonly KubeObject[]) =>
      codes({ replicas: 2 }, [
        SERVICE,
        budget(name, { minAvailable: 1, selector: { matchLabels } }),
        ...more,
      ]).filter(
        (code) => code === 'disruption-budget-missing' || code === 'disruption-budget-selects-nothing',
      )
    expect(stray('web', { app: 'wbe' })).toEqual(['disruption-budget-selects-nothing'])
    expect(stray('pdb', { name: 'web' })).toEqual(['disruption-budget-selects-nothing'])
    expect(stray('pdb', { app: 'web', tier: 'front' })).toEqual(['disruption-budget-selects-nothing'])
    expect(stray('pdb', { app: 'search' })).toEqual(['disruption-budget-missing'])
  })

  test("that select nothing are nobody's where several workloads agree with them in a label", () => {
    const named = (name: string) =>
      deployment({ containers: [container()] } as never, {
        metadata: { name, uid: `uid-${name}` },
        spec: { replicas: 2 },
      })[0]
    const stray = budget('pdb', { minAvailable: 1, selector: { matchLabels: { app: 'web', tier: 'front' } } })
    const found = (...tops: readonly KubeObject[]) =>
      probeCheck(clusterOf([...tops, SERVICE, stray]), EVERYTHING).findings.map(({ code }) => code)
    expect(found(named('blue'))).toContain('disruption-budget-selects-nothing')
    expect(found(named('blue'), named('canary'))).not.toContain('disruption-budget-selects-nothing')
  })

  test('that were not read are not taken for none', () => {
    const [top] = deployment({ containers: [container()] } as never, { spec: { replicas: 2 } })
    const check = (gaps: Parameters<typeof clusterOf>[1]) =>
      probeCheck(clusterOf([top, SERVICE], gaps), EVERYTHING).findings.map(({ code }) => code)
    const gap = { resource: 'poddisruptionbudgets', reason: 'Forbidden', message: 'no' } as const
    expect(check({})).toContain('disruption-budget-missing')
    expect(check({ gaps: [gap] })).not.toContain('disruption-budget-missing')
  })
})

test('a Service over two workloads finds its port in one of them', () => {
  const service = object('v1', 'Service', 'web', {
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  })
  const ports = [{ name: 'http', containerPort: 8080 }]
  const [other] = deployment({ containers: [container({ ports })] } as never, {
    metadata: { name: 'canary', uid: 'uid-canary' },
  })
  expect(codes({}, [service])).toContain('service-port-name-undeclared')
  expect(codes({}, [service, other])).not.toContain('service-port-name-undeclared')
})
