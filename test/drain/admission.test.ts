import { describe, expect, test } from '@jest/globals'
import { drainExitCode } from '../../src/drain/plan.ts'
import type { DrainOptions } from '../../src/drain/types/options.ts'
import type { GapReason } from '../../src/model/snapshot/snapshot.ts'
import {
  ABC,
  budget,
  deployment,
  nodeOf,
  type Parts,
  planFor,
  pod,
  statefulSet,
} from '../helpers/drain-builders.ts'

const GROUP = 'admissionregistration.k8s.io/v1'
const EVICTIONS = {
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE'],
  resources: ['pods/eviction'],
}
const named = (name: string, labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
})
const serving = (on: string, ready = true): Parts => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'guard', namespace: 'sys' },
    spec: { selector: { app: 'guard' }, ports: [{ port: 443 }] },
  },
  deployment('guard', { on: [on], namespace: 'sys', unready: ready ? 0 : 1 }),
]
const webhook = (fields: object = {}, kind = 'ValidatingWebhookConfiguration') => ({
  apiVersion: GROUP,
  kind,
  metadata: { name: 'guards' },
  webhooks: [
    {
      name: 'evictions.example.com',
      clientConfig: { service: { name: 'guard', namespace: 'sys' } },
      failurePolicy: 'Fail',
      rules: [EVICTIONS],
      ...fields,
    },
  ],
})
const WEB = deployment('w', { on: ['a'] })
const START: Parts = [...ABC, named('ns', { team: 'red' }), WEB, ...serving('c')]

const plan = (
  parts: Parts,
  options: Partial<DrainOptions> = {},
  unread: Readonly<Record<string, GapReason>> = {},
) => planFor([...START, ...parts], 'a', options, unread)
const verdict = (...parts: Parts) => nodeOf(plan(parts)).verdict

describe('a webhook on evictions', () => {
  test('makes a plan of its pods Unknown, and is named with its service and what happens where it fails', () => {
    const told = plan([webhook()])
    const [node] = told.nodes
    expect([node?.verdict, drainExitCode(told, { allowLosses: true })]).toEqual(['Unknown', 1])
    expect(node?.reasons).toMatchObject([
      { code: 'admission-decides', decidedBy: 'webhook evictions.example.com', pods: ['ns/w-0'] },
    ])
    expect(node?.reasons[0]?.text).toContain(
      'webhook evictions.example.com of ValidatingWebhookConfiguration guards (Service sys/guard, failurePolicy Fail)',
    )
    expect(node?.pods[0]).toMatchObject({ outcome: 'Either', replacement: { fate: 'Lands' } })
  })

  test.each<[string, object, boolean]>([
    ['all subresources of all kinds', { resources: ['*/*'] }, true],
    ['all subresources of pods', { resources: ['pods/*'] }, true],
    ['this subresource of all kinds', { resources: ['*/eviction'] }, true],
    ['every operation and version', { operations: ['*'], apiVersions: ['*'], apiGroups: ['*'] }, true],
    ['what has a namespace', { scope: 'Namespaced' }, true],
    ['all kinds, and no subresource', { resources: ['*'] }, false],
    ['pods alone', { resources: ['pods'] }, false],
    ['another subresource', { resources: ['pods/exec', 'pods/status'] }, false],
    ['another operation', { operations: ['DELETE', 'UPDATE'] }, false],
    ['the group of Evictions in place of that of pods', { apiGroups: ['policy'] }, false],
    ['what has no namespace', { scope: 'Cluster' }, false],
  ])('with rules about %s: asked %#', (_, rule, asked) => {
    expect(verdict(webhook({ rules: [{ ...EVICTIONS, ...rule }] }))).toBe(asked ? 'Unknown' : 'Drains')
  })

  const only = (key: string, ...values: string[]) => ({
    matchExpressions: [{ key, operator: 'In', values }],
  })
  test.each<[string, object, boolean]>([
    ['this namespace by label', { namespaceSelector: { matchLabels: { team: 'red' } } }, true],
    [
      'this one by the label that every namespace has',
      { namespaceSelector: only('kubernetes.io/metadata.name', 'ns') },
      true,
    ],
    ['others', { namespaceSelector: only('kubernetes.io/metadata.name', 'sys') }, false],
    [
      'objects with a label, which no Eviction of kubectl has',
      { objectSelector: { matchLabels: { app: 'w' } } },
      false,
    ],
    [
      'objects without a label, which every Eviction of kubectl is',
      { objectSelector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] } },
      true,
    ],
    [
      'what an expression says, which is not evaluated',
      { matchConditions: [{ name: 'c', expression: 'false' }] },
      true,
    ],
  ])('for %s', (_, fields, asked) => {
    expect(verdict(webhook(fields))).toBe(asked ? 'Unknown' : 'Drains')
  })

  test('is asked where the labels of the namespace are not known', () => {
    const elsewhere = deployment('v', { on: ['a'], namespace: 'other' })
    const asks = (selector: object) => verdict(elsewhere, webhook({ namespaceSelector: selector }))
    expect(asks({ matchLabels: { team: 'blue' } })).toBe('Unknown')
    expect(asks(only('kubernetes.io/metadata.name', 'none'))).toBe('Drains')
  })

  test('also decides as a mutating one', () => {
    expect(verdict(webhook({}, 'MutatingWebhookConfiguration'))).toBe('Unknown')
  })

  test('fails what it is asked about while its Service has no Ready pod, unless it is passed over then', () => {
    const down = (failurePolicy: string) =>
      planFor([...ABC, named('ns'), WEB, ...serving('c', false), webhook({ failurePolicy })], 'a')
    expect(nodeOf(down('Fail')).reasons[0]?.message).toContain('Service sys/guard has no Ready pod')
    expect(nodeOf(down('Ignore')).verdict).toBe('Drains')
    expect(down('Ignore').assumptions.join()).toContain('webhook evictions.example.com is passed over')
  })

  test('hides nothing that fails whatever it says', () => {
    const told = nodeOf(plan([webhook(), budget('p', { minAvailable: 1 })]))
    expect(told.verdict).toBe('Blocks')
    expect(told.reasons.map(({ code }) => code)).toContain('admission-decides')
  })

  test('is not asked where pods are deleted without the eviction API', () => {
    expect(nodeOf(plan([webhook()], { disableEviction: true })).verdict).toBe('Drains')
  })

  test('leaves the nodes after it open in one command, and drains them in waves', () => {
    const parts = [...START, deployment('v', { on: ['b'], namespace: 'other' }), named('other')]
    const hook = webhook({ namespaceSelector: only('kubernetes.io/metadata.name', 'ns') })
    const told = planFor([...parts, hook], ['a', 'b'])
    expect(told.nodes.map(({ verdict: one }) => one)).toEqual(['Unknown', 'Unknown'])
    expect(told.waves).toEqual([['b']])
  })

  test('can be asked by a dry run that changes nothing, with the flags of the drain', () => {
    const { fixes } = plan([webhook()], { ignoreDaemonsets: true })
    expect(fixes).toMatchObject([
      {
        code: 'rehearse',
        risk: 'Inspect',
        proven: false,
        command: 'kubectl drain a --ignore-daemonsets --timeout=30s --dry-run=server',
      },
    ])
  })

  test('is an assumption where it may not be read, and no verdict is the worse for it', () => {
    const told = plan([], {}, { validatingwebhookconfigurations: 'Forbidden' })
    expect(nodeOf(told).verdict).toBe('Drains')
    expect(told.assumptions).toContain(
      'validatingwebhookconfigurations were not read: none is taken to refuse an eviction.',
    )
    expect(plan([]).assumptions.join()).not.toContain('refuse an eviction')
  })
})

describe('a webhook that is known', () => {
  const owner = { apiVersion: 'core.strimzi.io/v1beta2', kind: 'StrimziPodSet', name: 'k-kafka' }
  const broker = (name = 'k-kafka') =>
    pod('k-kafka-0', { on: 'a', owner, labels: { 'strimzi.io/kind': 'Kafka', 'strimzi.io/name': name } })
  const cleaner = webhook({ name: 'strimzi-drain-cleaner.strimzi.io', failurePolicy: 'Ignore' })
  const of = (...parts: Parts) => nodeOf(planFor([...ABC, ...serving('c'), ...parts], 'a'))

  test('decides about its own pods alone: the Drain Cleaner', () => {
    expect(of(broker(), cleaner).reasons).toMatchObject([
      { code: 'admission-decides', decidedBy: 'Strimzi Drain Cleaner' },
    ])
    expect(of(broker('k-connect'), cleaner).verdict).toBe('Drains')
    expect(of(...statefulSet('w', { on: ['a'] }), cleaner).verdict).toBe('Drains')
  })

  test('tells whether a refusing PDB is for it to lift', () => {
    const none = budget(
      'p',
      { minAvailable: 1 },
      { selector: { matchLabels: { 'strimzi.io/kind': 'Kafka' } } },
    )
    expect(of(broker(), none, cleaner).verdict).toBe('Unknown')
    expect(of(broker(), none).verdict).toBe('Blocks')
    const unread = planFor(
      [...ABC, broker(), none],
      'a',
      {},
      { validatingwebhookconfigurations: 'Forbidden' },
    )
    expect(nodeOf(unread).verdict).toBe('Unknown')
  })

  test('refuses nothing by itself, but for what is not read: Gatekeeper', () => {
    const told = planFor([...START, webhook({ name: 'validation.gatekeeper.sh' })], 'a')
    expect(nodeOf(told).verdict).toBe('Drains')
    expect(told.assumptions.join()).toContain('Gatekeeper is asked about evictions, and has no constraints')
  })
})

describe('a ValidatingAdmissionPolicy', () => {
  const policy = (fields: object = {}) => ({
    apiVersion: GROUP,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'keep' },
    spec: { matchConstraints: { resourceRules: [EVICTIONS], ...fields } },
  })
  const bound = (validationActions: string[], matchResources: object = {}) => ({
    apiVersion: GROUP,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'keep' },
    spec: { policyName: 'keep', validationActions, matchResources },
  })

  test('decides where a binding lets it deny', () => {
    const told = plan([policy(), bound(['Deny', 'Audit'])])
    expect(nodeOf(told).reasons).toMatchObject([
      { code: 'admission-decides', decidedBy: 'ValidatingAdmissionPolicy keep' },
    ])
    expect(verdict(policy())).toBe('Drains')
    expect(verdict(policy(), bound(['Warn']))).toBe('Drains')
  })

  test('and where neither of them leaves the eviction out', () => {
    const others = { namespaceSelector: { matchLabels: { team: 'blue' } } }
    expect(verdict(policy(), bound(['Deny'], others))).toBe('Drains')
    expect(verdict(policy(others), bound(['Deny']))).toBe('Drains')
    expect(verdict(policy({ excludeResourceRules: [EVICTIONS] }), bound(['Deny']))).toBe('Drains')
    const one = (name: string) => policy({ resourceRules: [{ ...EVICTIONS, resourceNames: [name] }] })
    expect(verdict(one('w-0'), bound(['Deny']))).toBe('Unknown')
    expect(verdict(one('v-0'), bound(['Deny']))).toBe('Drains')
  })

  test('may be bound where the bindings were not read', () => {
    const told = plan([policy()], {}, { validatingadmissionpolicybindings: 'Forbidden' })
    expect(nodeOf(told).verdict).toBe('Unknown')
  })
})
