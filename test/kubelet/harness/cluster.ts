import { dirname, join } from 'node:path'
import { KINDS, resourceOf } from '../../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import { type Api, apiOf, pathOf } from '../../cluster/harness/api.ts'
import type { Binaries } from '../../cluster/harness/binaries.ts'
import { type ControlPlane, environmentOf } from '../../cluster/harness/control-plane.ts'
import { runToEnd, type TimedResult } from '../../cluster/harness/processes.ts'
import { installPackage, ROOT } from '../../helpers/npm-package.ts'
import type { Manifest, Situation } from '../situations/situation.ts'
import { inParallel } from './parallel.ts'

/** The cluster with the node, as its administrator uses it. */
export interface Cluster {
  readonly api: Api
  /** The real kubectl with the plugins, as a user runs it. */
  kubectl(args: readonly string[], seconds?: number): Promise<TimedResult>
  /** What somebody pastes into a shell. */
  paste(text: string): Promise<TimedResult>
}

export function clusterOf(plane: ControlPlane, binary: Binaries): Cluster {
  const plugins = process.env['PLUGINS'] ?? installPackage(join(plane.directory, 'plugins'))
  const env = {
    ...environmentOf(plane.directory, 'admin', [plugins, dirname(binary('kubectl'))]),
    NODE_COMPILE_CACHE: join(plane.directory, 'compiled'),
  }
  const run = (program: string, args: readonly string[], seconds: number) =>
    runToEnd(program, args, { cwd: ROOT, env }, seconds)
  return {
    api: apiOf(plane.directory, plane.server),
    kubectl: (args, seconds = 120) => run(binary('kubectl'), args, seconds),
    paste: (text) => run('sh', ['-c', text], 60),
  }
}

/** Situations that are made at the same time. */
const PARALLEL = 8

/** Makes all situations. */
export async function makeAll(cluster: Cluster, situations: readonly Situation[]): Promise<void> {
  await inParallel(PARALLEL, situations, async (one) => {
    try {
      await make(cluster, one)
    } catch (error) {
      throw new Error(`${one.name}: ${(error as Error).message}`)
    }
  })
}

/** Makes the namespace of a situation and what is in it. */
async function make({ api }: Cluster, { name, labels = {}, objects }: Situation): Promise<void> {
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } } as KubeObject)
  // A bare pod is refused until its namespace has an account for it.
  const account = `/api/v1/namespaces/${name}/serviceaccounts/default`
  while ((await api.get(account)) === undefined) await new Promise((resolve) => setTimeout(resolve, 100))
  for (const object of objects) await api.create(placed(object, name))
}

/** The object in the namespace of its situation, unless its kind is in none. */
function placed(object: Manifest, namespace: string): KubeObject {
  const resource = resourceOf(object.apiVersion, object.kind)
  const isNamespaced = resource === undefined || KINDS[resource].namespaced
  const metadata = isNamespaced ? { ...object.metadata, namespace } : object.metadata
  return { ...object, metadata } as unknown as KubeObject
}

/** Does what a situation wants done when its pods run: once, and true when there is nothing left to do. */
export async function act({ api, kubectl }: Cluster, situation: Situation): Promise<boolean> {
  const { name, deleted, then } = situation
  const pods = await api.list<RunningPod>(`/api/v1/namespaces/${name}/pods`)
  const ready = ({ status }: RunningPod) =>
    status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true
  if (pods.length === 0 || !pods.every(ready)) return false
  if (deleted !== undefined) await kubectl(['delete', deleted, '-n', name, '--wait=false'])
  for (const object of then ?? []) {
    const target = placed(object, name)
    await api.patch(`${pathOf(target)}/${object.metadata.name}`, object)
  }
  return true
}

interface RunningPod extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}
