import { normaliseMessage } from '../../diagnosis/messages/normalise.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { rfc3339 } from '../../model/text/time.ts'
import type { Fact } from '../facts/facts.ts'
import { subjectText } from '../facts/subject.ts'
import type { EventLine } from '../report.ts'

/**
 * Events that say the same about the same object as one line with the sum of their counts
 * (docs/reference/events.md#A3), oldest first. Several messages folded together count as one, and their sum is a
 * lower bound.
 */
export function eventLines(facts: readonly Fact[]): readonly EventLine[] {
  const groups = Map.groupBy(facts, ({ occurrence: { regarding, reason, message, component, type } }) =>
    JSON.stringify([
      regarding.kind,
      regarding.namespace,
      regarding.name,
      regarding.uid,
      regarding.fieldPath,
      type,
      reason,
      normaliseMessage(message),
      component,
    ]),
  )
  const lines = [...groups.values()].map(lineOf)
  return sortedBy(lines, ({ firstSeen, lastSeen, object, reason, message }) => [
    firstSeen,
    lastSeen,
    object,
    reason,
    message,
  ])
}

function lineOf(facts: readonly Fact[]): EventLine {
  const newest = facts.reduce((best, fact) => (fact.last >= best.last ? fact : best))
  const { regarding, reason, type, message, component } = newest.occurrence
  const { firstSeen, lastSeen } = spanOf(facts)
  return {
    object: subjectText(regarding),
    reason,
    type,
    message,
    count: facts.reduce((sum, { occurrence }) => sum + occurrence.count, 0),
    countIsLowerBound: facts.some(({ occurrence }) => occurrence.countIsLowerBound),
    firstSeen,
    lastSeen,
    source: component,
  }
}

/** From the first to the last time that any of the events was seen; '' where none has a time. */
export function spanOf(facts: readonly Fact[]): { readonly firstSeen: string; readonly lastSeen: string } {
  let [first, last] = [Number.POSITIVE_INFINITY, 0]
  for (const fact of facts) {
    if (fact.first > 0) first = Math.min(first, fact.first)
    last = Math.max(last, fact.last)
  }
  const text = (at: number) => (Number.isFinite(at) && at > 0 ? rfc3339(at) : '')
  return { firstSeen: text(first), lastSeen: text(last) }
}
