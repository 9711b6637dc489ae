import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { connect, readCluster } from '../../src/kube/api/live.ts'
import { KINDS, qualifiedName, RESOURCES } from '../../src/model/kubernetes/kinds.ts'
import { kubeconfigPath } from './harness/control-plane.ts'
import { RELEASE } from './harness/differences.ts'
import { everyKind } from './harness/every-kind.ts'
import { CONTROL_PLANE, create, freshNamespace, get, mustKubectl } from './harness/kubectl.ts'
import { addNodes, remove } from './harness/nodes.ts'
import { eventually } from './harness/processes.ts'

let namespace = ''
let node = ''

beforeAll(async () => {
  namespace = await freshNamespace('reading')
  node = `${namespace}-a`
  await addNodes([node])
  create(...everyKind(namespace, node))
  await eventually('the Endpoints controller and the pods', () =>
    get('endpointslices', namespace).length > 0 && get('events', namespace).length > 2 ? true : undefined,
  )
})

afterAll(() => {
  mustKubectl([
    'delete',
    'volumeattachment,csidriver,storageclass,pv,priorityclass,validatingwebhookconfiguration,mutatingwebhookconfiguration,validatingadmissionpolicy,validatingadmissionpolicybinding',
    '-l',
    `made-by=${namespace}`,
  ])
  remove(namespace, [node])
})

/** A null counts as an absent field (docs/reading.md). */
const withoutNulls = (objects: readonly object[]): unknown =>
  JSON.parse(JSON.stringify(objects), (_, value: unknown) => (value === null ? undefined : value))

describe('a live read is what kubectl get -o json prints', () => {
  test.each(RESOURCES)('%s', async (resource) => {
    const connection = await connect(
      { kubeconfig: kubeconfigPath(CONTROL_PLANE, 'admin'), 'chunk-size': 2 },
      {},
    )
    try {
      // Controllers are still at work: what kubectl prints must be the same before and after our read.
      const [expected, actual] = await eventually(`${resource} to stand still`, async () => {
        const before = get(qualifiedName(resource))
        const { objects } = await readCluster(connection, { resources: [resource] })
        const after = get(qualifiedName(resource))
        return JSON.stringify(before) === JSON.stringify(after) ? [after, objects[resource]] : undefined
      })
      const byName = (object: (typeof expected)[number]) =>
        `${object.metadata.namespace ?? ''}/${object.metadata.name}`
      const sorted = [...expected].sort((a, b) => (byName(a) < byName(b) ? -1 : 1))
      expect(actual.length).toBeGreaterThan(0)
      expect(actual.map(({ kind }) => kind)).toEqual(sorted.map(() => KINDS[resource].kind))
      expect(actual).toEqual(withoutNulls(sorted))
    } finally {
      connection.close()
    }
  })
})

test('the time of a report is the clock of the server', async () => {
  const connection = await connect({ kubeconfig: kubeconfigPath(CONTROL_PLANE, 'admin') }, {})
  const { now, nowFrom, serverVersion } = await readCluster(connection, { resources: ['namespaces'] })
  connection.close()
  expect(nowFrom).toBe('clock')
  expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(60_000)
  expect(serverVersion).toBe(RELEASE)
})
