import { LAYERS } from '../../diagnosis/cause.ts'
import { SEVERITIES } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { sortedBy } from '../../model/text/sort.ts'
import type { Candidate } from '../incidents/candidate.ts'
import { type Causations, causationsByRules, isCausedBy } from './causation.ts'
import { type CandidateWithCause, withCausations } from './with-cause.ts'

/**
 * Tells causes and effects apart: by the rules of rules.ts, else by what is told about the same subject. Of a broken
 * subject exactly one incident stays a root, unless the cause lies outside of it. Where the diagnosis has found several
 * roots, for containers or pods that fail each for its own reason, they all stay.
 */
export function findCauses(
  cluster: Cluster,
  candidates: readonly Candidate[],
): readonly CandidateWithCause[] {
  const causations = causationsByRules(cluster, candidates)
  const primaries = primaryOfSubject(candidates, causations)
  for (const candidate of candidates) {
    const primary = primaries.get(candidate.subjectKey)
    if (primary === undefined || primary === candidate) continue
    if (candidate.hidden !== undefined || candidate.finding.rootCause || causations.has(candidate)) continue
    if (isCausedBy(causations, primary, candidate)) continue
    causations.set(candidate, { cause: primary, because: 'has an earlier cause' })
  }
  return withCausations(candidates, causations, new Set(primaries.values()))
}

/** Of each subject, by its key, the incident that has to be told first. A root of the diagnosis stays one. */
function primaryOfSubject(
  candidates: readonly Candidate[],
  causations: Causations,
): ReadonlyMap<string, Candidate> {
  const loud = candidates.filter(({ hidden }) => hidden === undefined)
  const primaries = new Map<string, Candidate>()
  for (const [key, group] of Map.groupBy(loud, ({ subjectKey }) => subjectKey)) {
    const [primary] = sortedBy(group, (candidate) => [
      candidate.finding.rootCause ? 0 : 1,
      candidate.diagnosed ? 0 : 1,
      -SEVERITIES.indexOf(candidate.finding.severity),
      causations.has(candidate) ? 1 : 0,
      layerRank(candidate),
      candidate.firstSeen,
      candidate.finding.code,
      candidate.finding.subject.container ?? '',
    ])
    if (primary !== undefined) primaries.set(key, primary)
  }
  return primaries
}

/** The layer of the diagnosis in which the start of a pod fails at each stage. */
const LAYER_OF_STAGE = {
  scheduling: 'scheduling',
  sandbox: 'sandbox',
  volume: 'volume',
  image: 'image',
  start: 'config',
} as const

function layerRank({ finding, facts }: Candidate): number {
  const stage = facts.map(({ classification }) => classification.stage).find((one) => one !== undefined)
  if (stage !== undefined) return LAYERS.indexOf(LAYER_OF_STAGE[stage])
  return finding.effect === 'NotStarted' ? LAYERS.indexOf('admission') : LAYERS.length
}
