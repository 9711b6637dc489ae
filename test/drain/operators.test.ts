import { describe, expect, test } from '@jest/globals'
import { drainPlanDocument } from '../../src/drain/document.ts'
import { eachNodePlan } from '../../src/drain/each-node.ts'
import { drainExitCode } from '../../src/drain/plan.ts'
import type { DrainPlan } from '../../src/drain/types/plan.ts'
import { OPERATORS } from '../../src/model/managers/operators.ts'
import {
  ABC,
  budget,
  clusterOfParts,
  deployment,
  NO_FLAGS,
  node,
  nodeOf,
  type Parts,
  pinnedTo,
  planFor,
  pod,
  statefulSet,
} from '../helpers/drain-builders.ts'

interface Owner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

const ownedBy = (object: object, owner: Owner) => {
  const { metadata, ...rest } = object as { metadata: object }
  return {
    ...rest,
    metadata: { ...metadata, ownerReferences: [{ ...owner, uid: owner.name, controller: true }] },
  }
}

/** A budget over these labels, made by an operator's object unless there is none. */
const made = (spec: object, matchLabels: object, owner?: Owner) => {
  const made = budget('guard', spec, { selector: { matchLabels } })
  return owner === undefined ? made : ownedBy(made, owner)
}

const POSTGRES: Owner = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', name: 'main' }
const instance = (index: number, on: string, role: string) =>
  pod(`main-${index}`, {
    on,
    owner: POSTGRES,
    labels: { 'cnpg.io/cluster': 'main', 'cnpg.io/instanceRole': role },
  })
const PRIMARY_PDB = made({ minAvailable: 1 }, { 'cnpg.io/instanceRole': 'primary' }, POSTGRES)
const WIDGET: Owner = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'x' }
const widget = (index: number, on: string, spec: object = {}) =>
  pod(`x-${index}`, { on, owner: WIDGET, labels: { app: 'x' }, spec })

const codes = (plan: DrainPlan) => nodeOf(plan).reasons.map(({ code }) => code)

describe('a PDB that refuses a pod of an operator', () => {
  const osd = (index: number, on: string) =>
    deployment(`osd-${index}`, { on: [on], labels: { app: 'rook-ceph-osd' }, spec: pinnedTo(on) })
  const spilo = (role: string) => ({ application: 'spilo', 'cluster-name': 'c', 'spilo-role': role })
  const [set, ...members] = statefulSet('db', { on: ['a', 'b'] }) as { metadata: { labels?: object } }[]
  const elastic: Owner = {
    apiVersion: 'elasticsearch.k8s.elastic.co/v1',
    kind: 'Elasticsearch',
    name: 'logs',
  }
  const nodes = { 'common.k8s.elastic.co/type': 'elasticsearch' }

  test.each<[string, Parts]>([
    ['CloudNativePG', [instance(1, 'a', 'primary'), instance(2, 'b', 'replica'), PRIMARY_PDB]],
    [
      'KubeVirt',
      [
        pod('virt-launcher-vm', {
          on: 'a',
          owner: { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', name: 'vm' },
          labels: { 'kubevirt.io': 'virt-launcher' },
        }),
        made({ minAvailable: 1 }, { 'kubevirt.io': 'virt-launcher' }),
      ],
    ],
    [
      'Rook',
      [...osd(0, 'a'), ...osd(1, 'a'), ...osd(2, 'b'), made({ maxUnavailable: 1 }, { app: 'rook-ceph-osd' })],
    ],
    [
      'Longhorn',
      [
        pod('instance-manager-1', {
          on: 'a',
          owner: { apiVersion: 'longhorn.io/v1beta2', kind: 'InstanceManager', name: 'instance-manager-1' },
          labels: { 'longhorn.io/component': 'instance-manager' },
        }),
        made({ minAvailable: 1 }, { 'longhorn.io/component': 'instance-manager' }),
      ],
    ],
    [
      "Zalando's Postgres Operator",
      [
        set ?? {},
        ...members.map((member, index) => ({
          ...member,
          metadata: { ...member.metadata, labels: spilo(index === 0 ? 'master' : 'replica') },
        })),
        made({ minAvailable: 1 }, { 'spilo-role': 'master' }),
      ],
    ],
    [
      'ECK',
      [
        ...statefulSet('es', { on: ['a', 'b', 'c'], labels: nodes }),
        made({ minAvailable: 3 }, nodes, elastic),
      ],
    ],
  ])('is no block where %s is documented to let the pod go, and no PDB to change', (operator, parts) => {
    const plan = planFor([...ABC, ...parts], 'a')
    expect(nodeOf(plan).verdict).toBe('Unknown')
    expect(drainExitCode(plan)).toBe(1)
    expect(nodeOf(plan).reasons[0]).toMatchObject({ code: 'operator-decides', decidedBy: operator })
    expect(nodeOf(plan).pods.map(({ outcome }) => outcome)).not.toContain('Remains')
    expect(plan.fixes.map(({ code, proven }) => [code, proven])).toEqual([['ask-operator', false]])
    expect(plan.budgetFaults).toEqual([])
    expect(plan.cost?.seconds).toBeUndefined()
  })

  test('blocks where the operator is documented to have no way: a single instance of CloudNativePG', () => {
    const plan = planFor([...ABC, instance(1, 'a', 'primary'), PRIMARY_PDB], 'a')
    expect([nodeOf(plan).verdict, codes(plan)]).toEqual(['Blocks', ['budget-refuses']])
    expect(plan.fixes.map(({ code }) => code)).toEqual(['ask-operator'])
  })

  test('blocks where it is the budget of a person, whom the operator does not know', () => {
    const own = made({ minAvailable: 2 }, { 'cnpg.io/cluster': 'main' })
    const parts = [...ABC, instance(1, 'a', 'primary'), instance(2, 'b', 'replica'), own]
    expect(nodeOf(planFor(parts, 'a')).verdict).toBe('Blocks')
  })

  test('blocks where ECK has given all that it gives: one pod away, and none back', () => {
    const parts = [
      ...[node('a'), node('b')],
      ...statefulSet('es', { on: ['a', 'a'], parallel: true, labels: nodes, spec: pinnedTo('a') }),
      made({ minAvailable: 1 }, nodes, elastic),
    ]
    expect(nodeOf(planFor(parts, 'a')).verdict).toBe('Blocks')
  })

  test('is not known of an operator that nobody knows, whether the pod or only the budget is its own', () => {
    const three = [widget(0, 'a'), widget(1, 'b')]
    const direct = planFor([...ABC, ...three, made({ minAvailable: 2 }, { app: 'x' })], 'a')
    const [set] = [statefulSet('q', { on: ['a', 'b'] })]
    const indirect = planFor([...ABC, ...set, made({ minAvailable: 2 }, { app: 'q' }, WIDGET)], 'a')
    const named = 'the operator of Widget ns/x (example.com)'
    for (const plan of [direct, indirect]) {
      expect(nodeOf(plan).verdict).toBe('Unknown')
      expect(nodeOf(plan).reasons[0]).toMatchObject({ code: 'operator-decides', decidedBy: named })
    }
  })

  test('blocks where an operator only made the StatefulSet: built-in controllers do the rest', () => {
    const [set = {}, ...rest] = statefulSet('q', { on: ['a', 'b'] })
    const parts = [ownedBy(set, WIDGET), ...rest, made({ minAvailable: 2 }, { app: 'q' })]
    expect(nodeOf(planFor([...ABC, ...parts], 'a')).verdict).toBe('Blocks')
  })

  test('does not hide what fails for sure', () => {
    const strict = [...deployment('w', { on: ['a'] }), budget('p', { minAvailable: 1 })]
    const parts = [instance(1, 'a', 'primary'), instance(2, 'b', 'replica'), PRIMARY_PDB, ...strict]
    const plan = planFor([...ABC, ...parts], 'a')
    expect(nodeOf(plan).verdict).toBe('Blocks')
    expect(codes(plan)).toEqual(['budget-refuses', 'operator-decides'])
  })

  test('leaves the nodes after it open, too, and those that need no operator drain in waves', () => {
    const parts = [instance(1, 'a', 'primary'), instance(2, 'b', 'replica'), PRIMARY_PDB]
    const plan = planFor([...ABC, ...parts], ['a', 'b'])
    expect(plan.nodes.map(({ verdict }) => verdict)).toEqual(['Unknown', 'Unknown'])
    expect(plan.waves).toEqual([['b']])
    expect(plan.stuck?.map(({ name, verdict }) => [name, verdict])).toEqual([['a', 'Unknown']])
  })

  test('is told once for all nodes, and in the JSON with who decides', () => {
    const parts = [...ABC, instance(1, 'a', 'primary'), instance(2, 'b', 'replica'), PRIMARY_PDB]
    const each = eachNodePlan(clusterOfParts(parts), ['a', 'b', 'c'], NO_FLAGS)
    expect(each.obstacles).toMatchObject([{ code: 'operator-decides', nodes: ['a'] }])
    const { nodes: told } = drainPlanDocument(planFor(parts, 'a'))
    expect(told[0]?.reasons[0]).toMatchObject({ decidedBy: 'CloudNativePG', budgets: ['ns/guard'] })
  })
})

describe('the pod in the place of one of an operator', () => {
  test('comes where the operator is documented to make it, under its name and with its claim', () => {
    const held = (name: string) => ({ volumes: [{ name: 'd', persistentVolumeClaim: { claimName: name } }] })
    const kafka: Owner = { apiVersion: 'core.strimzi.io/v1beta2', kind: 'StrimziPodSet', name: 'k' }
    const claim = (volumeName: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data-k-0', namespace: 'ns' },
      spec: { accessModes: ['ReadWriteOnce'], volumeName },
    })
    const disk = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'disk' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        local: { path: '/x' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['a'] }] },
            ],
          },
        },
      },
    }
    const broker = pod('k-0', { on: 'a', owner: kafka, spec: held('data-k-0') })
    const free = planFor([...ABC, pod('k-0', { on: 'a', owner: kafka })], 'a')
    expect(nodeOf(free).verdict).toBe('Drains')
    expect(free.assumptions).toContain('Strimzi makes the pods of StrimziPodSet ns/k again.')
    const local = planFor([...ABC, broker, claim('disk'), disk], 'a')
    expect(nodeOf(local).pods[0]?.replacement).toMatchObject({ fate: 'Pending' })
  })

  test('may not come where the operator is not known, or documented to leave it to others', () => {
    const vm = pod('virt-launcher-vm', {
      on: 'a',
      owner: { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', name: 'vm' },
    })
    for (const one of [widget(0, 'a'), vm]) {
      const plan = planFor([...ABC, one], 'a')
      expect([nodeOf(plan).verdict, codes(plan)]).toEqual(['DrainsDegraded', ['operator-decides']])
      expect(plan.waveDetails?.[0]?.missing).toBe(1)
      expect(drainExitCode(plan, { allowLosses: true })).toBe(0)
      expect(drainExitCode(plan)).toBe(1)
    }
  })
})

test('the catalogue names each operator once, by groups of their own', () => {
  const groups = OPERATORS.flatMap((operator) => operator.groups)
  expect(new Set(groups).size).toBe(groups.length)
  expect(groups.every((group) => group.includes('.'))).toBe(true)
})
