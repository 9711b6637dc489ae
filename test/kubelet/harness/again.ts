import { explainEvents } from '../../../src/events/explain.ts'
import { readFiles } from '../../../src/kube/files/files.ts'
import { indexCluster } from '../../../src/model/snapshot/cluster.ts'
import { probeCheck } from '../../../src/probes/check.ts'
import type { Situation } from '../situations/situation.ts'
import { judge } from './judge.ts'
import { inNamespace, NODE_AS_A_WHOLE } from './rounds.ts'

const EVERYTHING = { selection: { targets: [], selector: [] } }

/** Judges what both commands say now of what was recorded in an earlier run; a line for each answer that is not right. */
export async function judgeAgain(
  folder: string,
  situations: readonly Situation[],
): Promise<readonly string[]> {
  const snapshot = await readFiles([folder], { stdin: process.stdin, clock: new Date().toISOString() })
  const cluster = indexCluster(snapshot)
  const there = new Set(
    Object.values(snapshot.objects)
      .flat()
      .map(({ metadata }) => metadata.namespace),
  )
  const found = {
    'probe-check': probeCheck(cluster, EVERYTHING).findings,
    'explain-events': explainEvents(cluster, { ...EVERYTHING, all: false }).incidents,
  }
  return [NODE_AS_A_WHOLE, ...situations.filter(({ name }) => there.has(name))].flatMap(({ name, truth }) =>
    Object.entries(found).flatMap(([command, findings]) => {
      const { verdict, said } = judge(inNamespace(findings, name), truth)
      return verdict === 'right' ? [] : [`${name}, ${command}: ${verdict}${said === '' ? '' : `: ${said}`}`]
    }),
  )
}
