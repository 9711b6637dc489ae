import type { ProbeReport } from '../../../src/probes/report.ts'
import type { Situation } from '../situations/situation.ts'
import type { Cluster } from './cluster.ts'
import { type Judgement, judge } from './judge.ts'
import { inParallel } from './parallel.ts'
import { reportOf } from './rounds.ts'

/** Several at a time: most of a replay is waiting. */
const PARALLEL = 3

/** What probe-check says of each situation when it may also run the probes itself. */
export async function replays(
  cluster: Cluster,
  situations: readonly Situation[],
): Promise<ReadonlyMap<string, Judgement>> {
  const judgements = new Map<string, Judgement>()
  const replayed = situations.filter(({ replay }) => replay !== undefined)
  await inParallel(PARALLEL, replayed, async ({ name, replay = '', truth }) => {
    const args = ['probe-check', replay, '-n', name, '--replay', '-o', 'json']
    const { findings } = (await reportOf(cluster, args)) as ProbeReport
    judgements.set(name, judge(findings, truth))
  })
  return judgements
}
