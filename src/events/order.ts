import { SEVERITIES } from '../model/report/finding.ts'
import { type UserEffect, userEffectOf, userEffectRank, worstEffect } from '../model/report/user-effect.ts'
import { sortedBy } from '../model/text/sort.ts'
import { millis } from '../model/text/time.ts'
import type { CandidateWithCause } from './causality/with-cause.ts'
import type { Candidate } from './incidents/candidate.ts'
import { eventLines } from './incidents/event-lines.ts'
import type { Incident } from './report.ts'

/**
 * Root causes first, at the top those that are worst for users, with what follows from them; of these the ones that go
 * on, of these the newest. What follows from one comes right after it.
 */
export function inOrder(shown: readonly CandidateWithCause[]): readonly Incident[] {
  const children = childrenOf(shown)
  const list: {
    readonly candidate: Candidate
    readonly causedBy: number | null
    readonly effects: number[]
  }[] = []
  const add = (one: CandidateWithCause, causedBy: number | null) => {
    const index = list.push({ candidate: one.candidate, causedBy, effects: [] }) - 1
    if (causedBy !== null) list[causedBy]?.effects.push(index)
    for (const child of children.get(one) ?? []) add(child, index)
  }
  for (const root of children.get(undefined) ?? []) add(root, null)
  return list.map(({ candidate, causedBy, effects }) => incidentOf(candidate, causedBy, effects))
}

/** By the nearest cause that is shown, each list in the order of the report; undefined for those without one. */
function childrenOf(
  shown: readonly CandidateWithCause[],
): ReadonlyMap<CandidateWithCause | undefined, readonly CandidateWithCause[]> {
  const causeOf = nearestCauses(shown)
  const effects = worstEffects(shown, causeOf)
  const sorted = sortedBy(shown, (one) => {
    const { finding, ongoing, firstSeen, subjectKey } = one.candidate
    return [
      finding.rootCause ? 0 : 1,
      userEffectRank(effects.get(one) ?? 'Remark'),
      -SEVERITIES.indexOf(finding.severity),
      ongoing ? 0 : 1,
      -(millis(firstSeen) ?? 0),
      subjectKey,
      finding.subject.container ?? '',
      finding.code,
      finding.subject.probe ?? '',
      finding.summary,
    ]
  })
  const children = new Map<CandidateWithCause | undefined, CandidateWithCause[]>()
  for (const one of sorted) {
    const cause = causeOf.get(one)
    children.set(cause, [...(children.get(cause) ?? []), one])
  }
  return children
}

/** The nearest cause of each that is shown, too. */
function nearestCauses(
  shown: readonly CandidateWithCause[],
): ReadonlyMap<CandidateWithCause, CandidateWithCause | undefined> {
  const present = new Set(shown)
  return new Map(
    shown.map((one) => {
      let { cause } = one
      while (cause !== undefined && !present.has(cause)) cause = cause.cause
      return [one, cause]
    }),
  )
}

/** What each does to users, by itself and by what follows from it. */
function worstEffects(
  shown: readonly CandidateWithCause[],
  causeOf: ReadonlyMap<CandidateWithCause, CandidateWithCause | undefined>,
): ReadonlyMap<CandidateWithCause, UserEffect> {
  const worst = new Map<CandidateWithCause, UserEffect>()
  for (const one of shown) {
    const { finding, ongoing } = one.candidate
    const own = userEffectOf({ ...finding, ongoing })
    for (let at: CandidateWithCause | undefined = one; at !== undefined; at = causeOf.get(at))
      worst.set(at, worstEffect([own, worst.get(at) ?? 'Remark']))
  }
  return worst
}

const incidentOf = (
  { finding, facts, statement, firstSeen, lastSeen, ongoing, over }: Candidate,
  causedBy: number | null,
  effects: readonly number[],
): Incident => ({
  ...finding,
  statement,
  events: eventLines(facts),
  firstSeen,
  lastSeen,
  ongoing,
  over,
  causedBy,
  effects,
})
