import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { applyDefaults } from '../../src/model/kubernetes/defaults.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { freshNamespace, mustKubectl } from './harness/kubectl.ts'
import { remove } from './harness/nodes.ts'
import { MANIFESTS } from './manifests.ts'

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

let namespace = ''

beforeAll(async () => {
  namespace = await freshNamespace('defaults')
  const items = MANIFESTS.map(([, manifest]) => manifest)
  // The schema of older versions calls some fields required that the API server fills in.
  mustKubectl(['create', '-f', '-', '-n', namespace, '--validate=ignore'], {
    stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  })
})

afterAll(() => remove(namespace, []))

describe('manifests get the defaults that the API server fills in', () => {
  test.each(MANIFESTS)('%s', (_title, manifest) => {
    const ours = inNamespace(manifest)
    const { kind, metadata } = ours
    const json = mustKubectl(['get', kind, metadata.name, '-n', namespace, '-o', 'json'])
    expect(compared(applyDefaults(ours))).toEqual(compared(withoutAdmission(JSON.parse(json))))
  })
})

const inNamespace = (object: object): KubeObject => {
  const { metadata, ...rest } = object as KubeObject
  return { ...rest, metadata: { ...metadata, namespace } }
}

const compared = (object: KubeObject) => ({
  labels: object.metadata.labels ?? {},
  spec: (object as unknown as { spec: unknown }).spec,
})

/** What admission, allocators and controllers add on top of the defaults of a type. */
const ADDED = [
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'clusterIP',
  'clusterIPs',
  'controller-uid',
  'ipFamilies',
  'ipFamilyPolicy',
  'job-name',
  'nodeName',
  'nodePort',
  'preemptionPolicy',
  'priority',
  'serviceAccount',
  'serviceAccountName',
]

/** Fields that Go writes although nobody gave them, and the selector that a Job gets with its uid. */
const isNothing = (key: string, value: unknown): boolean =>
  (key === 'creationTimestamp' && value === null) ||
  (key === 'metadata' && isFields(value) && Object.keys(value).length === 0) ||
  (key === 'selector' && isFields(value) && JSON.stringify(value['matchLabels']) === '{}') ||
  (Array.isArray(value) && value.length === 0)

function withoutAdmission<T>(value: T): T {
  if (Array.isArray(value)) return value.filter((item) => !isMadeByAdmission(item)).map(withoutAdmission) as T
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !ADDED.includes(key))
      .map(([key, field]) => [key, withoutAdmission(field)] as const)
      .filter(([key, field]) => !isNothing(key, field)),
  ) as T
}

/** The token of the service account, and the tolerations of DefaultTolerationSeconds. */
const isMadeByAdmission = (item: unknown): boolean =>
  isFields(item) && (`${item['name']}`.startsWith('kube-api-access-') || item['tolerationSeconds'] === 300)
