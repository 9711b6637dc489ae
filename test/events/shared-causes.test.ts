import { describe, expect, test } from '@jest/globals'
import type { Incident } from '../../src/events/report.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { ago, event, node } from '../helpers/builders.ts'
import { incidentsOf, waitingPod } from '../helpers/incidents.ts'

const explain = (items: readonly KubeObject[], namespace?: string): readonly Incident[] =>
  incidentsOf(items, {
    selection: { targets: [], selector: [], ...(namespace === undefined ? {} : { namespace }) },
  })

const replicaSet = (name: string, namespace = 'shop') =>
  ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace, uid: `uid-${name}` },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: { spec: { containers: [] } } },
    status: {},
  }) as unknown as KubeObject

/** A ReplicaSet whose pods cannot be created, and the event that says why. */
const refused = (name: string, why: string, namespace = 'shop'): readonly KubeObject[] => [
  replicaSet(name, namespace),
  event('FailedCreate', `Error creating: ${why}`, {
    metadata: { name: `${name}.1`, namespace },
    involvedObject: { kind: 'ReplicaSet', name, namespace, uid: `uid-${name}`, fieldPath: undefined },
    source: { component: 'replicaset-controller', host: undefined },
    count: 5,
    firstTimestamp: ago(100),
  }),
]

/** A pod that waits for its image. */
const unpulled = (name: string, image: string, why: string, on = 'n1'): readonly KubeObject[] => [
  waitingPod('ErrImagePull', {
    metadata: { name, uid: name },
    spec: { nodeName: on, containers: [{ name: 'app', image }] },
  }),
  event('Failed', `Failed to pull image "${image}": ${why}`, {
    metadata: { name: `${name}.1` },
    involvedObject: { name, uid: name },
    source: { host: on },
    count: 5,
    firstTimestamp: ago(100),
  }),
]

const DOWN =
  'Internal error occurred: failed calling webhook "policy.test": failed to call webhook: Post "https://policy.rules.svc:443/": dial tcp 10.0.0.9:443: connect: connection refused'
const NO_HOST = 'dial tcp: lookup registry.test on 10.0.0.10:53: no such host'
const full = (name: string) => `pods "${name}-x" is forbidden: exceeded quota: limit, requested: pods=1`

/** The one root, and that it explains everything else, each with a line of evidence. */
function onlyRoot(incidents: readonly Incident[]): Incident | undefined {
  const [root, ...others] = incidents
  expect(root).toMatchObject({ rootCause: true, causedBy: null })
  for (const { causedBy, rootCause, evidence } of others) {
    expect([causedBy, rootCause]).toEqual([0, false])
    expect(evidence.at(-1)?.text).toContain(root?.subject.name)
  }
  expect(root?.effects).toEqual(others.map((_, index) => index + 1))
  return root
}

describe('what stops several workloads is one incident that explains theirs', () => {
  test('a webhook that does not answer, over namespaces', () => {
    const incidents = explain([...refused('a', DOWN), ...refused('b', DOWN), ...refused('c', DOWN, 'pay')])
    expect(incidents).toHaveLength(4)
    const root = onlyRoot(incidents)
    expect(root?.subject).toEqual({ kind: 'AdmissionWebhook', name: 'policy.test' })
    expect(root?.fixes[0]?.command).toContain('-n rules -l kubernetes.io/service-name=policy')
  })

  test('and it is told where only one namespace is asked for', () => {
    const incidents = explain([...refused('a', DOWN), ...refused('c', DOWN, 'pay')], 'shop')
    expect(incidents.map(({ subject }) => subject.name)).toEqual(['policy.test', 'a'])
  })

  test('a webhook that denies', () => {
    const denied = 'admission webhook "policy.test" denied the request: no owner label'
    const root = onlyRoot(explain([...refused('a', denied), ...refused('b', denied)]))
    expect(root?.summary).toContain('refuses the pods of 2 workloads')
  })

  test('a quota, in its own namespace only', () => {
    const items = [...refused('a', full('a')), ...refused('b', full('b')), ...refused('c', full('c'), 'pay')]
    expect(onlyRoot(explain(items, 'shop'))?.subject).toMatchObject({
      kind: 'ResourceQuota',
      namespace: 'shop',
    })
    const elsewhere = explain(items).find(({ subject }) => subject.namespace === 'pay')
    expect([elsewhere?.subject.kind, elsewhere?.causedBy]).toEqual(['ReplicaSet', null])
  })

  test('a registry', () => {
    const items = [
      node(),
      node({ metadata: { name: 'n2' } }),
      ...unpulled('a', 'registry.test/team/a:1', NO_HOST),
      ...unpulled('b', 'registry.test/team/b:1', NO_HOST, 'n2'),
    ]
    const root = onlyRoot(explain(items))
    expect(root).toMatchObject({ confidence: 'Likely', subject: { kind: 'Registry', name: 'registry.test' } })
  })

  test('a registry that its runtime calls unavailable is one that several share, too', () => {
    const why = 'RegistryUnavailable: mirror said 503'
    const items = [
      ...unpulled('a', 'registry.test/a:1', why),
      ...unpulled('b', 'registry.test/b:1', why, 'n2'),
    ]
    expect(onlyRoot(explain(items))).toMatchObject({
      code: 'image-pull',
      subject: { kind: 'Registry', name: 'registry.test' },
    })
  })

  test('a registry, or the one node that they are all on: only possible', () => {
    const items = [node(), ...unpulled('a', 'app:1', NO_HOST), ...unpulled('b', 'team/b:1', NO_HOST)]
    const root = onlyRoot(explain(items))
    expect(root).toMatchObject({ confidence: 'Possible', subject: { name: 'docker.io' } })
    expect(root?.explanation).toContain('node n1')
  })
})

describe('and nothing is shared', () => {
  const kinds = (items: readonly KubeObject[]) => explain(items).map(({ subject }) => subject.kind)
  test.each([
    ['where only one workload is stopped', refused('a', DOWN)],
    ['by two webhooks', [...refused('a', DOWN), ...refused('b', DOWN.replace('policy.test', 'other.test'))]],
    [
      'by images that each do not exist',
      [
        ...unpulled('a', 'registry.test/a:1', 'manifest unknown'),
        ...unpulled('b', 'registry.test/b:1', 'manifest unknown'),
      ],
    ],
    [
      'by two registries',
      [...unpulled('a', 'one.test/a:1', NO_HOST), ...unpulled('b', 'two.test/b:1', NO_HOST)],
    ],
  ])('%s', (_, items) => {
    expect(
      kinds(items).filter((kind) => ['AdmissionWebhook', 'ResourceQuota', 'Registry'].includes(kind)),
    ).toEqual([])
  })

  test('fifty pods with one cause are one incident with fifty pods', () => {
    const owner = replicaSet('web')
    const reference = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'web',
      uid: 'uid-web',
      controller: true,
    }
    const pods = Array.from({ length: 50 }, (_, index) => {
      const [one, told] = unpulled(`web-${index}`, 'registry.test/a:1', 'manifest unknown')
      return [{ ...one, metadata: { ...one?.metadata, ownerReferences: [reference] } }, told]
    }).flat() as KubeObject[]
    const incidents = explain([node(), owner, ...pods])
    expect(incidents).toHaveLength(1)
    expect(incidents[0]?.subject.pods).toHaveLength(50)
  })
})
