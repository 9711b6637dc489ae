import { expect, test } from '@jest/globals'
import { fieldProjection } from '../../src/drain/cluster/field-projection.ts'
import { drainPlan } from '../../src/drain/plan.ts'
import type { KubeObject, Pod } from '../../src/model/kubernetes/objects.ts'
import { parseSelector } from '../../src/model/kubernetes/selector.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { container, pod } from '../helpers/builders.ts'
import { drainOptions } from '../helpers/drain-judge.ts'
import { recordedDrains } from '../helpers/recordings.ts'

const trimmed = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  objects: Object.fromEntries(
    Object.entries(snapshot.objects).map(([name, list]) => [
      name,
      (list as readonly KubeObject[]).map(fieldProjection()),
    ]),
  ) as unknown as Snapshot['objects'],
})

test('a plan made of what it needs is the plan made of everything, for recorded drains', () => {
  const differing = [...recordedDrains()]
    .filter((_, index) => index % 4 === 0)
    .flatMap(({ name, snapshot, case: asked }) => {
      const options = drainOptions(asked.flags, parseSelector)
      const [whole, less] = [snapshot, trimmed(snapshot)].map((one) =>
        JSON.stringify(drainPlan(indexCluster(one), asked.drain, options)),
      )
      return whole === less ? [] : [name]
    })
  expect(differing).toEqual([])
})

test('of a pod it keeps what decides where it can go, and nothing of what it runs', () => {
  const full = pod({
    metadata: {
      annotations: {
        'kubernetes.io/config.mirror': 'x',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'example.com/note': 'long',
      },
    },
    spec: {
      containers: [container({ command: ['serve'], env: [{ name: 'TOKEN', value: 'abc' }] })],
      volumes: [
        { name: 'token', projected: { sources: [] } },
        { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
      ],
    },
  })
  const kept = fieldProjection()(full) as Pod
  expect(kept.spec?.volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }])
  expect(JSON.stringify(kept)).not.toMatch(/serve|TOKEN|last-applied|long/)
  expect(kept.metadata.annotations).toEqual({ 'kubernetes.io/config.mirror': 'x' })
})
