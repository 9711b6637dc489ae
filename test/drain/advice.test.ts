import { describe, expect, test } from '@jest/globals'
import type { PlannedFix } from '../../src/drain/types/fix.ts'
import type { DrainPlan } from '../../src/drain/types/plan.ts'
import { ABC, budget, deployment, node, type Parts, planFor, statefulSet } from '../helpers/drain-builders.ts'

const STRICT = budget('p', { minAvailable: 1 })
const one = { on: ['a'] }

/** The object of a workload, which is its first, with more fields, and its other objects. */
const withFields = (
  [first, ...others]: readonly object[],
  { metadata = {}, spec = {} }: { readonly metadata?: object; readonly spec?: object },
): readonly object[] => {
  const object = first as { readonly metadata: object; readonly spec?: object }
  return [
    { ...object, metadata: { ...object.metadata, ...metadata }, spec: { ...object.spec, ...spec } },
    ...others,
  ]
}

const autoscaler = (spec: object, metadata: object = {}) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'w', namespace: 'ns', ...metadata },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'w' }, ...spec },
})

const fix = ({ fixes }: DrainPlan, code: PlannedFix['code']): PlannedFix => {
  const found = fixes.find((candidate) => candidate.code === code)
  if (found === undefined)
    throw new Error(`no ${code} among ${fixes.map((candidate) => candidate.code).join()}`)
  return found
}

const scaleUp = (parts: Parts, unread: Readonly<Record<string, 'Forbidden'>> = {}): PlannedFix =>
  fix(planFor([...ABC, STRICT, ...parts], 'a', {}, unread), 'scale-up')

describe('one replica more', () => {
  test('is said with what it goes back to', () => {
    const { title, undo, proven, assumes } = scaleUp([deployment('w', one)])
    expect(title).toBe(
      'Scale Deployment ns/w from 1 to 2, and drain when the new pod is Ready; afterwards back to 1',
    )
    expect(undo).toBe('kubectl scale deployment/w -n ns --replicas=1')
    expect([proven, assumes]).toEqual([true, undefined])
  })

  test('comes from the autoscaler where there is one, which takes back what it has not made', () => {
    const { proven, command, undo } = scaleUp([
      deployment('w', one),
      autoscaler({ minReplicas: 1, maxReplicas: 5 }),
    ])
    expect(proven).toBe(true)
    expect(command).toContain(`kubectl patch hpa w -n ns --type merge -p '{"spec":{"minReplicas":2}}'`)
    expect(command).not.toContain('kubectl scale')
    expect(undo).toBe(`kubectl patch hpa w -n ns --type merge -p '{"spec":{"minReplicas":1}}'`)
  })

  test('needs another upper bound, too, where the autoscaler is at its own', () => {
    const { command, undo } = scaleUp([deployment('w', one), autoscaler({ minReplicas: 1, maxReplicas: 1 })])
    expect(command).toContain('{"spec":{"minReplicas":2,"maxReplicas":2}}')
    expect(undo).toContain('{"spec":{"minReplicas":1,"maxReplicas":1}}')
  })

  test('is for KEDA to make where that sets the bounds of the autoscaler', () => {
    const ownerReferences = [
      { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'w', uid: 'u', controller: true },
    ]
    const { proven, unproven } = scaleUp([
      deployment('w', one),
      autoscaler({ minReplicas: 1, maxReplicas: 5 }, { ownerReferences }),
    ])
    expect([proven, unproven]).toEqual([false, expect.stringContaining('ScaledObject ns/w sets the bounds')])
  })

  test('says that autoscalers were not read', () => {
    expect(scaleUp([deployment('w', one)], { horizontalpodautoscalers: 'Forbidden' }).assumes).toEqual([
      'No HorizontalPodAutoscaler sets its replicas: these were not read.',
    ])
  })

  const sharing = { ...one, spec: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] } }
  const claim = (mode: string) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'ns' },
    spec: { accessModes: [mode], volumeName: 'disk' },
  })
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'disk' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteMany'], nfs: { server: 'x', path: '/' } },
  }
  const operated = {
    metadata: {
      ownerReferences: [
        { apiVersion: 'search.example.com/v1', kind: 'Cluster', name: 'logs', uid: 'u', controller: true },
      ],
    },
  }

  test.each<[string, Parts, string]>([
    [
      'beside one that fails',
      [deployment('w', { on: ['b', 'a'], unready: 1 })],
      '1 replica of it is not Ready now',
    ],
    [
      'of what an operator makes',
      [withFields(statefulSet('w', one), operated)],
      'Cluster ns/logs, whose operator undoes',
    ],
  ])('is not taken for granted: %s', (_title, parts, why) => {
    const { proven, unproven } = scaleUp(parts)
    expect([proven, unproven]).toEqual([false, expect.stringContaining(why)])
  })

  test.each<[string, Parts]>([
    [
      'of a Deployment that recreates',
      [withFields(deployment('w', one), { spec: { strategy: { type: 'Recreate' } } })],
    ],
    ['that share a volume for one node', [deployment('w', sharing), claim('ReadWriteOnce')]],
    ['that share a volume for one pod', [deployment('w', sharing), claim('ReadWriteOncePod')]],
  ])('is never advised where two pods can do harm: %s', (_title, parts) => {
    const { fixes } = planFor([...ABC, STRICT, ...parts], 'a')
    expect(fixes.map(({ code }) => code)).toEqual(['widen-budget'])
  })

  test('is simulated with a volume that many nodes can mount', () => {
    expect(scaleUp([deployment('w', sharing), claim('ReadWriteMany'), volume]).proven).toBe(true)
  })
})

describe('a wider budget', () => {
  const nodes = [node('a'), node('b')]

  test('is no wider than the drain needs: the pods go one after the other', () => {
    const plan = planFor(
      [...nodes, deployment('w', { on: ['a', 'a'] }), budget('p', { minAvailable: 2 })],
      'a',
    )
    const wider = plan.fixes.filter(({ code }) => code === 'widen-budget')
    expect(wider.map(({ title, proven }) => [title, proven])).toEqual([
      ['Lower minAvailable of PDB ns/p from 2 to 1 while the node drains', true],
    ])
  })

  test.each([
    [{ minAvailable: 2 }, { minAvailable: 2 }],
    [{ minAvailable: '100%' }, { minAvailable: '100%', maxUnavailable: null }],
    [{ maxUnavailable: 0 }, { minAvailable: null, maxUnavailable: 0 }],
  ])('gets back what it had: %j', (spec, before) => {
    const plan = planFor([...nodes, deployment('w', { on: ['a', 'a'] }), budget('p', spec)], 'a')
    const { undo } = fix(plan, 'widen-budget')
    const value = /-p '(.*)'$/.exec(undo ?? '')?.[1] ?? '{}'
    expect(JSON.parse(value)).toEqual({ spec: before })
  })
})

describe('what else undoes a change', () => {
  test.each([
    [
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:policy/PodDisruptionBudget:ns/p' } },
      'the Argo CD application shop:',
    ],
    [
      {
        labels: {
          'kustomize.toolkit.fluxcd.io/name': 'apps',
          'kustomize.toolkit.fluxcd.io/namespace': 'flux',
        },
      },
      'the Flux Kustomization flux/apps:',
    ],
    [{ labels: { 'helm.toolkit.fluxcd.io/name': 'shop' } }, 'the Flux HelmRelease shop,'],
    [
      { annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'ns' } },
      'the Helm release ns/shop:',
    ],
  ])('is said: %j', (metadata, says) => {
    const managed = { ...STRICT, metadata: { ...STRICT.metadata, ...metadata } }
    const plan = planFor([...ABC, managed, deployment('w', one)], 'a')
    expect(fix(plan, 'widen-budget').assumes?.join()).toContain(`PodDisruptionBudget ns/p belongs to ${says}`)
    expect(fix(plan, 'scale-up').assumes).toBeUndefined()
  })

  test('an operator that made the budget is the place for the change', () => {
    const ownerReferences = [
      { apiVersion: 'db.example.com/v1', kind: 'Cluster', name: 'orders', uid: 'u', controller: true },
    ]
    const made = { ...STRICT, metadata: { ...STRICT.metadata, ownerReferences } }
    const { proven, unproven } = fix(planFor([...ABC, made, deployment('w', one)], 'a'), 'widen-budget')
    expect([proven, unproven]).toEqual([false, expect.stringContaining('Cluster ns/orders, whose operator')])
  })
})

test('a budget that is deleted comes back as it was written', () => {
  const labels = { team: 'one' }
  const second = {
    ...budget('q', { maxUnavailable: 0 }),
    metadata: { name: 'q', namespace: 'ns', uid: 'x', labels },
  }
  const plan = planFor(
    [...ABC, deployment('w', { on: ['a', 'b'] }), budget('p', { maxUnavailable: 1 }), second],
    'a',
  )
  const { undoSteps } = fix(plan, 'keep-one-budget')
  expect(undoSteps?.map(({ argv }) => argv.join(' '))).toEqual(['kubectl apply -f -'])
  expect(JSON.parse(undoSteps?.[0]?.input ?? '')).toEqual({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'q', namespace: 'ns', labels },
        spec: second.spec,
      },
    ],
  })
})
