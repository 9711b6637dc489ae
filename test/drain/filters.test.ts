import { describe, expect, test } from '@jest/globals'
import { ago } from '../helpers/builders.ts'
import {
  ABC,
  daemonSet,
  deployment,
  nodeOf,
  type PodFields,
  planFor,
  pod,
} from '../helpers/drain-builders.ts'

const emptyDir = { spec: { volumes: [{ name: 'scratch', emptyDir: {} }] } }
const F01 = [
  ...ABC,
  ...daemonSet('ds', ['a']),
  pod('bare', { on: 'a' }),
  pod('bare-empty', { on: 'a', ...emptyDir }),
  ...deployment('rs', { on: ['a'], ...emptyDir }),
]
const UNMANAGED = 'cannot delete Pods that declare no controller (use --force to override)'
const LOCAL = 'cannot delete Pods with local storage (use --delete-emptydir-data to override)'
const DAEMONS = 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)'

const messages = (plan: ReturnType<typeof planFor>) => nodeOf(plan).reasons.map(({ message }) => message)

describe('refusals, as kubectl words and groups them', () => {
  test.each([
    ['F01', {}, [`${DAEMONS}: ns/ds-a`, `${UNMANAGED}: ns/bare`, `${LOCAL}: ns/bare-empty, ns/rs-0`]],
    ['F02', { ignoreDaemonsets: true }, [`${UNMANAGED}: ns/bare`, `${LOCAL}: ns/bare-empty, ns/rs-0`]],
    ['F03', { ignoreDaemonsets: true, deleteEmptydirData: true }, [`${UNMANAGED}: ns/bare, ns/bare-empty`]],
  ])('%s', (_id, flags, expected) => {
    const plan = planFor(F01, 'a', flags)
    expect(nodeOf(plan).verdict).toBe('Refused')
    expect(messages(plan)).toEqual(expected.sort())
    expect(nodeOf(plan).pods.every(({ outcome }) => outcome === 'Remains')).toBe(true)
  })

  test('F04: with all flags it drains, warns of two things, and loses the bare pods', () => {
    const node = nodeOf(planFor(F01, 'a', { ignoreDaemonsets: true, deleteEmptydirData: true, force: true }))
    expect(node.verdict).toBe('DrainsDegraded')
    expect(node.warnings.map(({ message }) => message)).toEqual([
      'deleting Pods that declare no controller: ns/bare, ns/bare-empty',
      'ignoring DaemonSet-managed Pods: ns/ds-a',
    ])
    expect(node.pods.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'bare Gone',
      'bare-empty Gone',
      'ds-a Remains',
      'rs-0 Gone',
    ])
  })

  test('the fix is one command with every flag that is needed, and is proven where nothing is lost', () => {
    const plan = planFor(
      [...ABC, ...daemonSet('ds', ['a']), ...deployment('rs', { on: ['a'], ...emptyDir })],
      'a',
    )
    expect(plan.fixes).toEqual([
      expect.objectContaining({
        command: 'kubectl drain a --ignore-daemonsets --delete-emptydir-data',
        risk: 'Destructive',
        proven: true,
      }),
    ])
  })
})

describe('single pods', () => {
  const orphan: PodFields = { owner: { kind: 'DaemonSet', name: 'dsgone' } }
  test.each<[string, PodFields, object, string, string]>([
    ['F05 finished bare pod with emptyDir', { phase: 'Succeeded', ...emptyDir }, {}, 'Drains', 'Gone'],
    [
      'F06 static pod with emptyDir',
      { annotations: { 'kubernetes.io/config.mirror': '' }, ...emptyDir },
      {},
      'Drains',
      'Remains',
    ],
    [
      'F07 DaemonSet of another group',
      { owner: { apiVersion: 'apps.kruise.io/v1alpha1', kind: 'DaemonSet', name: 'k' } },
      {},
      'DrainsDegraded',
      'Gone',
    ],
    ['F08 DaemonSet that is gone', orphan, { ignoreDaemonsets: true }, 'Refused', 'Remains'],
    ['F09 the same with --force', orphan, { force: true }, 'DrainsDegraded', 'Gone'],
    [
      'F10 owner that is no controller',
      { owner: { kind: 'ReplicaSet', name: 'r', controller: false } },
      {},
      'Refused',
      'Remains',
    ],
    ['F11 terminating bare pod', { deleted: ago(60), finalizers: ['x/y'] }, {}, 'Refused', 'Remains'],
    ['F13 not selected', {}, { podSelector: [{ key: 'zz', operator: 'In', values: ['1'] }] }, 'Drains', ''],
    [
      'F16 hostPath',
      {
        owner: { kind: 'ReplicaSet', name: 'r' },
        spec: { volumes: [{ name: 'h', hostPath: { path: '/' } }] },
      },
      {},
      'DrainsDegraded',
      'Gone',
    ],
  ])('%s', (_id, fields, flags, verdict, outcome) => {
    const node = nodeOf(planFor([...ABC, pod('x', { on: 'a', ...fields })], 'a', flags))
    expect([node.pods[0]?.outcome ?? '', node.verdict]).toEqual([outcome, verdict])
  })

  test('F08: the words are the API server’s', () => {
    expect(
      messages(planFor([...ABC, pod('orph', { on: 'a', ...orphan })], 'a', { ignoreDaemonsets: true })),
    ).toEqual(['cannot delete daemonsets.apps "dsgone" not found: ns/orph'])
  })

  test('F12: a finished DaemonSet pod is evicted without --ignore-daemonsets', () => {
    expect(
      nodeOf(planFor([...ABC, ...daemonSet('ds', ['a'], { phase: 'Failed' })], 'a')).pods[0],
    ).toMatchObject({
      action: 'Evict',
      outcome: 'Gone',
    })
  })

  test('F14: an unknown node is an error, with a hint', () => {
    expect(() => planFor(ABC, ['a', 'bb'])).toThrow('nodes "bb" not found')
  })

  test('F17: without DaemonSets nobody knows what kubectl does about their pods', () => {
    const node = nodeOf(
      planFor(
        [...ABC, pod('x', { on: 'a', owner: { kind: 'DaemonSet', name: 'd' } })],
        'a',
        {},
        { daemonsets: 'Forbidden' },
      ),
    )
    expect(node.verdict).toBe('Unknown')
    expect(node.reasons[0]?.message).toContain('DaemonSets were not read')
  })

  test('F18: one bad pod keeps the good ones', () => {
    const node = nodeOf(planFor([...ABC, pod('bare', { on: 'a' }), ...deployment('w', { on: ['a'] })], 'a'))
    expect(node.pods.map(({ outcome }) => outcome)).toEqual(['Remains', 'Remains'])
  })

  test('--skip-wait-for-delete-timeout skips pods that should have ended long ago, to the second', () => {
    const cluster = [...ABC, pod('x', { on: 'a', deleted: ago(10) })]
    expect(nodeOf(planFor(cluster, 'a', { skipWaitForDeleteTimeoutSeconds: 9 })).pods[0]?.action).toBe('Skip')
    expect(nodeOf(planFor(cluster, 'a', { skipWaitForDeleteTimeoutSeconds: 10 })).pods[0]?.action).toBe(
      'Refuse',
    )
  })
})
