import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { drainPlanDocument } from '../../../src/drain/document.ts'
import { drainPlan } from '../../../src/drain/plan.ts'
import { readFiles } from '../../../src/kube/files/files.ts'
import { indexCluster } from '../../../src/model/snapshot/cluster.ts'
import { drainCaseIn } from '../../helpers/recordings.ts'
import { disagreements, type Observed } from './judge.ts'

/**
 * Plans the recorded disagreements of a folder again, without a cluster, and compares with what the drains left
 * behind: what is still wrong, by case.
 */
export async function replan(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const results = new Map<string, readonly string[]>()
  // Clusters that did not come to a drain have left no more than a folder.
  const recorded = readdirSync(folder).filter((id) => existsSync(join(folder, id, 'case.json')))
  for (const id of recorded.sort()) {
    const { nodes, options } = drainCaseIn(join(folder, id))
    const snapshot = await readFiles([join(folder, id, 'recording')], {
      stdin: process.stdin,
      clock: new Date().toISOString(),
    })
    const plan = drainPlanDocument(drainPlan(indexCluster(snapshot), nodes, options))
    const before = snapshot.objects.pods.filter(({ metadata }) => metadata.namespace === id)
    const observed = JSON.parse(readFileSync(join(folder, id, 'observed.json'), 'utf8')) as Observed
    results.set(id, disagreements(plan, before, observed))
  }
  return results
}
