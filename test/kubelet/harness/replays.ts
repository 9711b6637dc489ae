import type { ProbeReport } from '../../../src/probes/report.ts'
import type { Situation } from '../situations/situation.ts'
import type { Cluster } from './cluster.ts'
import { type Judgement, judge } from './judge.ts'
import { reportOf } from './rounds.ts'

/** Several at a time: most of a replay is waiting. */
const PARALLEL = 3

/** What probe-check says of each situation when it may also run the probes itself. */
export async function replays(
  cluster: Cluster,
  situations: readonly Situation[],
): Promise<ReadonlyMap<string, Judgement>> {
  const judgements = new Map<string, Judgement>()
  const waiting = situations.filter(({ replay }) => replay !== undefined)
  const worker = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const args = ['probe-check', one.replay ?? '', '-n', one.name, '--replay', '-o', 'json']
      const { findings } = (await reportOf(cluster, args)) as ProbeReport
      judgements.set(one.name, judge(findings, one.truth))
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
  return judgements
}
