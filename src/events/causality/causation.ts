import type { Cluster } from '../../model/snapshot/cluster.ts'
import { sortedBy } from '../../model/text/sort.ts'
import type { Candidate } from '../incidents/candidate.ts'
import { relationsIn } from './relations.ts'
import { type CausalRule, canCause, matches } from './rule.ts'
import { CAUSAL_RULES } from './rules.ts'

/** What explains an incident, and why. */
export interface Causation {
  readonly cause: Candidate
  /** The end of a sentence that begins with what the cause is about. */
  readonly because: string
}

/** What explains each incident that another one explains. */
export type Causations = ReadonlyMap<Candidate, Causation>

/**
 * Causations by the rules of causality. Only few incidents are loud, so that each may be compared with each cause.
 */
export function causationsByRules(
  cluster: Cluster,
  candidates: readonly Candidate[],
): Map<Candidate, Causation> {
  const causations = new Map<Candidate, Causation>()
  const related = relationsIn(cluster)
  const ordered = sortedBy(candidates, ({ firstSeen, subjectKey, finding }) => [
    firstSeen,
    subjectKey,
    finding.code,
  ])
  for (const rule of CAUSAL_RULES) {
    const causes = ordered.filter((candidate) => canCause(rule, candidate))
    const bySubject = Map.groupBy(causes, ({ subjectKey }) => subjectKey)
    for (const effect of ordered) {
      if (effect.hidden !== undefined || causations.has(effect) || !canFollow(rule, effect)) continue
      const near = isWithinSubject(rule) ? (bySubject.get(effect.subjectKey) ?? []) : causes
      const cause = near.find(
        (one) =>
          one !== effect &&
          inTime(rule, one, effect) &&
          related(rule.relation, one, effect) &&
          !isCausedBy(causations, one, effect),
      )
      if (cause !== undefined) causations.set(effect, { cause, because: rule.because })
    }
  }
  return causations
}

const isWithinSubject = ({ relation }: CausalRule): boolean =>
  relation === 'Subject' || relation === 'Container'

function canFollow(rule: CausalRule, effect: Candidate): boolean {
  // Within a subject the diagnosis has already told the root from the rest.
  if (isWithinSubject(rule) && effect.diagnosed && effect.finding.rootCause) return false
  if (rule.noPodMetrics && !effect.signs.noPodMetrics) return false
  return matches(rule.effect, effect)
}

/** A cause begins before its effect ends; whole seconds and clocks of several writers need some tolerance. */
const TOLERANCE_MS = 60_000

/** What is over explains only what began soon after; pods leave a lost node after 5 minutes, volumes after 6 more. */
const AFTERMATH_MS = 15 * 60_000

function inTime({ anyTime }: CausalRule, cause: Candidate, effect: Candidate): boolean {
  if (anyTime && cause.ongoing) return true
  if (cause.firstSeen === '' || effect.lastSeen === '') return true
  if (Date.parse(cause.firstSeen) > Date.parse(effect.lastSeen) + TOLERANCE_MS) return false
  return cause.ongoing || Date.parse(effect.firstSeen) <= Date.parse(cause.lastSeen) + AFTERMATH_MS
}

/** Whether `one` is, over any number of steps, caused by `other`: a cause back would be a circle. */
export function isCausedBy(causations: Causations, one: Candidate, other: Candidate): boolean {
  for (let at: Candidate | undefined = one; at !== undefined; at = causations.get(at)?.cause)
    if (at === other) return true
  return false
}
