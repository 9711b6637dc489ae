import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import { controllerOf } from '../../../src/model/kubernetes/reference.ts'
import { sleep } from '../harness/processes.ts'
import type { Draft, Workload } from './draft.ts'
import { ownPods, workloadPath } from './generate.ts'
import type { Plane } from './plane.ts'
import { podsOf } from './setup.ts'

/** Makes the pods of custom resources again, as the operators of their kinds do, until it is stopped. */
export function startOperator(plane: Plane, draft: Draft): { stop(): void } {
  const custom = draft.workloads.filter(({ kind }) => kind === 'ScalableApp' || kind === 'PlainApp')
  let running = custom.length > 0
  const work = async () => {
    for (let round = 1; running; round++) {
      for (const workload of custom) await reconcile(plane, draft, workload, round).catch(() => undefined)
      await sleep(300)
    }
  }
  void work()
  return {
    stop: () => {
      running = false
    },
  }
}

async function reconcile(plane: Plane, draft: Draft, workload: Workload, round: number): Promise<void> {
  const pods = (await podsOf(plane, draft)).filter(
    (pod) =>
      controllerOf(pod)?.name === workload.name &&
      pod.metadata.deletionTimestamp == null &&
      pod.status?.phase !== 'Succeeded' &&
      pod.status?.phase !== 'Failed',
  )
  const finished =
    workload.annotations['test/phase'] === 'Succeeded' || workload.annotations['test/phase'] === 'Failed'
  if (finished || pods.length >= workload.replicas) return
  const owner = await plane.api.get<KubeObject>(workloadPath(draft, workload))
  const [pod] = ownPods(draft, workload, owner)
  if (pod === undefined) return
  await plane.api.create({ ...pod, metadata: { ...pod.metadata, name: `${workload.name}-again-${round}` } })
}
