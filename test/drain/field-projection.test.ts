import { expect, test } from '@jest/globals'
import { fieldProjection } from '../../src/drain/field-projection.ts'
import type { Pod } from '../../src/model/kubernetes/objects.ts'
import { container, pod } from '../helpers/builders.ts'

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
  expect(kept.spec?.volumes).toEqual([{ persistentVolumeClaim: { claimName: 'data' } }])
  expect(JSON.stringify(kept)).not.toMatch(/serve|TOKEN|last-applied|long/)
  expect(kept.metadata.annotations).toEqual({ 'kubernetes.io/config.mirror': 'x' })
})

test('a list that is empty stays one', () => {
  const kept = fieldProjection()(pod({ spec: { containers: [], tolerations: [] } })) as Pod
  expect(kept.spec?.containers).toEqual([])
})

test('a list of whose items nothing is needed is an empty one, and not away', () => {
  const kept = fieldProjection()(pod({ spec: { containers: [{ image: 'x' }] } })) as Pod
  expect(kept.spec?.containers).toEqual([])
})
