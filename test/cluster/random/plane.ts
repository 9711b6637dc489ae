import { dirname, join } from 'node:path'
import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import { type Api, apiOf, pathOf } from '../harness/api.ts'
import type { Binaries } from '../harness/binaries.ts'
import { type ControlPlane, environmentOf } from '../harness/control-plane.ts'
import { eventually, runToEnd, type TimedResult } from '../harness/processes.ts'
import { DRIVER } from './features/volumes.ts'

/** What the cases share: the control plane, and kubectl with the plugins of this tree. */
export interface Plane {
  readonly api: Api
  readonly kubectl: (args: readonly string[], seconds: number) => Promise<TimedResult>
}

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** Makes the kinds and classes that all cases use. */
export async function preparePlane(plane: ControlPlane, binary: Binaries): Promise<Plane> {
  const api = apiOf(plane.directory, plane.server)
  for (const object of SHARED) await api.create(object as KubeObject)
  await eventually('the custom resources to be served', async () =>
    (await api.get('/apis/drain.test/v1/scalableapps')) !== undefined &&
    (await api.get('/apis/drain.test/v1/plainapps')) !== undefined
      ? true
      : undefined,
  )
  const env = environmentOf(plane.directory, 'admin', [join(ROOT, 'bin'), dirname(binary('kubectl'))])
  return { api, kubectl: (args, seconds) => runToEnd(binary('kubectl'), args, { cwd: ROOT, env }, seconds) }
}

const customResource = (kind: string, subresources: object) => {
  const plural = `${kind.toLowerCase()}s`
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.drain.test` },
    spec: {
      group: 'drain.test',
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: { type: 'object', properties: { replicas: { type: 'integer' } } },
                status: { type: 'object', properties: { replicas: { type: 'integer' } } },
              },
            },
          },
        },
      ],
    },
  }
}

const priorityClass = (name: string, value: number, preemptionPolicy = 'PreemptLowerPriority') => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name: `drain-test-${name}` },
  value,
  preemptionPolicy,
})

const SHARED: readonly object[] = [
  customResource('ScalableApp', {
    status: {},
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
  }),
  customResource('PlainApp', { status: {} }),
  priorityClass('high', 1000),
  priorityClass('low', -10),
  priorityClass('nonpreempting', 1000, 'Never'),
  {
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: 'heavy' },
    handler: 'heavy',
    overhead: { podFixed: { cpu: '250m' } },
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: DRIVER },
    // Nobody is there to attach anything.
    spec: { attachRequired: false },
  },
]

export const pathOfOne = (object: KubeObject): string => `${pathOf(object)}/${object.metadata.name}`
