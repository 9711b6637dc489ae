import { RISKS } from '../../../model/report/finding.ts'
import type { SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import type { Remedy } from '../../types/fix.ts'
import { THOROUGH_UP_TO } from '../../waves/trial.ts'
import type { ProvableFix } from '../candidate.ts'
import { withDrainLast } from '../proven-fixes.ts'
import { smallestSet } from './smallest-set.ts'
import { sufficientSet } from './sufficient-set.ts'
import { allNodesDrain, type RemedyRequest, setTrials, type WavesTrial, wavesTrial } from './trial.ts'

/** More pods than this make a large cluster. */
const LARGE = 5000
/** Sets of fixes that may be tried; fewer in a large cluster, where each takes long. */
const triesFor = ({ pods }: SimulatedCluster): number =>
  pods.length > LARGE ? 6 : pods.length > 1000 ? 12 : 24

/**
 * The fewest fixes that together let every node drain in some order of waves; undefined where one works as things
 * are, or where all known fixes do not help. At first all that is in the way is changed, and what turns out not to be
 * needed is left out one by one; then every smaller set is tried, as long as there are tries left. Of sets of one size
 * the one that disturbs least is taken.
 */
export function remedyFor(request: RemedyRequest): Remedy | undefined {
  const { simulated, nodes, waveOptions, waves, fixes } = request
  if (waves.without.length === 0) return undefined
  const alone = fixes.filter(({ proven, together }) => proven && !together)
  const [least] = [...alone].sort((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk))
  const inOneGo = (waveOptions.maxParallel ?? nodes.length) >= nodes.length && waveOptions.by === undefined
  if (least !== undefined && inOneGo)
    return { fixes: [least], waves: [nodes], verdict: 'Drains', proven: true, smallest: true }
  // Of one node, the fixes that were proven together are enough; fewer are looked for where that takes no time.
  if (nodes.length === 1 && simulated.pods.length > LARGE) {
    const joined = fixes.filter(({ proven, together }) => proven && together)
    return joined.length === 0
      ? undefined
      : { fixes: joined, waves: [nodes], verdict: 'Drains', proven: true, smallest: false }
  }
  // One node at a time is the easiest order, and of few nodes the quickest to find.
  const easiest = nodes.length > THOROUGH_UP_TO ? waveOptions : { ...waveOptions, maxParallel: 1 }
  const { attempt, left } = setTrials(request, easiest, triesFor(simulated))
  const found = sufficientSet(request, attempt)
  if (found === undefined) return undefined
  // Where not even each fix by itself can be tried without, nothing is left out.
  const { set, complete } =
    found.set.length > left() ? { set: found.set, complete: false } : smallestSet(found, attempt)
  const trial = attempt(set)
  if (trial === undefined) return undefined
  const inGroups = easiest === waveOptions ? trial : wavesTrial(trial.scenario, request, waveOptions)
  return remedy(set, allNodesDrain(inGroups) ? inGroups : trial, set.length === 1 || complete)
}

function remedy(set: readonly ProvableFix[], { waves }: WavesTrial, isSmallest: boolean): Remedy {
  const proven = waves.details.every(({ verdict }) => verdict === 'Drains')
  return {
    fixes: withDrainLast(set.map(({ fix }) => fix)).map((fix) => ({
      ...fix,
      proven,
      ...(proven ? {} : { unproven: 'with it every node drains, but not every pod comes back' }),
      ...(set.length > 1 ? { together: true as const } : {}),
    })),
    waves: waves.details.map(({ nodes }) => nodes),
    verdict: proven ? 'Drains' : 'DrainsDegraded',
    proven,
    smallest: isSmallest,
  }
}
