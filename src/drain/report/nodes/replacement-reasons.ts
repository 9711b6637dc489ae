import { compareText, groupBy, sortedBy } from '../../../model/text/sort.ts'
import { refOf } from '../../cluster/reference.ts'
import type { SimPod } from '../../cluster/simulated-cluster.ts'
import type { NodeCourse } from './node-courses.ts'
import type { NodeReason } from './reason.ts'
import type { ReplacementOutcome } from './replacement-outcomes.ts'

/** What one course loses with one pod. */
interface Loss {
  readonly pod: SimPod
  readonly outcome: ReplacementOutcome
  readonly course: number
}

/** What is lost where kubectl itself succeeds, by what becomes of the replacements, and why. */
export function replacementReasons(courses: readonly NodeCourse[]): readonly NodeReason[] {
  const losses = courses.flatMap(({ end, outcomes }, course) =>
    (end.type === 'Ended' ? end.taken : []).flatMap((pod): Loss[] => {
      const outcome = outcomes.get(pod)
      return outcome?.degraded ? [{ pod, outcome, course }] : []
    }),
  )
  const groups = groupBy(losses, ({ outcome }) => `${outcome.fate} ${outcome.why ?? ''}`)
  return sortedBy([...groups.values()], ([first]) => [
    first?.outcome.fate ?? '',
    first?.outcome.why ?? '',
  ]).flatMap((group) => reasonOf(group, courses))
}

function reasonOf(group: readonly Loss[], courses: readonly NodeCourse[]): readonly NodeReason[] {
  const [first] = group
  if (first === undefined) return []
  const { fate, why } = first.outcome
  const certain = group.every(({ pod }) => courses.every(({ outcomes }) => outcomes.get(pod)?.fate === fate))
  const about = { certain, pods: unique(group.map(({ pod }) => refOf(pod))), budgets: [] }
  switch (fate) {
    case 'Pending':
      return [{ code: 'replacement-pending', why: why ?? '', ...about }]
    case 'Preempts':
      return [{ code: 'replacement-preempts', victims: victimsByCourse(group), ...about }]
    default:
      return [{ code: 'pod-lost', why: why ?? 'nothing makes it again', ...about }]
  }
}

const unique = (items: readonly string[]): readonly string[] => [...new Set(items)].sort(compareText)

const victimsByCourse = (group: readonly Loss[]): readonly (readonly string[])[] =>
  [...groupBy(group, ({ course }) => `${course}`).values()].map((own) =>
    unique(own.flatMap(({ outcome }) => outcome.preempts ?? [])),
  )
